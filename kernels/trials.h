/* What each kernel is tried on: one declaration, by which tests compare it with its reference and benchmarks
 * time it. SPDX-License-Identifier: Apache-2.0
 *
 * A trial's kernel is called once for each row of its frame, with pointers into planes. */
#ifndef WW_KERNELS_TRIALS_H
#define WW_KERNELS_TRIALS_H

#include "kernels.h"

enum { WW_TRIAL_PLANES = 7, WW_TRIAL_TAPS = 9 };

enum ww_trial_role {
    WW_TRIAL_READ,   /* only read */
    WW_TRIAL_UPDATE, /* read and written */
    WW_TRIAL_WRITE,  /* only written: what was in it does not matter */
};

struct ww_trial_plane {
    enum ww_trial_role role;
    /* Bytes of a row that the kernel may touch, for a frame of that width. */
    size_t (*bytes)(size_t width);
    /* Puts a row of values into it that the kernel can meet. kind 0: all lowest, 1: all highest, else random.
     */
    void (*fill)(void *row, size_t width, int kind, uint32_t *seed);
    unsigned rows;                   /* of the plane for each call: a reduction reads two */
    size_t (*defined)(size_t width); /* of those bytes, the first that are; NULL: all */
};

/* A pointer that the kernel gets: row `calls × rows + offset` of a plane, moved into the plane at its edges.
 */
struct ww_trial_tap {
    unsigned plane;
    int offset;
};

struct ww_trial {
    const char *name;
    unsigned plane_count, tap_count;
    struct ww_trial_plane planes[WW_TRIAL_PLANES];
    struct ww_trial_tap taps[WW_TRIAL_TAPS];
    /* `kind` as of fill: it chooses the parameters, too. */
    void (*run)(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width, int kind);
    /* Calls for a frame of that height. */
    size_t (*calls)(size_t height);
};

/* All kernels of the table; the last one has no name. */
extern const struct ww_trial ww_trials[];

#endif
