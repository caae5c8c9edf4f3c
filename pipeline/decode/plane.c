/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/plane.h"

#include <errno.h>
#include <stdbool.h>
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

/* A row of the source; beyond its last one, that. */
static const uint8_t *source_row(const struct reducer *reducer, uint32_t y)
{
    const struct ww_luma *from = reducer->from;
    return from->pixels + (ptrdiff_t)(y < from->height ? y : from->height - 1) * from->stride;
}

/* Makes row y of the picture that is 1 / factor as large, the rows of twice its size in scratch. */
static void reduce_row(const struct reducer *reducer, uint32_t factor, uint32_t y, uint8_t *out)
{
    uint32_t width = reducer->from->width, height = reducer->from->height;
    if (factor == 2) {
        ww_kernels()->halve_row(source_row(reducer, 2 * y), source_row(reducer, 2 * y + 1), out, width);
    } else if (factor == 4) {
        bool odd = 2 * y + 1 >= half(height); /* the halved row that is missing is as the one before */
        uint32_t second = odd ? 4 * y : 4 * y + 2;
        const uint8_t *const rows[4] = {source_row(reducer, 4 * y), source_row(reducer, 4 * y + 1),
                                        source_row(reducer, second), source_row(reducer, second + 1)};
        ww_kernels()->quarter_row(rows, out, width);
    } else {
        bool odd = 2 * y + 1 >= half(half(height));
        uint8_t *upper = reducer->scratch, *lower = upper + reducer->scratch_stride;
        reduce_row(reducer, factor / 2, 2 * y, upper);
        reduce_row(reducer, factor / 2, odd ? 2 * y : 2 * y + 1, lower);
        ww_kernels()->halve_row(upper, lower, out, half(half(width)));
    }
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
    if (ww_plane_resize(plane, width, height) != 0 ||
        ww_plane_resize(scratch, half(half(from->width)), 2) != 0)
        return -ENOMEM;
    struct reducer reducer = {from, scratch->pixels, scratch->stride};
    for (uint32_t y = 0; y < height; y++)
        reduce_row(&reducer, factor, y, plane->pixels + y * plane->stride);
    *luma = ww_plane_view(plane);
    return 0;
}
