/* What an intruder does. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_PEOPLE_H
#define WW_BENCH_QUALITY_PEOPLE_H

#include "world.h"

/* Draws the intruder t seconds after entering. ground: the luma around. */
bool people_draw(struct ww_canvas *canvas, const struct scenario *scenario, float t, int ground,
                 struct ww_scene_box *box);

#endif
