/* How noisy the sensor is. SPDX-License-Identifier: Apache-2.0
 *
 * The median of the differences of two frames, over a grid of pixels: what moves is a small part of the
 * picture. For normal noise it is 0.954 times the standard deviation (P. J. Rousseeuw, C. Croux,
 * "Alternatives to the Median Absolute Deviation", JASA 1993). */
#ifndef WW_DETECT_NOISE_H
#define WW_DETECT_NOISE_H

#include <stdbool.h>

#include <wallwatch/detector.h>

struct ww_noise;

/* `person` is how tall the smallest people are, in pixels; 0: not known. NULL: no memory. */
struct ww_noise *ww_noise_create(uint32_t width, uint32_t height, float person);
void ww_noise_destroy(struct ww_noise *noise);

struct ww_noisiness {
    double deviation; /* the standard deviation of the noise, grey levels */
    bool smooth;      /* so noisy that the pictures are better smoothed; it changes only after long */
};

/* Looks at the next frame. */
struct ww_noisiness ww_noise_step(struct ww_noise *noise, const struct ww_luma *luma, double pts);

#endif
