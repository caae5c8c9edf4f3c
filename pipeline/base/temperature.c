/* SPDX-License-Identifier: Apache-2.0 */
#include "base/temperature.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ZONES = 64 };
static const double coldest = -50, warmest = 200; /* what is beyond is a sensor that is not there */

static bool read_line(char *line, int size, const char *root, int zone, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/thermal_zone%d/%s", root, zone, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool got = fgets(line, size, file) != NULL;
    fclose(file);
    return got;
}

/* x86_pkg_temp, cpu-thermal, cpu0-thermal, soc_thermal, … */
static bool is_of_processor(const char *type)
{
    return strstr(type, "pkg") || strstr(type, "cpu") || strstr(type, "soc");
}

double ww_temperature_read(const char *root)
{
    char line[64], type[64];
    double own = NAN, any = NAN, value;
    root = root ? root : "/sys/class/thermal";
    for (int zone = 0; zone < MOST_ZONES && read_line(type, sizeof type, root, zone, "type"); zone++) {
        if (!read_line(line, sizeof line, root, zone, "temp") || sscanf(line, "%lf", &value) != 1)
            continue;
        value /= 1000;
        if (value < coldest || value > warmest)
            continue;
        any = fmax(any, value); /* a number is more than NAN */
        if (is_of_processor(type))
            own = fmax(own, value);
    }
    return isnan(own) ? any : own;
}
