/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void ww_table_begin(struct ww_table *table, const char *const *header, size_t columns)
{
    *table = (struct ww_table){.columns = columns};
    ww_table_add(table, header);
}

void ww_table_add(struct ww_table *table, const char *const *cells)
{
    if (table->rows == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 32;
        char **grown = realloc(table->cells, capacity * table->columns * sizeof *grown);
        if (!grown)
            return;
        table->cells = grown;
        table->capacity = capacity;
    }
    for (size_t i = 0; i < table->columns; i++)
        table->cells[table->rows * table->columns + i] = strdup(cells[i]);
    table->rows++;
}

static const char *cell(const struct ww_table *table, size_t row, size_t column)
{
    const char *text = table->cells[row * table->columns + column];
    return text ? text : "";
}

/* Characters, not bytes. */
static int width_of(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void measure(const struct ww_table *table, int *widths)
{
    for (size_t column = 0; column < table->columns; column++) {
        widths[column] = 0;
        bool filled = false;
        for (size_t row = 0; row < table->rows; row++) {
            int width = width_of(cell(table, row, column));
            filled |= row > 0 && width > 0;
            widths[column] = width > widths[column] ? width : widths[column];
        }
        if (!filled)
            widths[column] = 0;
    }
}

/* No row ends in blanks. */
static bool is_last(const struct ww_table *table, const int *widths, size_t row, size_t column)
{
    for (size_t i = column + 1; i < table->columns; i++)
        if (widths[i] > 0 && *cell(table, row, i))
            return false;
    return true;
}

void ww_table_print(struct ww_table *table, FILE *file)
{
    int widths[WW_TABLE_COLUMNS];
    measure(table, widths);
    for (size_t row = 0; row < table->rows; row++) {
        for (size_t column = 0; column < table->columns; column++) {
            const char *text = cell(table, row, column);
            if (widths[column] == 0)
                continue;
            bool last = is_last(table, widths, row, column);
            fprintf(file, "%s%*s", text, last ? 0 : widths[column] - width_of(text) + 2, "");
        }
        fputc('\n', file);
    }
    ww_table_free(table);
}

void ww_table_free(struct ww_table *table)
{
    for (size_t i = 0; i < table->rows * table->columns; i++)
        free(table->cells[i]);
    free(table->cells);
    *table = (struct ww_table){0};
}
