/* Somebody who is not there: drawn into a plane of brightness on his way over a wall, for drills.
 * SPDX-License-Identifier: Apache-2.0
 *
 * His size is the one that the `person` scale gives for where his feet are. His brightness differs from what
 * he has behind him on the wall by `contrast` of it, so that the same contrast is as hard to see by night as
 * by day; the noise of the camera is on him as on all else. Ground is taken to be seen at 30 degrees, a wall
 * to be a fifth higher than he is. */
#ifndef WW_COMMANDS_INTRUDER_H
#define WW_COMMANDS_INTRUDER_H

#include "commands/camera.h"

enum ww_intruder_way {
    WW_INTRUDER_WALKS,  /* on the ground, right across the line */
    WW_INTRUDER_CLIMBS, /* up on the far side, hidden by the wall, over it and down; or the other way round */
    WW_INTRUDER_STAYS,  /* comes to the line and stays there */
    WW_INTRUDER_WAYS
};

const char *ww_intruder_way_name(enum ww_intruder_way way); /* walk, climb, stay */

struct ww_intruder_plan {
    const struct ww_region *wall;
    float place; /* along its line, 0–1 */
    enum ww_intruder_way way;
    bool outward;
    float contrast; /* of the brightness behind him: -0.6 is much darker, 0.15 a little brighter */
    double stays;   /* seconds, of who stays */
};

struct ww_intruder;

/* Whether somebody can be shown climbing there: a wall that is seen from its end cannot hide him. */
bool ww_intruder_can_climb(const struct ww_region *wall, float place, uint32_t width, uint32_t height);

/* In planes of this size; what the plan and the view lend must outlive him. Returns 0 or -ENOMEM. */
int ww_intruder_create(struct ww_intruder **intruder, const struct ww_intruder_plan *plan,
                       const struct ww_camera_view *view, uint32_t width, uint32_t height);
void ww_intruder_destroy(struct ww_intruder *intruder);

double ww_intruder_seconds(const struct ww_intruder *intruder); /* from his first to his last frame */
double ww_intruder_crosses(const struct ww_intruder *intruder); /* seconds until he is over the line */
float ww_intruder_height(const struct ww_intruder *intruder);   /* pixels, at the line */
float ww_intruder_contrast(const struct ww_intruder *intruder); /* as he was drawn: white has an end */

/* Where he passes the line, pixels. */
struct ww_spot ww_intruder_place(const struct ww_intruder *intruder);

/* Draws him, `t` seconds after his first frame, over `plane`, which is a copy of `luma` with rows of `stride`
 * bytes; `before` is the frame before (NULL: no noise). Returns whether anything of him is seen, and then
 * *box around it. */
bool ww_intruder_draw(struct ww_intruder *intruder, double t, const struct ww_luma *luma,
                      const struct ww_luma *before, uint8_t *plane, ptrdiff_t stride, struct ww_box *box);

#endif
