/* The state of the multi-sample background model, 64 pixels side by side. SPDX-License-Identifier: Apache-2.0
 *
 * A sample is a pixel's luma and its census code as they were once. The code has one bit for each of the 8
 * neighbours at a distance of WW_CENSUS_REACH rows or columns, set where the neighbour's luma is further from
 * the pixel's than WW_CENSUS_TOLERANCE + luma / 8: texture, which a change of light leaves. The distance of
 * two samples is
 *
 *   |luma - luma'| + 3 × bits in which the codes differ.
 *
 * A pixel is background when WW_MATCHES of its samples, the newest asked first, are within
 *
 *   min(threshold, dark + luma / 8) + noise / 4 + nearest / 4
 *
 * noise: gains by changes of side, unless the pixel is calm: `rise` when it becomes foreground, `fall` when
 * it is background again, but `flash` when it was foreground in one frame alone. Settles by 1.
 *
 * nearest: four times the distance of the nearest sample that was asked, followed in steps of 1.
 *
 * Samples leave first in, first out, fast and slow ones apart. The newest fast ones lie outside of the ring
 * of the others: when one is taken, the last of them moves to the place of the oldest. Where a pixel does not
 * learn, its oldest sample becomes its newest. A pixel learns when it is background, or when its luma is that
 * of a candidate with enough votes; not where it is held. Foreground votes: for the candidate where it is
 * within WW_SAME_CANDIDATE of it, else against it; without votes it takes its place. All pixels of a row do
 * these things at the same moments.
 *
 * Sources:
 *
 * - H. Wang, D. Suter, "A consensus-based method for tracking: modelling background scenario and foreground
 *   appearance", Pattern Recognition 2007: background is what enough samples agree with; first in, first out.
 *
 * - P.-L. St-Charles, G.-A. Bilodeau, R. Bergevin, "SuBSENSE: a universal change detection method with local
 *   adaptive sensitivity", IEEE TIP 2015: samples of intensity and binary similarity; thresholds steered by
 *   blinking and by the smallest distance.
 *
 * - R. Boyer, J. S. Moore, "MJRTY: a fast majority vote algorithm", 1991: what has lain long enough is
 *   background, although things pass before it. */
#ifndef WW_KERNELS_SAMPLE_BLOCK_H
#define WW_KERNELS_SAMPLE_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    WW_BLOCK_PIXELS = 64,
    WW_FAST_SAMPLES = 12, /* of the last seconds */
    WW_SLOW_SAMPLES = 4,  /* of some more */
    WW_SAMPLES = WW_FAST_SAMPLES + WW_SLOW_SAMPLES,
    WW_MATCHES = 2,                                         /* make background */
    WW_RECENT_SAMPLES = WW_MATCHES,                         /* the newest of the fast ones */
    WW_OLDER_SAMPLES = WW_FAST_SAMPLES - WW_RECENT_SAMPLES, /* and the rest */
    WW_SAME_CANDIDATE = 12,                                 /* grey levels */
    WW_CENSUS_REACH = 2,
    WW_CENSUS_TOLERANCE = 5,
};

struct ww_sample {
    uint8_t luma[WW_BLOCK_PIXELS], census[WW_BLOCK_PIXELS];
};

/* What every frame reads of every block: side by side, it comes from memory in one piece. */
struct ww_sample_recent {
    struct ww_sample samples[WW_RECENT_SAMPLES]; /* the newest first */
    uint8_t noise[WW_BLOCK_PIXELS];   /* of how often it changes sides; a quarter goes into the threshold */
    uint8_t nearest[WW_BLOCK_PIXELS]; /* 4 × the usual distance of the nearest sample; a quarter as well */
};

/* What is asked where those do not match, or when something is learned. */
struct ww_sample_past {
    struct ww_sample fast[WW_OLDER_SAMPLES], slow[WW_SLOW_SAMPLES]; /* rings */
    uint8_t candidate[WW_BLOCK_PIXELS];                             /* luma that may become background */
    uint8_t votes[WW_BLOCK_PIXELS];                                 /* for it */
};

/* Which pixels of a block were foreground: apart from it, as every frame writes them. */
struct ww_sample_sides {
    uint64_t last, before; /* a frame ago, and two */
};

_Static_assert(sizeof(struct ww_sample_recent) % 64 == 0 && sizeof(struct ww_sample_past) % 64 == 0,
               "blocks must stay aligned");

/* What a row does in a frame. */
struct ww_sample_step {
    uint8_t fast, slow; /* the newest sample in either ring; older ones follow, from the last on the first */
    bool learn;         /* takes a fast sample; `nearest` follows */
    bool learn_slow;    /* takes a slow one, before the newest */
    bool settle;        /* `noise` falls by one */
    bool vote;          /* for or against the candidate */
    bool all_fast, all_slow;   /* foreground learns as well, into either ring: the model is young */
    uint8_t rounds;            /* samples that are taken at once, 1 to WW_SAMPLES */
    uint8_t threshold;         /* a distance that is background to a bright pixel at rest, 0 to 128 */
    uint8_t dark;              /* and to a black one; dark + luma / 8 between them */
    uint8_t rise, fall, flash; /* what `noise` gains */
    uint8_t absorb;            /* so many votes make foreground learn */
};

/* The index in a ring of that size, by `steps` older; negative: newer. */
static inline uint8_t ww_older(uint8_t index, int steps, int size)
{
    return (uint8_t)((index + steps + WW_SAMPLES * size) % size);
}

#endif
