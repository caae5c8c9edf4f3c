/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schedule.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "config/units.h"

enum { DAY = 24 * 60 };

static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static void skip_spaces(const char **text)
{
    *text += strspn(*text, " \t");
}

static bool take_day(const char **text, int *day)
{
    for (int i = 0; i < 7; i++) {
        if (strncasecmp(*text, names[i], 3) == 0) {
            *text += 3;
            *day = i;
            return true;
        }
    }
    return false;
}

/* One bit a day; all of them where none is named. */
static bool take_days(const char **text, unsigned *days)
{
    int from, to;
    *days = 0x7f;
    if (!take_day(text, &from))
        return true;
    to = from;
    if (**text == '-') {
        (*text)++;
        if (!take_day(text, &to))
            return false;
    }
    *days = 0;
    for (int day = from;; day = (day + 1) % 7) {
        *days |= 1u << day;
        if (day == to)
            return true;
    }
}

static void arm(struct ww_schedule *schedule, unsigned days, int from, int to)
{
    int length = to > from ? to - from : to - from + DAY;
    for (int day = 0; day < 7; day++) {
        for (int minute = 0; (days >> day & 1) && minute < length; minute++) {
            int at = (day * DAY + from + minute) % WW_WEEK_MINUTES;
            schedule->armed[at / 8] |= (uint8_t)(1 << at % 8);
        }
    }
}

static bool take_part(struct ww_schedule *schedule, const char *part)
{
    unsigned days;
    int from = 0, to = DAY;
    const char *start = part;
    if (!take_days(&part, &days))
        return false;
    skip_spaces(&part);
    if (!*part && part == start)
        return false;
    if (*part && (!ww_parse_hours(part, &from, &to) || from == to || from == DAY))
        return false;
    arm(schedule, days, from, to);
    return true;
}

bool ww_schedule_parse(struct ww_schedule *schedule, const char *text)
{
    char part[64];
    *schedule = (struct ww_schedule){{0}};
    for (;;) {
        skip_spaces(&text);
        size_t length = strcspn(text, ",");
        if (length >= sizeof part)
            return false;
        memcpy(part, text, length);
        part[length] = '\0';
        while (length > 0 && (part[length - 1] == ' ' || part[length - 1] == '\t'))
            part[--length] = '\0';
        if (!take_part(schedule, part))
            return false;
        text += strcspn(text, ",");
        if (!*text)
            return true;
        text++;
    }
}

bool ww_schedule_is_armed(const struct ww_schedule *schedule, int64_t time)
{
    time_t seconds = (time_t)time;
    struct tm local;
    if (!localtime_r(&seconds, &local))
        return true; /* rather a false alarm than none */
    int at = local.tm_wday * DAY + local.tm_hour * 60 + local.tm_min;
    return schedule->armed[at / 8] >> at % 8 & 1;
}
