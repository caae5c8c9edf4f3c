/* Comma-separated values (RFC 4180). SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CSV_H
#define WW_COMMANDS_CSV_H

#include <stdio.h>

/* A field, quoted where it must be, and what follows it: a comma, or a newline. */
void ww_csv_field(FILE *file, const char *text, const char *end);

#endif
