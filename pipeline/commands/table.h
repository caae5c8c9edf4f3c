/* Tables of text: columns as wide as they must be. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_TABLE_H
#define WW_COMMANDS_TABLE_H

#include <stdio.h>

enum { WW_TABLE_COLUMNS = 12 };

struct ww_table {
    size_t columns, rows, capacity;
    char **cells; /* the header's first */
};

void ww_table_begin(struct ww_table *table, const char *const *header, size_t columns);

/* Copies the cells; without memory the row is left out. */
void ww_table_add(struct ww_table *table, const char *const *cells);

/* Prints and frees it. Columns that are empty in every row are left out. */
void ww_table_print(struct ww_table *table, FILE *file);

void ww_table_free(struct ww_table *table);

#endif
