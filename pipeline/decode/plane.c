/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/plane.h"

#include <errno.h>
#include <stdlib.h>

#include "kernels.h"

int ww_plane_resize(struct ww_plane *plane, uint32_t width, uint32_t height)
{
    size_t stride = ((size_t)width + 63) & ~(size_t)63;
    size_t bytes = stride * height;
    if (bytes > plane->capacity) {
        free(plane->pixels);
        plane->capacity = 0;
        plane->pixels = aligned_alloc(64, bytes);
        if (!plane->pixels)
            return -ENOMEM;
        plane->capacity = bytes;
    }
    plane->stride = stride;
    plane->width = width;
    plane->height = height;
    return 0;
}

void ww_plane_free(struct ww_plane *plane)
{
    free(plane->pixels);
    *plane = (struct ww_plane){0};
}

static uint32_t half(uint32_t size)
{
    return (size + 1) / 2;
}

struct reducer {
    const struct ww_luma *from;
    uint8_t *scratch;
    size_t scratch_stride;
};

/* Makes row y of the picture that is 1 / factor as large. Each level needs two rows of the one above
 * it; they lie in the scratch rows 2 × level and 2 × level + 1. */
static void reduce_row(const struct reducer *reducer, uint32_t factor, uint32_t level, uint32_t y,
                       uint8_t *out)
{
    const struct ww_luma *from = reducer->from;
    uint32_t width = from->width, height = from->height;
    for (uint32_t f = 2; f < factor; f *= 2) {
        width = half(width);
        height = half(height);
    }
    uint32_t upper = 2 * y, lower = 2 * y + 1 < height ? 2 * y + 1 : 2 * y;
    const uint8_t *a, *b;
    if (factor == 2) {
        a = from->pixels + (ptrdiff_t)upper * from->stride;
        b = from->pixels + (ptrdiff_t)lower * from->stride;
    } else {
        uint8_t *rows = reducer->scratch + 2 * level * reducer->scratch_stride;
        reduce_row(reducer, factor / 2, level + 1, upper, rows);
        reduce_row(reducer, factor / 2, level + 1, lower, rows + reducer->scratch_stride);
        a = rows;
        b = rows + reducer->scratch_stride;
    }
    ww_kernels()->halve_row(a, b, out, width);
}

int ww_reduce(struct ww_luma *luma, const struct ww_luma *from, uint32_t factor, struct ww_plane *plane,
              struct ww_plane *scratch)
{
    if (factor == 1) {
        *luma = *from;
        return 0;
    }
    uint32_t width = from->width, height = from->height;
    for (uint32_t f = 1; f < factor; f *= 2) {
        width = half(width);
        height = half(height);
    }
    if (ww_plane_resize(plane, width, height) != 0 || ww_plane_resize(scratch, half(from->width), 4) != 0)
        return -ENOMEM;
    struct reducer reducer = {from, scratch->pixels, scratch->stride};
    for (uint32_t y = 0; y < height; y++)
        reduce_row(&reducer, factor, 0, y, plane->pixels + y * plane->stride);
    *luma = ww_plane_view(plane);
    return 0;
}
