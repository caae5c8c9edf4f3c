/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/arguments.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool ww_argument_number(const char *text, double low, double high, double *value)
{
    char *end;
    if (isspace((unsigned char)*text))
        return false;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value) && *value >= low && *value <= high;
}

static bool integer(const char **text, int low, int high, int *value)
{
    char *end;
    errno = 0;
    if (isspace((unsigned char)**text))
        return false;
    long number = strtol(*text, &end, 10);
    if (end == *text || errno != 0 || number < low || number > high)
        return false;
    *text = end;
    *value = (int)number;
    return true;
}

bool ww_argument_integer(const char *text, int low, int high, int *value)
{
    return integer(&text, low, high, value) && *text == '\0';
}

bool ww_argument_rectangle(const char *text, int rectangle[4])
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && *text++ != ',')
            return false;
        if (!integer(&text, i < 2 ? 0 : 1, INT_MAX / 4, &rectangle[i]))
            return false;
    }
    return *text == '\0';
}

bool ww_argument_sensitivity(const char *text, enum ww_sensitivity *sensitivity)
{
    static const char *const names[] = {
        [WW_SENSITIVITY_NORMAL] = "normal", [WW_SENSITIVITY_LOW] = "low", [WW_SENSITIVITY_HIGH] = "high"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], text) == 0) {
            *sensitivity = (enum ww_sensitivity)i;
            return true;
        }
    }
    return false;
}
