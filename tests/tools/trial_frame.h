/* A few frames through a kernel, with guards around every row. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_TESTS_TRIAL_FRAME_H
#define WW_TESTS_TRIAL_FRAME_H

#include <stdlib.h>
#include <string.h>

#include "trials.h"

enum { TRIAL_HEIGHT = 7, TRIAL_GUARD = 64, TRIAL_GUARD_BYTE = 0xa5, TRIAL_FRAMES = 3 };

/* 0 at the end. */
static const size_t trial_widths[] = {1,   2,   3,   15,  16,  31,  33,  63,  64, 65,
                                      127, 128, 129, 320, 639, 640, 641, 700, 0};

/* A byte too many is seen wherever it falls. */
struct trial_plane {
    uint8_t *bytes;
    size_t row_bytes, stride, rows;
};

static inline uint8_t *trial_row(const struct trial_plane *plane, size_t y)
{
    return plane->bytes + y * plane->stride;
}

static inline struct trial_plane trial_make(const struct ww_trial_plane *like, size_t width, size_t calls,
                                            int kind)
{
    struct trial_plane plane = {.row_bytes = like->bytes(width), .rows = calls * like->rows};
    plane.stride = (plane.row_bytes + TRIAL_GUARD + 63) / 64 * 64;
    size_t size = plane.stride * plane.rows + TRIAL_GUARD;
    plane.bytes = aligned_alloc(64, size);
    if (!plane.bytes)
        abort();
    memset(plane.bytes, TRIAL_GUARD_BYTE, size);
    plane.bytes += TRIAL_GUARD;
    uint32_t seed = 88675123u + (uint32_t)kind;
    for (size_t y = 0; y < plane.rows; y++)
        like->fill(trial_row(&plane, y), width, kind, &seed);
    return plane;
}

static inline void trial_free(struct trial_plane *plane)
{
    free(plane->bytes - TRIAL_GUARD);
}

static inline void trial_frame(const struct ww_trial *trial, const struct ww_kernels *kernels,
                               const struct trial_plane *planes, size_t width, size_t calls, int kind)
{
    for (size_t call = 0; call < calls; call++) {
        void *rows[WW_TRIAL_TAPS] = {0};
        for (unsigned t = 0; t < trial->tap_count; t++) {
            const struct trial_plane *plane = &planes[trial->taps[t].plane];
            ptrdiff_t last = (ptrdiff_t)plane->rows - 1;
            ptrdiff_t y =
                (ptrdiff_t)(call * trial->planes[trial->taps[t].plane].rows) + trial->taps[t].offset;
            rows[t] = trial_row(plane, (size_t)(y < 0 ? 0 : y > last ? last : y));
        }
        trial->run(kernels, rows, width, kind);
    }
}

/* Makes the planes, which the caller frees, and runs TRIAL_FRAMES frames over them. */
static inline void trial_frames(const struct ww_trial *trial, const struct ww_kernels *kernels,
                                struct trial_plane *planes, size_t width, int kind)
{
    size_t calls = trial->calls(TRIAL_HEIGHT);
    for (unsigned p = 0; p < trial->plane_count; p++)
        planes[p] = trial_make(&trial->planes[p], width, calls, kind);
    for (int frame = 0; frame < TRIAL_FRAMES; frame++)
        trial_frame(trial, kernels, planes, width, calls, kind);
}

/* Of a row; what else there is may be anything. */
static inline size_t trial_bytes_that_count(const struct ww_trial *trial, unsigned plane, size_t width)
{
    const struct ww_trial_plane *of = &trial->planes[plane];
    return of->defined ? of->defined(width) : of->bytes(width);
}

#endif
