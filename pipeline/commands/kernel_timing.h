/* How long a kernel takes for a frame, next to loads and stores alone. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_KERNEL_TIMING_H
#define WW_COMMANDS_KERNEL_TIMING_H

#include <stdbool.h>

#include <wallwatch/error.h>

#include "trials.h"

struct ww_timing_point {
    const struct ww_trial *trial;
    const struct ww_kernels *kernels;
    size_t width, height; /* pixels of the frame */
    bool cold;            /* frames lie in memory, else in cache as far as they fit */
};

struct ww_timing {
    double ns;          /* a frame, the median */
    double spread;      /* of the middle half of the measurements, as a part of the median */
    double roofline_ns; /* the same loads and stores without arithmetic, measured in turns with it */
    size_t bytes;       /* read and written a frame */
};

/* Measures until the median holds still, `seconds` at the most. Returns 0 or -ENOMEM. */
int ww_timing_measure(const struct ww_timing_point *point, double seconds, struct ww_timing *timing,
                      struct ww_error *error);

#endif
