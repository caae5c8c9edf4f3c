/* What is wrong with a camera's walls and zones before the night. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_VIEW_CHECK_H
#define WW_COMMANDS_VIEW_CHECK_H

#include "config/site.h"

/* Says of each wall, on standard output, which way leads inside. */
void ww_view_describe(const struct ww_site_camera *camera);

/* Warns of walls and zones under what is ignored, of walls at which somebody would be too small to be found,
 * and of sides that seem swapped. Returns how many warnings there were. */
int ww_view_check(const struct ww_site_camera *camera);

#endif
