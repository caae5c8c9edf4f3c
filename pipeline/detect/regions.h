/* The watched parts of a picture as bits. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_REGIONS_H
#define WW_DETECT_REGIONS_H

#include <wallwatch/detector.h>

#include "detect/bitplane.h"

/* Pixels from where the span before it ends, which are of the same regions. */
struct ww_region_span {
    uint64_t regions; /* one bit each */
    uint32_t end;
};

struct ww_regions {
    struct ww_bitplane *planes;   /* one a region */
    struct ww_bitplane visible;   /* the whole picture, without what is ignored */
    struct ww_region_span *spans; /* the same, of each row from left to right, all together */
    size_t *first;                /* of a row; one more than rows */
    size_t count;
};

/* Returns 0 or a negative errno: -EINVAL for what is no region, -ENOMEM. */
int ww_regions_create(struct ww_regions *regions, const struct ww_detector_config *config,
                      struct ww_error *error);
void ww_regions_destroy(struct ww_regions *regions);

/* One bit a region that has a pixel in row y from start to end (exclusive). */
uint64_t ww_regions_touched(const struct ww_regions *regions, uint32_t y, uint32_t start, uint32_t end);

#endif
