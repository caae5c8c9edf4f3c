/* A sum of what every kernel of an instruction set makes, to be compared between processors.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   kernel_sums ISA */
#include <stdio.h>

#include "trial_frame.h"

enum { KINDS = 12 };

/* Fowler, Noll and Vo's hash, 64 bits. */
static uint64_t add(uint64_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
    return sum;
}

static uint64_t sum_of(const struct ww_trial *trial, const struct ww_kernels *kernels, size_t width,
                       uint64_t sum)
{
    for (int kind = 0; kind < KINDS; kind++) {
        struct trial_plane planes[WW_TRIAL_PLANES] = {0};
        trial_frames(trial, kernels, planes, width, kind);
        for (unsigned p = 0; p < trial->plane_count; p++) {
            for (size_t y = 0; y < planes[p].rows; y++)
                sum = add(sum, trial_row(&planes[p], y), trial_bytes_that_count(trial, p, width));
            trial_free(&planes[p]);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    const struct ww_kernels *kernels = argc == 2 ? ww_kernels_named(argv[1]) : NULL;
    if (!kernels) {
        fprintf(stderr, "this processor or this build has no such instruction set\n");
        return 1;
    }
    for (const struct ww_trial *trial = ww_trials; trial->name; trial++) {
        uint64_t sum = UINT64_C(14695981039346656037);
        for (size_t w = 0; trial_widths[w]; w++)
            sum = sum_of(trial, kernels, trial_widths[w], sum);
        printf("%s %016llx\n", trial->name, (unsigned long long)sum);
    }
    return 0;
}
