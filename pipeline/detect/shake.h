/* A camera that shakes: how far the picture lies beside the background. SPDX-License-Identifier: Apache-2.0
 *
 * The picture is cut into tiles, and each tile is projected onto its two sides; the slopes of the
 * projections, which light does not move, are compared with their running means, displaced by up to
 * WW_SHAKE_REACH pixels. What most tiles with texture agree on is the camera's; what a few say is somebody's,
 * or a tree's (projections: S. Erturk, "Digital image stabilization with sub-image phase correlation based
 * global motion estimation", IEEE Trans. Consumer Electronics 2003, for the sub-images; K. Ratakonda,
 * "Real-time digital video stabilization for multi-media applications", ISCAS 1998, for the integral
 * projections). */
#ifndef WW_DETECT_SHAKE_H
#define WW_DETECT_SHAKE_H

#include <wallwatch/detector.h>

enum { WW_SHAKE_REACH = 8 };

struct ww_shake;

struct ww_shake *ww_shake_create(uint32_t width, uint32_t height); /* NULL: no memory */
void ww_shake_destroy(struct ww_shake *shake);

/* What is at x, y of the background is at x + shift.x, y + shift.y of the picture. */
struct ww_shift {
    int x, y;
};

/* Looks at the next frame. */
struct ww_shift ww_shake_step(struct ww_shake *shake, const struct ww_luma *luma, double pts);

#endif
