/* When the feet of somebody slow passed a line. SPDX-License-Identifier: Apache-2.0
 *
 * Who creeps needs a third of a second for a pixel: by the frame where a box's lower side changes sides the
 * moment is told by chance, of a foot that is lifted, or lost in ground that is like it. A straight line
 * through what was seen before and after, of frames in which he is seen down to his feet, tells it better. */
#ifndef WW_DETECT_FOOTFALL_H
#define WW_DETECT_FOOTFALL_H

#include "detect/walls.h"

enum { WW_FOOTFALLS = 64 };

#define WW_FOOTFALL_SECONDS 1.5 /* before and after the passing, that are looked at */

struct ww_footfall {
    struct ww_moment moment;
    float distance; /* of the lowest row's middle from the line, pixels */
};

/* Of the last seconds, a few a second: a ring. Zeroed: empty. */
struct ww_footfalls {
    struct ww_footfall seen[WW_FOOTFALLS];
    int count, next;
};

void ww_footfalls_add(struct ww_footfalls *footfalls, const struct ww_moment *moment, float distance);

/* Gives the moment of passing a better time, and the frame of then; its place on the line stays. All stays
 * where he is not slow, or was not seen well enough, or no line fits. */
void ww_footfalls_refine(const struct ww_footfalls *footfalls, struct ww_moment *passed);

#endif
