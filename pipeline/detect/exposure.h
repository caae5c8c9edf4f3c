/* How much brighter a picture is than its background, all over: a camera's own exposure and gain, a
 * flickering lamp. SPDX-License-Identifier: Apache-2.0
 *
 * The gain is the median of the ratios over a grid of pixels: whoever is in the picture is a small part of
 * it. */
#ifndef WW_DETECT_EXPOSURE_H
#define WW_DETECT_EXPOSURE_H

#include <stdbool.h>
#include <stdint.h>

enum { WW_RATIO_BINS = 256, WW_RATIO_ONE = 64 }; /* ratios up to 4 in steps of 1/64 */

/* All zero to begin with. */
struct ww_exposure {
    uint32_t ratios[WW_RATIO_BINS];
    uint32_t count;
};

/* A pixel of the picture and of the background; too dark or too bright ones do not count. */
void ww_exposure_add(struct ww_exposure *exposure, int picture, int background);

/* What the gain was before it changed. All zero to begin with. */
struct ww_exposure_course {
    double usual; /* the gain, a running mean; 0: none yet */
    double pts, since;
    double told, pause; /* pts; seconds after it: the longer, the more often it changes */
    bool changes;
};

/* Follows the gain. 0, or the factor by which the picture became brighter, a second after it did: once for
 * each change that stays. */
double ww_exposure_follow(struct ww_exposure_course *course, double gain, double pts);

/* The gain; 1 where it is too near to that to matter, or cannot be told. */
double ww_exposure_gain(const struct ww_exposure *exposure);

#endif
