/* What rules and health cost of detection. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_SHARES_H
#define WW_BENCH_QUALITY_SHARES_H

/* Prints their shares of the processor time of a frame, medians over rounds that take turns. */
int shares_measure(void);

#endif
