/* The background model: what the picture looks like when nobody is there.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each pixel keeps a mean of its brightness and a threshold, a byte each. It is foreground when it is further
 * from the mean than the threshold, which follows a multiple of the pixel's usual distance from its mean.
 * Foreground is learned slowly, so that somebody who stops stays seen.
 *
 * Both go by one level or not at all with a frame: a step of d / n levels is a step of one in d of n frames,
 * d being less than n. In which, a sequence decides that leaves no gaps: frac(frame × golden ratio), begun
 * elsewhere in neighbouring pixels. So a byte holds what would take a fixed point of two, at half the memory
 * to move.
 *
 * Sources: running averages after C. Wren et al., "Pfinder" (IEEE PAMI 1997); steps of one level and a
 * per-pixel threshold from the pixel's own variation after A. Manzanera and J. Richefeu, "A new motion
 * detection algorithm based on Σ-Δ background estimation" (Pattern Recognition Letters 2007). */
#ifndef WW_DETECT_BACKGROUND_H
#define WW_DETECT_BACKGROUND_H

#include <wallwatch/detector.h>

#include "detect/bitplane.h"
#include "kernels.h"

struct ww_background_parameters {
    double mean_seconds;       /* time constant of the mean */
    double foreground_seconds; /* of the mean under foreground */
    double threshold_seconds;  /* of the threshold */
    uint8_t min_threshold;     /* grey levels */
    int factor;                /* of the usual distance from the mean; 3 or 4 */
    double warm_up_seconds;    /* in which the model learns as fast as frames come */
};

enum { WW_BACKGROUND_LIMITS = 4 };

/* The stages after it read `mean`; nobody else writes. */
struct ww_background {
    struct ww_background_parameters parameters;
    uint8_t *mean, *threshold; /* in one piece */
    size_t stride;
    uint8_t limits[WW_BACKGROUND_LIMITS][3]
                  [64]; /* of the last step: of rows in turn, see ww_background_step */
    uint32_t width, height;
    bool learned; /* there was a first frame */
    double pts;   /* of the last step */
    double age;   /* seconds learned */
    int young;    /* frames learned in the warm-up */
    uint32_t frames;
};

struct ww_background *ww_background_create(uint32_t width, uint32_t height,
                                           const struct ww_background_parameters *parameters);
void ww_background_destroy(struct ww_background *background);

/* Decides and learns; all of `foreground` is written. pts: seconds. */
void ww_background_step(struct ww_background *background, const struct ww_luma *luma, double pts,
                        struct ww_bitplane *foreground);

/* Takes the next frame as the background, and warms up anew. */
void ww_background_relearn(struct ww_background *background);

#endif
