/* Blobs: connected components of the foreground mask, and groups of those that lie close together.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Components are found from runs of set bits with union-find, in one pass over the mask
 * (L. He, Y. Chao, K. Suzuki, "A run-based two-scan labeling algorithm", IEEE TIP 2008).
 *
 * Holes are found on the way. A run that joins two neighbours above it which hang together already closes
 * one, whose lowest gap lies between them: runs and where they touch are a graph, and its cycles are the
 * holes. So nothing is asked of the gaps of a mask that has none. */
#ifndef WW_DETECT_BLOBS_H
#define WW_DETECT_BLOBS_H

#include "detect/bitplane.h"
#include "detect/regions.h"

enum { WW_MAX_BLOBS = 128 };

struct ww_blob {
    int left, top, right, bottom; /* pixels of the plane; right and bottom are exclusive */
    uint32_t area;                /* set pixels */
    float x, y;                   /* centroid */
    float person;                 /* how tall somebody is there; pixels, 0 where not known */
    bool is_small;                /* for somebody who is there; false where that is not known */
    float step;                   /* how much of its difference is at its outline; 0: not known; see glow.h */
    uint64_t regions;             /* one bit a region that it touches */
};

struct ww_blob_rules {
    uint32_t min_component; /* smaller ones are dropped before grouping; pixels */
    uint32_t min_area;      /* smaller groups are dropped; pixels */
    int gap;                /* components whose boxes are this near are one blob; pixels */
};

struct ww_labeller;

struct ww_labeller *ww_labeller_create(uint32_t width, uint32_t height); /* NULL: no memory */
void ww_labeller_destroy(struct ww_labeller *labeller);

/* Fills the mask's holes: what is surrounded (4-connected), so that it does not reach the mask's edge.
 * Returns the number of blobs, largest first, at most WW_MAX_BLOBS; *blobs is the labeller's and valid
 * until the next call. A mask with more runs than an eighth of its pixels is noise: no blobs, nothing filled.
 */
size_t ww_labeller_find(struct ww_labeller *labeller, struct ww_bitplane *mask,
                        const struct ww_regions *regions, const struct ww_blob_rules *rules,
                        struct ww_blob **blobs);

#endif
