/* Whether walls have their outside where the rest of the drawing has it. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WW_COMMANDS_SIDES_CHECK_H
#define WW_COMMANDS_SIDES_CHECK_H

#include "commands/camera.h"

/* Where somebody goes in the picture who comes in over the wall: down, to the right, … */
const char *ww_sides_inward(const struct ww_region *wall, float aspect);

/* Warns of walls that are outside of each other, of one around a place that is its outside, and of walls that
 * all zones lie outside of. aspect: height of the picture by its width. Returns how many warnings there were.
 */
int ww_sides_check(const struct ww_camera_view *view, float aspect);

#endif
