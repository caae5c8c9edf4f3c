/* Events of a log that never expire. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_HELD_EVENTS_H
#define WW_COMMANDS_HELD_EVENTS_H

#include "sink/holds.h"

/* Holds events of the folder's log and their clips, or releases them, and writes that down. -ENOENT: there is
 * no such event, and nothing was changed. */
int ww_held_events_change(const char *folder, char **events, size_t count, bool release,
                          struct ww_error *error);

#endif
