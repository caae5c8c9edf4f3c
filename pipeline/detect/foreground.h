/* From a luma plane to a clean mask: a background model and what belongs to it. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_DETECT_FOREGROUND_H
#define WW_DETECT_FOREGROUND_H

#include <wallwatch/detector.h>

#include "detect/bitplane.h"
#include "detect/shake.h"

struct ww_foreground_rules {
    enum ww_model model;
    uint8_t threshold, dark; /* of the multi-sample model; see sample_block.h */
    uint8_t min_threshold;   /* of the light one, grey levels */
    uint8_t factor;          /* likewise, of a pixel's usual distance from its mean; 3 or 4 */
    double warm_up_seconds, absorb_seconds;
    float person; /* pixels, the least height of one; 0: unknown */
    int threads;  /* that share a frame */
};

struct ww_foreground;

struct ww_extent {
    int left, top, right, bottom; /* the last two are beyond it */
};

struct ww_foreground *ww_foreground_create(uint32_t width, uint32_t height,
                                           const struct ww_foreground_rules *rules); /* NULL: no memory */
void ww_foreground_destroy(struct ww_foreground *foreground);

/* Looks at the next frame and learns it, except where `held` is set; what changes where `calm` is set is no
 * noise. The mask is the foreground's, until the next step; bits of it may be cleared. */
struct ww_bitplane *ww_foreground_step(struct ww_foreground *foreground, const struct ww_luma *luma,
                                       double pts, const struct ww_bitplane *calm,
                                       const struct ww_bitplane *held);

/* Where the picture of the last step lies beside the background, where the mask and the plane are. */
struct ww_shift ww_foreground_shift(const struct ww_foreground *foreground);

/* 0, or the factor by which light or exposure changed all over the picture, a second before the last step. */
double ww_foreground_light(const struct ww_foreground *foreground);

/* Standard deviation of the picture's noise, grey levels. */
double ww_foreground_noise(const struct ww_foreground *foreground);

/* The plane of the last step, with less noise, in the background's exposure and place: what the background is
 * made of.
 */
const struct ww_luma *ww_foreground_luma(const struct ww_foreground *foreground);

/* What changes there with the next step is no noise; it may reach beyond the plane. */
void ww_foreground_expect(struct ww_foreground *foreground, struct ww_extent extent);

/* What is set around the mask, too; of the last step, and where something is expected. */
const struct ww_bitplane *ww_foreground_near(const struct ww_foreground *foreground);

/* Takes the next frame as the background. */
void ww_foreground_relearn(struct ww_foreground *foreground);

/* The background's brightness in row y from column `left` on; where there is foreground, what was there
 * before. Rows and columns beyond the plane are as the nearest inside. */
void ww_foreground_background(const struct ww_foreground *foreground, int y, int left, int count,
                              uint8_t *luma);

#endif
