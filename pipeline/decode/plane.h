/* A luma plane of our own, and making one smaller. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_PLANE_H
#define WW_DECODE_PLANE_H

#include <wallwatch/detector.h>

/* 64-byte aligned rows. */
struct ww_plane {
    uint8_t *pixels;
    size_t stride;
    uint32_t width, height;
    size_t capacity; /* bytes */
};

/* Makes room; what was in it is lost. Returns 0 or -ENOMEM. */
int ww_plane_resize(struct ww_plane *plane, uint32_t width, uint32_t height);
void ww_plane_free(struct ww_plane *plane);

static inline struct ww_luma ww_plane_view(const struct ww_plane *plane)
{
    return (struct ww_luma){plane->pixels, (ptrdiff_t)plane->stride, plane->width, plane->height};
}

/* Box means of factor × factor pixels (1, 2, 4 or 8); odd edges count their last row or column twice.
 * A factor of 1 is a view of `from`; otherwise the result lies in `plane`, whose size is set. `scratch`
 * is room for rows, kept by the caller between calls. Returns 0 or -ENOMEM. */
int ww_reduce(struct ww_luma *luma, const struct ww_luma *from, uint32_t factor, struct ww_plane *plane,
              struct ww_plane *scratch);

#endif
