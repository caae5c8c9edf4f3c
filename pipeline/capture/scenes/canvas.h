/* Drawing on an I420 picture. SPDX-License-Identifier: Apache-2.0
 *
 * Shapes are antialiased; what lies outside the picture or at or below `clip_bottom` is not drawn.
 * All arithmetic gives the same bits on every machine. */
#ifndef WW_CAPTURE_SCENES_CANVAS_H
#define WW_CAPTURE_SCENES_CANVAS_H

#include <stdint.h>

struct ww_canvas {
    uint8_t *y, *u, *v; /* width × height, and half of each (both even) */
    int width, height;
    int clip_bottom;
};

struct ww_colour {
    uint8_t y, u, v;
};

void ww_canvas_rectangle(struct ww_canvas *canvas, int x, int y, int width, int height,
                         struct ww_colour colour);

/* From top to bottom of the rectangle. */
void ww_canvas_gradient(struct ww_canvas *canvas, int x, int y, int width, int height, struct ww_colour top,
                        struct ww_colour bottom);

/* All that is within `radius` of the line from (x0, y0) to (x1, y1): a limb; a disc where both ends
 * are one. */
void ww_canvas_capsule(struct ww_canvas *canvas, float x0, float y0, float x1, float y1, float radius,
                       struct ww_colour colour);

/* Multiplies the luma by gain / 256 and adds sensor noise of about `sigma` grey levels. */
void ww_canvas_expose(struct ww_canvas *canvas, int gain, int sigma, uint32_t seed);

/* Grain of ± `depth` levels that stays where it is: plaster, gravel. */
void ww_canvas_texture(struct ww_canvas *canvas, int x, int y, int width, int height, int grain, int depth,
                       uint32_t seed);

uint32_t ww_hash(uint32_t value); /* well mixed */
float ww_sine(float turns);       /* of a full turn; error below 0.001 */

#endif
