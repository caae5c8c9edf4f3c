/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static double seconds_of(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int64_t ww_clock_wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

double ww_clock_monotonic(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double ww_clock_process_cpu(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double ww_clock_thread_cpu(void)
{
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

/* Splits into whole seconds and the microseconds after them, before 1970 too. */
static time_t whole_seconds(int64_t wall_us, long *micros)
{
    int64_t seconds = wall_us / 1000000;
    int64_t rest = wall_us % 1000000;
    if (rest < 0) {
        rest += 1000000;
        seconds--;
    }
    *micros = (long)rest;
    return (time_t)seconds;
}

bool ww_clock_knows_zone(const char *name)
{
    const char *folder = getenv("TZDIR");
    char path[PATH_MAX];
    struct stat info;
    size_t letters = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");
    if (!*name || *name == '/' || name[letters])
        return false;
    int length = snprintf(path, sizeof path, "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
    return length > 0 && (size_t)length < sizeof path && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

void ww_clock_use_zone(const char *name)
{
    if (name && setenv("TZ", name, 1) == 0)
        tzset();
}

void ww_time_utc(char *text, int64_t wall_us)
{
    long micros;
    time_t seconds = whole_seconds(wall_us, &micros);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    char day[WW_TIME_TEXT - 8];
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, WW_TIME_TEXT, "%s.%03ldZ", day, micros / 1000);
}

void ww_time_local(char *text, int64_t wall_us)
{
    long micros;
    time_t seconds = whole_seconds(wall_us, &micros);
    struct tm tm;
    localtime_r(&seconds, &tm);
    strftime(text, WW_TIME_TEXT, "%Y-%m-%d %H:%M:%S %Z", &tm);
}

/* Reads exactly `digits` digits with a value in [low, high]. */
static bool number(const char **text, int digits, int low, int high, int *value)
{
    int sum = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)(*text)[i]))
            return false;
        sum = sum * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    *value = sum;
    return sum >= low && sum <= high;
}

static bool fraction(const char **text, long *micros)
{
    long unit = 100000;
    *micros = 0;
    if (**text != '.')
        return true;
    ++*text;
    if (!isdigit((unsigned char)**text))
        return false;
    for (; isdigit((unsigned char)**text); ++*text, unit /= 10)
        *micros += (**text - '0') * unit;
    return true;
}

/* Sets *local where no zone is given. */
static bool zone_offset(const char **text, bool *local, long *offset)
{
    *local = false;
    *offset = 0;
    if (**text == 'Z' || **text == 'z') {
        ++*text;
        return true;
    }
    if (**text != '+' && **text != '-') {
        *local = true;
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    int hours, minutes;
    ++*text;
    if (!number(text, 2, 0, 23, &hours) || **text != ':')
        return false;
    ++*text;
    if (!number(text, 2, 0, 59, &minutes))
        return false;
    *offset = sign * (hours * 3600L + minutes * 60L);
    return true;
}

int ww_time_parse(const char *text, int64_t *wall_us)
{
    struct tm tm = {.tm_isdst = -1};
    long micros = 0, offset = 0;
    bool local = true;
    int year, month;

    if (!number(&text, 4, 1970, 9999, &year) || *text++ != '-' || !number(&text, 2, 1, 12, &month) ||
        *text++ != '-' || !number(&text, 2, 1, 31, &tm.tm_mday))
        return -EINVAL;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    if (*text == 'T' || *text == 't' || *text == ' ') {
        text++;
        if (!number(&text, 2, 0, 23, &tm.tm_hour) || *text++ != ':' || !number(&text, 2, 0, 59, &tm.tm_min))
            return -EINVAL;
        if (*text == ':') {
            text++;
            if (!number(&text, 2, 0, 60, &tm.tm_sec) || !fraction(&text, &micros))
                return -EINVAL;
        }
        if (!zone_offset(&text, &local, &offset))
            return -EINVAL;
    }
    if (*text)
        return -EINVAL;
    int day = tm.tm_mday;
    time_t seconds = local ? mktime(&tm) : timegm(&tm);
    if (tm.tm_mday != day) /* 31 February */
        return -EINVAL;
    *wall_us = ((int64_t)seconds - offset) * 1000000 + micros;
    return 0;
}
