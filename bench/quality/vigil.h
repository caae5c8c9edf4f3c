/* Whether the detector knows what becomes of its camera. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_VIGIL_H
#define WW_BENCH_QUALITY_VIGIL_H

#include <stdbool.h>
#include <stdint.h>

struct vigil_options {
    uint32_t seed;
    bool brief;       /* one site, three strengths */
    bool verbose;     /* what is right is told, too */
    const char *only; /* kinds and views whose names have it; NULL: all */
};

/* Tampers with made-up sites and with recordings, at ten strengths, and does to them what is none. Prints a
 * table; returns how much is wrong: what is not told within three seconds, told as something else, not ended
 * within three seconds, and what is told of nothing. */
int vigil_judge(char *const *recordings, int count, const struct vigil_options *options);

#endif
