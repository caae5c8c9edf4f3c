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

/* A zone's outline or a wall's line, in a frame that takes the picture's upper `height` rows. */
void ww_overlay_region(struct ww_picture *picture, uint32_t height, const struct ww_region *region,
                       float thickness, struct ww_rgb colour);

#endif
