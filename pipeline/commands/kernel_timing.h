/* How long a kernel takes for a frame, next to loads and stores alone, and to its instructions alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_KERNEL_TIMING_H
#define WW_COMMANDS_KERNEL_TIMING_H

#include <stdbool.h>

#include <wallwatch/error.h>

#include "commands/vector_count.h"
#include "trials.h"

struct ww_timing_point {
    const struct ww_trial *trial;
    const struct ww_kernels *kernels;
    size_t width, height;    /* pixels of the frame */
    bool cold;               /* frames lie in memory, else in cache as far as they fit */
    double ports_ns_a_pixel; /* 0: not known */
};

struct ww_timing {
    double ns;        /* a frame, the median */
    double spread;    /* of the middle half of the measurements, as a part of the median */
    double memory_ns; /* the same loads and stores without arithmetic, measured in turns with it */
    double ports_ns;  /* its vector instructions, none waiting for another; 0: not known */
    double cycles;    /* a frame; 0: this machine does not let them be counted */
    size_t bytes;     /* read and written a frame */
};

/* Vector instructions a pixel of a frame of that width. False: they cannot be counted here. */
bool ww_timing_count(const struct ww_trial *trial, const struct ww_kernels *kernels, size_t width,
                     struct ww_vector_work *a_pixel);

/* Measures until the median holds still, `seconds` at the most. Returns 0 or -ENOMEM. */
int ww_timing_measure(const struct ww_timing_point *point, double seconds, struct ww_timing *timing,
                      struct ww_error *error);

#endif
