/* When a block of the multi-sample model learns: hashed from its place and the frame, so that one in so many
 * does in every frame, and the same in every run. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_KERNELS_MOMENTS_H
#define WW_KERNELS_MOMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "sample_block.h"

struct ww_moments {
    bool learn, learn_slow, settle, vote;
};

/* The finaliser of A. Appleby's MurmurHash3, 64 bits. */
static inline uint64_t ww_hash(uint64_t value)
{
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

static inline struct ww_moments ww_moments_of(const struct ww_sample_rates *rates, size_t block)
{
    uint64_t hash = ww_hash((uint64_t)rates->seed << 32 | (block + 1));
    return (struct ww_moments){
        .learn = (hash & 0xffff) < rates->learn,
        .learn_slow = (hash >> 16 & 0xffff) < rates->learn_slow,
        .settle = (hash >> 32 & 0xffff) < rates->settle,
        .vote = hash >> 48 < rates->vote,
    };
}

/* The index in a ring of that size, by `steps` older; negative: newer. */
static inline uint8_t ww_older(uint8_t index, int steps, int size)
{
    return (uint8_t)((index + steps + WW_SAMPLES * size) % size);
}

#endif
