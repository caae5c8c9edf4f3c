/* One camera of a configuration. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_SITE_CHOICE_H
#define WW_COMMANDS_SITE_CHOICE_H

#include "config/site.h"

/* The camera of that name; NULL: the only one. NULL, with the message already written, where there is none
 * or several. `path` names the file. */
const struct ww_site_camera *ww_site_choose(const struct ww_site *site, const char *name, const char *path);

#endif
