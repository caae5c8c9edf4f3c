/* What is compiled once per instruction set, with WW_ISA set to its name. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WW_KERNELS_ROWS_H
#define WW_KERNELS_ROWS_H

#include "kernels.h"

#define WW_JOIN_(a, b, c) a##b##_##c
#define WW_JOIN(a, b, c) WW_JOIN_(a, b, c)

/* A function of this instruction set: ww_NAME_ISA. */
#define WW_OF_ISA(name) WW_JOIN(ww_, name, WW_ISA)

void WW_OF_ISA(move_row)(const struct ww_traffic *streams, size_t count);
void WW_OF_ISA(work_row)(enum ww_work work, size_t rounds);
void WW_OF_ISA(background_row)(const uint8_t *luma, uint8_t *mean, uint8_t *threshold, uint64_t *foreground,
                               size_t width, const struct ww_background_step *step);
void WW_OF_ISA(correlate)(const struct ww_patches *patches, struct ww_likeness *likeness);
void WW_OF_ISA(samples_row)(const uint8_t *const rows[3], struct ww_sample_recent *recent,
                            struct ww_sample_past *past, struct ww_sample_sides *sides, const uint64_t *held,
                            const uint64_t *calm, uint64_t *foreground, size_t width,
                            const struct ww_sample_step *step, const struct ww_sample_step *next);
void WW_OF_ISA(columns_row)(const uint64_t *row, uint64_t *counts, size_t words, int radius);
void WW_OF_ISA(window_row)(uint64_t *sums, const uint64_t *entering, const uint64_t *leaving, uint64_t *many,
                           uint64_t *some, size_t words, const struct ww_window *window);

#endif
