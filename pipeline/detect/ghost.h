/* Ghosts: foreground where nothing is, because what the background knows there has gone.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Somebody who stands before a wall has an outline in the picture, and the background has none there; with a
 * ghost it is the other way round. Compared are the steps of brightness across the blob's left and right
 * edges.
 *
 * Source: the edge energy of J. C. San Miguel, J. M. Martínez, "Robust unattended and stolen object detection
 * by fusing simple algorithms" (AVSS 2008), section 3. */
#ifndef WW_DETECT_GHOST_H
#define WW_DETECT_GHOST_H

#include "detect/blobs.h"
#include "detect/foreground.h"

/* True for a blob of which the background explains the outline much better than the picture does. */
bool ww_ghost_is(const struct ww_blob *blob, const struct ww_luma *luma,
                 const struct ww_foreground *foreground, const struct ww_bitplane *mask);

#endif
