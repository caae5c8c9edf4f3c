/* SPDX-License-Identifier: Apache-2.0 */
#include "config/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    double value;
};

static bool parse(const char *text, const struct unit *units, size_t count, double *value)
{
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '.')
        return false;
    double number = strtod(text, &end);
    while (*end == ' ')
        end++;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(end, units[i].name) == 0) {
            *value = number * units[i].value;
            return isfinite(*value);
        }
    }
    return false;
}

bool ww_parse_duration(const char *text, double *seconds)
{
    static const struct unit units[] = {{"ms", 1e-3}, {"s", 1},    {"m", 60},
                                        {"min", 60},  {"h", 3600}, {"d", 86400}};
    return parse(text, units, sizeof units / sizeof *units, seconds);
}

bool ww_parse_size(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {
        {"B", 1},     {"kB", 1e3},   {"KB", 1e3},      {"MB", 1e6},          {"GB", 1e9},
        {"TB", 1e12}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824.}, {"TiB", 1099511627776.}};
    double value;
    if (!parse(text, units, sizeof units / sizeof *units, &value) || value > 1e18)
        return false;
    *bytes = (uint64_t)value;
    return true;
}

static bool digits(const char **text, int longest, int *value)
{
    int count = 0;
    *value = 0;
    for (; isdigit((unsigned char)**text) && count < longest; ++*text, count++)
        *value = *value * 10 + (**text - '0');
    return count > 0;
}

bool ww_parse_dimensions(const char *text, uint32_t *width, uint32_t *height)
{
    int w, h;
    if (!digits(&text, 5, &w) || *text++ != 'x' || !digits(&text, 5, &h) || *text || w == 0 || h == 0)
        return false;
    *width = (uint32_t)w;
    *height = (uint32_t)h;
    return true;
}

static bool minute_of_day(const char **text, int *minute)
{
    int hours, minutes;
    if (!digits(text, 2, &hours) || *(*text)++ != ':' || !digits(text, 2, &minutes))
        return false;
    *minute = hours * 60 + minutes;
    return minutes < 60 && *minute <= 24 * 60;
}

bool ww_parse_hours(const char *text, int *from_minute, int *to_minute)
{
    return minute_of_day(&text, from_minute) && *text++ == '-' && minute_of_day(&text, to_minute) && !*text;
}
