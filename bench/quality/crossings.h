/* People at walls, with exact truth: who crosses, when, and which way. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_CROSSINGS_H
#define WW_BENCH_QUALITY_CROSSINGS_H

#include <stdbool.h>
#include <stdint.h>

/* Judges all of them and prints a table; `brief`: one rate, one speed. Returns how much is wrong: crossings
 * that are not told, told with the wrong direction or more than 0.3 s off, and those that are none. */
int crossings_judge(uint32_t seed, bool brief, bool verbose);

#endif
