/* A person made of limbs. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_SCENES_FIGURE_H
#define WW_CAPTURE_SCENES_FIGURE_H

#include "capture/scenes/scene.h"

struct ww_figure {
    float x, y;   /* pixels: between the feet, on the ground */
    float height; /* pixels from sole to crown */
    float facing; /* -1 left, 1 right, 0 towards us or away */
    float stride; /* turns of the gait; 0.5 is one step */
    float swing;  /* 0 stands still, 1 walks */
    float reach;  /* 0 arms hang, 1 arms stretched up */
    float tuck;   /* 0 legs straight, 1 drawn up as over a wall */
    float lean;   /* to the right, as a part of the height */
    struct ww_colour coat, trousers, skin;
};

/* Draws the figure and gives its box, cut to what is drawn; false where nothing of it is. */
bool ww_figure_draw(struct ww_canvas *canvas, const struct ww_figure *figure, struct ww_scene_box *box);

#endif
