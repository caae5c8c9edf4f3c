/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sketch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { QUARTER = 4 }; /* one kernel reduces by so much */

int ww_sketch_create(struct ww_sketch *sketch, uint32_t width, uint32_t height)
{
    *sketch = (struct ww_sketch){.reduction = QUARTER};
    while ((int)width / sketch->reduction > WW_SKETCH_WIDEST)
        sketch->reduction *= 2;
    sketch->width = (int)width / sketch->reduction;
    sketch->height = (int)height / sketch->reduction;
    sketch->copy = calloc((size_t)sketch->width + 1, (size_t)sketch->height + 1);
    sketch->line = malloc(width / QUARTER + 1);
    sketch->before = malloc((size_t)width * (size_t)(sketch->height + 1));
    if (sketch->copy && sketch->line && sketch->before)
        return 0;
    ww_sketch_destroy(sketch);
    return -ENOMEM;
}

void ww_sketch_destroy(struct ww_sketch *sketch)
{
    free(sketch->copy);
    free(sketch->line);
    free(sketch->before);
    *sketch = (struct ww_sketch){0};
}

/* Four rows of the picture as one of the copy. */
static void copy_rows(struct ww_sketch *sketch, const struct ww_luma *luma, int y)
{
    const uint8_t *first = luma->pixels + (ptrdiff_t)(y * sketch->reduction) * luma->stride;
    const uint8_t *const rows[4] = {first, first + luma->stride, first + 2 * luma->stride,
                                    first + 3 * luma->stride};
    uint8_t *out = sketch->copy + (size_t)y * (size_t)sketch->width;
    int each = sketch->reduction / QUARTER;
    if (each == 1) {
        ww_kernels()->quarter_row(rows, out, (size_t)sketch->width * QUARTER);
        return;
    }
    ww_kernels()->quarter_row(rows, sketch->line, (size_t)(sketch->width * each) * QUARTER);
    for (int x = 0; x < sketch->width; x++) {
        int sum = each / 2;
        for (int i = 0; i < each; i++)
            sum += sketch->line[x * each + i];
        out[x] = (uint8_t)(sum / each);
    }
}

/* Returns the detail that a row has in common with the one below. */
static int32_t measure_row(struct ww_sketch *sketch, const struct ww_luma *luma, int y)
{
    const uint8_t *row = luma->pixels + (ptrdiff_t)(y * sketch->reduction) * luma->stride;
    uint8_t *before = sketch->before + (size_t)y * luma->width;
    sketch->same = sketch->same && memcmp(before, row, luma->width) == 0;
    memcpy(before, row, luma->width);
    return ww_kernels()->detail_row(row, row + luma->stride, luma->width);
}

void ww_sketch_draw(struct ww_sketch *sketch, const struct ww_luma *luma)
{
    int64_t detail = 0;
    sketch->same = sketch->started;
    for (int y = 0; y < sketch->height; y++) {
        copy_rows(sketch, luma, y);
        detail += measure_row(sketch, luma, y);
    }
    sketch->detail = (float)detail / (float)(sketch->height * (int)luma->width);
    sketch->started = true;
}
