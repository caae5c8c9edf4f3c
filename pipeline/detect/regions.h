/* The watched parts of a picture as bits. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_REGIONS_H
#define WW_DETECT_REGIONS_H

#include <wallwatch/detector.h>

#include "detect/bitplane.h"

struct ww_regions {
    struct ww_bitplane *planes; /* one a region */
    struct ww_bitplane visible; /* the whole picture, without what is ignored */
    uint64_t *in_row;           /* one bit a region that has a pixel in that row */
    size_t count;
};

/* Returns 0 or a negative errno: -EINVAL for what is no region, -ENOMEM. */
int ww_regions_create(struct ww_regions *regions, const struct ww_detector_config *config,
                      struct ww_error *error);
void ww_regions_destroy(struct ww_regions *regions);

/* One bit a region that has a pixel in row y from start to end (exclusive). */
uint64_t ww_regions_touched(const struct ww_regions *regions, uint32_t y, uint32_t start, uint32_t end);

#endif
