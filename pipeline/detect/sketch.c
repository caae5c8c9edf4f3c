/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sketch.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { WIDEST = 200, QUARTER = 4 }; /* the copy's width; what one kernel reduces by */

int ww_sketch_create(struct ww_sketch *sketch, uint32_t width, uint32_t height)
{
    *sketch = (struct ww_sketch){.reduction = QUARTER};
    while ((int)width / sketch->reduction > WIDEST)
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

static void measure_row(struct ww_sketch *sketch, const struct ww_luma *luma, int y, float *detail,
                        float *changed)
{
    const struct ww_kernels *kernels = ww_kernels();
    const uint8_t *row = luma->pixels + (ptrdiff_t)(y * sketch->reduction) * luma->stride;
    uint8_t *before = sketch->before + (size_t)y * luma->width;
    int width = (int)luma->width;
    for (int i = 0; i < WW_SKETCH_COLUMNS; i++) {
        int left = ww_sketch_edge(i, WW_SKETCH_COLUMNS, width);
        int count = ww_sketch_edge(i + 1, WW_SKETCH_COLUMNS, width) - left - 1;
        detail[i] +=
            (float)kernels->detail_row(row + left, row + left + luma->stride, (size_t)count) / (float)count;
        uint32_t change = kernels->distance_row(row + left, before + left, (size_t)count);
        changed[i] += (float)change / (float)count;
        sketch->same = sketch->same && change == 0;
    }
    memcpy(before, row, (size_t)width);
}

static float median_of(const float *values)
{
    enum { BINS = 256, EACH = 8 }; /* an eighth of a grey level */
    int histogram[BINS] = {0}, below = 0, bin = 0;
    for (int i = 0; i < WW_SKETCH_TILES; i++) {
        int at = (int)(values[i] * EACH);
        histogram[at < BINS ? at : BINS - 1]++;
    }
    while (below + histogram[bin] <= WW_SKETCH_TILES / 2)
        below += histogram[bin++];
    return ((float)bin + 0.5f) / EACH;
}

void ww_sketch_draw(struct ww_sketch *sketch, const struct ww_luma *luma)
{
    sketch->same = true;
    for (int tile = 0; tile < WW_SKETCH_ROWS; tile++) {
        int top = ww_sketch_edge(tile, WW_SKETCH_ROWS, sketch->height);
        int end = ww_sketch_edge(tile + 1, WW_SKETCH_ROWS, sketch->height);
        float detail[WW_SKETCH_COLUMNS] = {0}, changed[WW_SKETCH_COLUMNS] = {0};
        for (int y = top; y < end; y++) {
            copy_rows(sketch, luma, y);
            measure_row(sketch, luma, y, detail, changed);
        }
        for (int i = 0; i < WW_SKETCH_COLUMNS; i++) {
            sketch->detail[tile * WW_SKETCH_COLUMNS + i] = detail[i] / (float)(end - top);
            sketch->changed[tile * WW_SKETCH_COLUMNS + i] = changed[i] / (float)(end - top);
        }
    }
    sketch->same = sketch->same && sketch->started;
    sketch->noise = sketch->started ? median_of(sketch->changed) : 0;
    sketch->started = true;
}
