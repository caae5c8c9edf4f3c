/* How long things took, counted in steps of half a millisecond. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_LATENCY_H
#define WW_COMMANDS_LATENCY_H

#include <stdatomic.h>

enum { WW_LATENCY_STEPS = 4000 }; /* what takes longer than two seconds counts as two seconds */

/* Any thread may add and look. The owner zeroes it. */
struct ww_latency {
    atomic_uint steps[WW_LATENCY_STEPS];
};

void ww_latency_add(struct ww_latency *latency, double seconds);

/* Milliseconds that a part (0 to 1) did not exceed; 0 where nothing was added. */
double ww_latency_quantile(const struct ww_latency *latency, double part);

#endif
