/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/service.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int progress_lines; /* that stand on the terminal */

static atomic_bool quiet;

void ww_log_set_quiet(bool wanted)
{
    atomic_store(&quiet, wanted);
}

static void wipe_progress(void)
{
    for (; progress_lines > 1; progress_lines--)
        fputs("\r\033[K\033[A", stderr);
    if (progress_lines > 0)
        fputs("\r\033[K", stderr);
    progress_lines = 0;
}

static void write_line(enum ww_log_level level, const char *camera, const char *text)
{
    static const char *const prefix[] = {
        [WW_LOG_ERROR] = "wallwatch: error: ",
        [WW_LOG_WARNING] = "wallwatch: warning: ",
        [WW_LOG_INFO] = "",
    };
    if (level == WW_LOG_INFO && atomic_load(&quiet))
        return;
    if (ww_journal_write(level, camera, text))
        return;
    pthread_mutex_lock(&lock);
    wipe_progress();
    fprintf(stderr, "%s%s%s%s\n", prefix[level], camera ? camera : "", camera ? ": " : "", text);
    fflush(stderr);
    pthread_mutex_unlock(&lock);
}

void ww_log(enum ww_log_level level, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    write_line(level, NULL, text);
}

void ww_log_about(enum ww_log_level level, const char *camera, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    write_line(level, camera, text);
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
        fputs(text, stderr);
        progress_lines = 1;
        for (const char *at = text; *at; at++)
            progress_lines += *at == '\n';
    }
    fflush(stderr);
    pthread_mutex_unlock(&lock);
}
