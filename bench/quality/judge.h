/* Runs a scenario through the detector and says what it got right. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_JUDGE_H
#define WW_BENCH_QUALITY_JUDGE_H

#include <wallwatch/wallwatch.h>

#include "world.h"

struct verdict {
    bool expected; /* somebody came in */
    bool found;    /* an event began where and while the intruder was there */
    double late;   /* seconds from entering to the alarm */
    int false_alarms;
    int events;        /* that the intruder made */
    int told;          /* frame of the first false alarm, or of the middle of a missed intruder; -1: none */
    struct ww_box box; /* of that false alarm, or of the intruder */
};

enum { GRACE = 1 }; /* seconds in which an alarm is in time */

/* 0, or -1 where there is no memory. */
int judge(const struct scenario *scenario, enum ww_sensitivity sensitivity, struct verdict *verdict);

#endif
