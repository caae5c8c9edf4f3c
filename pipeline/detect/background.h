/* The background model: what the picture looks like when nobody is there.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each pixel keeps a running mean and a running mean absolute deviation of its brightness, in 1/128
 * grey levels. It is foreground when it is further from the mean than a multiple of the deviation.
 * Foreground is learned slowly, so that somebody who stops stays seen.
 *
 * Sources: running averages after C. Wren et al., "Pfinder" (IEEE PAMI 1997); a per-pixel threshold
 * from the pixel's own variation after A. Manzanera and J. Richefeu, "A new motion detection algorithm
 * based on Σ-Δ background estimation" (Pattern Recognition Letters 2007). */
#ifndef WW_DETECT_BACKGROUND_H
#define WW_DETECT_BACKGROUND_H

#include <wallwatch/detector.h>

#include "detect/bitplane.h"
#include "kernels.h"

struct ww_background_parameters {
    double mean_seconds;       /* time constant of the mean */
    double foreground_seconds; /* of the mean under foreground */
    double deviation_seconds;  /* of the deviation */
    double min_threshold;      /* grey levels */
    int factor;                /* threshold = factor × deviation, 1–4 */
    double warm_up_seconds;    /* in which the model learns as fast as frames come */
};

/* The stages after it read `mean`; nobody else writes. */
struct ww_background {
    struct ww_background_parameters parameters;
    int16_t *mean, *deviation;
    size_t stride; /* entries */
    uint32_t width, height;
    bool learned; /* there was a first frame */
    double pts;   /* of the last step */
    double age;   /* seconds learned */
    int frames;   /* learned, up to the end of the warm-up */
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
