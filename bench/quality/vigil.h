/* Whether the detector knows what becomes of its camera. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_VIGIL_H
#define WW_BENCH_QUALITY_VIGIL_H

#include <stdbool.h>
#include <stdint.h>

/* Tampers with made-up sites and with recordings, at ten strengths, and does to them what is none. `brief`:
 * one site, three strengths. Prints a table; returns how much is wrong: what is not told within three
 * seconds, told as something else, not ended within three seconds, and what is told of nothing. */
int vigil_judge(char *const *recordings, int count, uint32_t seed, bool brief, bool verbose);

#endif
