/* SPDX-License-Identifier: Apache-2.0 */
#include <wallwatch/error.h>

#include <stdarg.h>
#include <stdio.h>

int ww_fail(struct ww_error *error, int code, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        error->code = code;
    }
    return code;
}
