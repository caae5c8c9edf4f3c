/* Sway: is what looks like a blob only the background in another light, or a little beside its place?
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shadows, headlights and a camera's exposure change the brightness of the ground, but not its texture;
 * leaves in the wind, and a camera that trembles, move it by a few pixels. Compared are the gradients of the
 * picture and of the background, displaced by up to `reach` pixels: where they correlate for one
 * displacement, the blob is the background. Somebody who comes hides it. Gradients between the blob and what
 * is beside it do not count where there are others: the edge of a wall that somebody comes over is there with
 * him as it was without.
 *
 * Sources: texture under shadows by correlation, J. C. S. Jacques Jr., C. R. Jung, S. R. Musse, "Background
 * Subtraction and Shadow Detection in Grayscale Video Sequences" (SIBGRAPI 2005), here of gradients; small
 * displacements of a whole component, A. Elgammal, D. Harwood, L. Davis, "Non-parametric Model for Background
 * Subtraction" (ECCV 2000), section 4. */
#ifndef WW_DETECT_SWAY_H
#define WW_DETECT_SWAY_H

#include "detect/blobs.h"
#include "detect/foreground.h"

enum { WW_MOST_REACH = 4 };

struct ww_sway_rules {
    int reach; /* pixels that the background may be displaced, 0 to WW_MOST_REACH */
    float in_place,
        displaced; /* correlation of very many pixels from which on a blob is the background, 0–1 */
};

/* Takes the blobs that are sway out of the list, keeps the order of the others, and returns how many they
 * are. A blob is judged by a few small windows in it; one where `followed` is set only by its texture in
 * place. */
size_t ww_sway_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_bitplane *followed, const struct ww_sway_rules *rules);

#endif
