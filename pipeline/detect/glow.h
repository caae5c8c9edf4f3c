/* Blobs that are light: headlights, shadows of clouds, fog. SPDX-License-Identifier: Apache-2.0
 *
 * Whoever comes into the picture has an outline: there the picture's difference to the background begins at
 * once. Light has none, it begins gradually, as a difference or, where it falls on things that are bright and
 * dark, as a factor. The width of the step tells a penumbra from an object (J. Stauder, R. Mech, J.
 * Ostermann, "Detection of moving cast shadows for object segmentation", IEEE Trans. Multimedia 1999). */
#ifndef WW_DETECT_GLOW_H
#define WW_DETECT_GLOW_H

#include <wallwatch/detector.h>

#include "detect/blobs.h"
#include "detect/foreground.h"

/* Takes the blobs that are light out of the list, except those that are followed already, keeps the order of
 * the others, and returns how many they are. The step at their outlines is told as a part of their difference
 * to the background: about 1 of an object, little of light. */
size_t ww_glow_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_bitplane *followed);

#endif
