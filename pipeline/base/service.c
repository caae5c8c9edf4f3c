/* SPDX-License-Identifier: Apache-2.0 */
#include "base/service.h"

#include <stdint.h>

#ifdef WW_HAVE_SYSTEMD

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

void ww_service_ready(const char *status)
{
    sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void ww_service_status(const char *status)
{
    sd_notifyf(0, "STATUS=%s", status);
}

void ww_service_reloading(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
               (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

void ww_service_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

double ww_service_watchdog(void)
{
    uint64_t microseconds = 0;
    return sd_watchdog_enabled(0, &microseconds) > 0 ? (double)microseconds * 1e-6 : 0;
}

void ww_service_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}

/* systemd names the file that it made stderr. */
static bool stderr_is_journal(void)
{
    struct stat info;
    uintmax_t device, file;
    const char *stream = getenv("JOURNAL_STREAM");
    return stream && sscanf(stream, "%ju:%ju", &device, &file) == 2 && fstat(STDERR_FILENO, &info) == 0 &&
           info.st_dev == device && info.st_ino == file;
}

bool ww_journal_write(enum ww_log_level level, const char *camera, const char *text)
{
    static const int priorities[] = {
        [WW_LOG_ERROR] = LOG_ERR, [WW_LOG_WARNING] = LOG_WARNING, [WW_LOG_INFO] = LOG_INFO};
    if (!stderr_is_journal())
        return false;
    if (camera)
        return sd_journal_send("PRIORITY=%d", priorities[level], "WALLWATCH_CAMERA=%s", camera,
                               "MESSAGE=%s: %s", camera, text, NULL) == 0;
    return sd_journal_send("PRIORITY=%d", priorities[level], "MESSAGE=%s", text, NULL) == 0;
}

#else

void ww_service_ready(const char *status)
{
    (void)status;
}

void ww_service_status(const char *status)
{
    (void)status;
}

void ww_service_reloading(void)
{
}

void ww_service_stopping(void)
{
}

double ww_service_watchdog(void)
{
    return 0;
}

void ww_service_alive(void)
{
}

bool ww_journal_write(enum ww_log_level level, const char *camera, const char *text)
{
    (void)level, (void)camera, (void)text;
    return false;
}

#endif
