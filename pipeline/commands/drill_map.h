/* The camera's view with the guarded and the unguarded stretches of its walls.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_DRILL_MAP_H
#define WW_COMMANDS_DRILL_MAP_H

#include "commands/drill_report.h"

/* Writes a JPEG of a frame of the footage: walls green where guarded, yellow where partly, red where not,
 * with teeth that point outside, and at each place a box as tall as somebody is there, with how many drills
 * were seen. What the colours mean is written below. */
int ww_drill_map_write(const struct ww_survey *survey, const char *folder, const char *name,
                       struct ww_error *error);

#endif
