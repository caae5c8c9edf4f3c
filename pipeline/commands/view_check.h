/* What is wrong with a camera's walls and zones before the night. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_VIEW_CHECK_H
#define WW_COMMANDS_VIEW_CHECK_H

#include "config/site.h"

/* Warns of walls and zones under what is ignored, and of walls at which somebody would be too small to be
 * found. Returns how many warnings there were. */
int ww_view_check(const struct ww_site_camera *camera);

#endif
