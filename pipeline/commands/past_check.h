/* Whether walls were seen well, of late, when they were armed. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_PAST_CHECK_H
#define WW_COMMANDS_PAST_CHECK_H

#include "config/site.h"

/* Asks the log of the site's store, if there is one, about the last seven days, and warns. Returns how many
 * warnings there were. */
int ww_past_check(const struct ww_site *site);

#endif
