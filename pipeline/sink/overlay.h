/* Lines and boxes on pictures. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_OVERLAY_H
#define WW_SINK_OVERLAY_H

#include <wallwatch/detector.h>

#include "sink/text.h"

/* A straight line, `thickness` pixels wide; ends are round. Coordinates may lie outside. */
void ww_overlay_line(struct ww_picture *picture, float x0, float y0, float x1, float y1, float thickness,
                     struct ww_rgb colour);

/* The four sides of a box, drawn around it, so that they cover nothing of what is in it. */
void ww_overlay_box(struct ww_picture *picture, const struct ww_box *box, int thickness,
                    struct ww_rgb colour);

/* A zone's outline, or a wall's line with teeth on its outside, in a frame that takes the picture's upper
 * `height` rows. This and what follows has a black rim. */
void ww_overlay_region(struct ww_picture *picture, uint32_t height, const struct ww_region *region,
                       float thickness, struct ww_rgb colour);

/* Lines from spot to spot, with a head at the last one. */
void ww_overlay_path(struct ww_picture *picture, const struct ww_spot *path, size_t count, float thickness,
                     struct ww_rgb colour);

/* A dot where a wall was crossed, and beside the box an arrow across the wall, in or out. */
void ww_overlay_crossing(struct ww_picture *picture, uint32_t height, const struct ww_region *wall,
                         struct ww_spot at, bool inward, const struct ww_box *box, float thickness,
                         struct ww_rgb colour);

#endif
