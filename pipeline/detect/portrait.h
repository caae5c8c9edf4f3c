/* How well a frame shows somebody. SPDX-License-Identifier: Apache-2.0
 *
 * Large, whole in the picture, sharp and in contrast to what is around. Sharpness and contrast are one
 * measure, the root of the mean squared gradient in the box (Tenengrad; Krotkov, "Focusing", IJCV 1, 1987),
 * but of the product of the gradients of two neighbouring rows, in which noise cancels itself out: a frame is
 * not better because it is noisy. */
#ifndef WW_DETECT_PORTRAIT_H
#define WW_DETECT_PORTRAIT_H

#include "detect/shake.h"
#include "detect/tracker.h"

/* The most that a frame of width × height could be worth for a track, whatever it looks like. Cheap. */
float ww_portrait_limit(const struct ww_track *track, uint32_t width, uint32_t height);

/* What it is worth; more than 0. `shift` leads from the track to the plane. */
float ww_portrait_worth(const struct ww_track *track, struct ww_shift shift, const struct ww_luma *luma);

#endif
