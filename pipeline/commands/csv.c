/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/csv.h"

#include <string.h>

void ww_csv_field(FILE *file, const char *text, const char *end)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fprintf(file, "%s%s", text, end);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fprintf(file, "\"%s", end);
}
