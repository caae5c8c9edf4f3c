/* The state of the multi-sample background model, 64 pixels side by side. SPDX-License-Identifier: Apache-2.0
 *
 * A sample is a pixel's luma and its census code as they were once. The code has one bit for each of the 8
 * neighbours at a distance of 2 rows or columns, set where the neighbour's luma is further from the pixel's
 * than 2 + luma / 8: texture, which a change of light leaves. The distance of two samples is
 *
 *   |luma - luma'| + 3 × bits in which the codes differ.
 *
 * A pixel is background when two of its samples are within its threshold; that grows with how often the pixel
 * changes sides and with how far its nearest sample uses to be. Sources:
 *   H. Wang, D. Suter, "A consensus-based method for tracking: modelling background scenario and foreground
 *     appearance", Pattern Recognition 2007: background is what enough samples of a pixel agree with; samples
 *     leave first in, first out;
 *   P.-L. St-Charles, G.-A. Bilodeau, R. Bergevin, "SuBSENSE", IEEE TIP 2015: samples of intensity and local
 *     binary similarity, thresholds steered by blinking and by the smallest distance;
 *   R. Boyer, J. S. Moore, "MJRTY, a fast majority vote algorithm", 1991: what has lain long enough is
 *     background, although things pass before it.
 * All pixels of a block learn at the same moments, hashed from the block's place and the frame. */
#ifndef WW_KERNELS_SAMPLE_BLOCK_H
#define WW_KERNELS_SAMPLE_BLOCK_H

#include <stdint.h>

enum {
    WW_BLOCK_PIXELS = 64,
    WW_FAST_SAMPLES = 12, /* of the last seconds */
    WW_SLOW_SAMPLES = 4,  /* of some more */
    WW_SAMPLES = WW_FAST_SAMPLES + WW_SLOW_SAMPLES,
    WW_MATCHES = 2,         /* make background */
    WW_SAME_CANDIDATE = 12, /* grey levels */
    WW_CENSUS_REACH = 2,
    WW_ALWAYS = 65536, /* a chance */
};

struct ww_sample {
    uint8_t luma[WW_BLOCK_PIXELS], census[WW_BLOCK_PIXELS];
};

struct ww_sample_block {
    struct ww_sample samples[WW_SAMPLES]; /* two rings: fast, then slow */
    uint8_t noise[WW_BLOCK_PIXELS];     /* of how often it changes sides; a quarter goes into the threshold */
    uint8_t nearest[WW_BLOCK_PIXELS];   /* 4 × the usual distance of the nearest sample; a quarter as well */
    uint8_t candidate[WW_BLOCK_PIXELS]; /* luma that may become background */
    uint8_t votes[WW_BLOCK_PIXELS];     /* for it */
    uint64_t was_foreground;
    uint8_t fast, slow; /* the newest of either ring; older ones follow it */
    uint16_t luma_sum;  /* of the frame: 0…64 × 255 */
    uint8_t unused[52];
};

_Static_assert(sizeof(struct ww_sample_block) % 64 == 0, "blocks must stay aligned");

/* Chances are those of a block in a frame, of WW_ALWAYS. */
struct ww_sample_rates {
    uint32_t seed;              /* of the frame: two frames with one seed learn in the same blocks */
    uint32_t learn, learn_slow; /* a sample of either ring; `nearest` follows with the fast one */
    uint32_t settle;            /* `noise` falls by one */
    uint32_t vote;              /* for or against the candidate */
    uint8_t threshold;          /* a distance that is background to a pixel at rest, 0 to 128 */
    uint8_t blink;              /* what `noise` gains by a change of sides */
    uint8_t absorb;             /* so many votes make foreground learn */
    uint8_t rounds;             /* samples written at once to either ring, 1 to WW_SAMPLES */
    uint8_t everything;         /* foreground learns as well: the model begins */
};

#endif
