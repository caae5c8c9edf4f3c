/* Sway: is what looks like a blob only the background, a little beside its place?
 * SPDX-License-Identifier: Apache-2.0
 *
 * Leaves in the wind, water, and a camera that trembles show at every pixel what the background has
 * nearby. A pixel is explained when some pixel of the background near it has about its brightness; a
 * blob of which most is explained is sway. Somebody who comes is brighter or darker than all around.
 *
 * Source: the test for small displacements of A. Elgammal, D. Harwood and L. Davis, "Non-parametric
 * Model for Background Subtraction" (ECCV 2000), section 4. */
#ifndef WW_DETECT_SWAY_H
#define WW_DETECT_SWAY_H

#include "detect/blobs.h"
#include "detect/foreground.h"

struct ww_sway_rules {
    int radius;      /* pixels that the background may be displaced */
    int tolerance;   /* grey levels */
    float explained; /* part of a blob that must be explained to be sway, 0–1 */
};

/* Takes the blobs that are sway out of the list, keeps the order of the others, and returns how many
 * they are. A blob is judged by at most about a hundred of its pixels, evenly spread. */
size_t ww_sway_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_sway_rules *rules);

#endif
