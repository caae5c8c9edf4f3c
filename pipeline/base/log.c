/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool progress_shown;

static void wipe_progress(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

void ww_log(enum ww_log_level level, const char *format, ...)
{
    static const char *const prefix[] = {
        [WW_LOG_ERROR] = "wallwatch: error: ",
        [WW_LOG_WARNING] = "wallwatch: warning: ",
        [WW_LOG_INFO] = "",
    };
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    pthread_mutex_lock(&lock);
    wipe_progress();
    fprintf(stderr, "%s%s\n", prefix[level], text);
    fflush(stderr);
    pthread_mutex_unlock(&lock);
}

bool ww_log_is_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

void ww_log_progress(const char *text)
{
    if (!ww_log_is_terminal())
        return;
    pthread_mutex_lock(&lock);
    wipe_progress();
    if (*text) {
        fprintf(stderr, "%s", text);
        progress_shown = true;
    }
    fflush(stderr);
    pthread_mutex_unlock(&lock);
}
