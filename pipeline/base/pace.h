/* Lets through at most so many frames a second. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_PACE_H
#define WW_BASE_PACE_H

#include <stdbool.h>

struct ww_pace {
    double interval; /* seconds; 0: every frame */
    double due;
};

/* max_rate: frames a second; 0: all. */
static inline struct ww_pace ww_pace_of(double max_rate)
{
    return (struct ww_pace){.interval = max_rate > 0 ? 1 / max_rate : 0};
}

static inline bool ww_pace_takes(struct ww_pace *pace, double pts)
{
    if (pace->interval <= 0)
        return true;
    if (pts + pace->interval * 0.1 < pace->due) /* clocks of cameras tremble */
        return false;
    pace->due = pts > pace->due + pace->interval ? pts + pace->interval : pace->due + pace->interval;
    return true;
}

#endif
