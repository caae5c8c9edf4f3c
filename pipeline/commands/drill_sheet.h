/* A contact sheet of who was missed in drills: would you have seen him? SPDX-License-Identifier: Apache-2.0
 */
#ifndef WW_COMMANDS_DRILL_SHEET_H
#define WW_COMMANDS_DRILL_SHEET_H

#include "commands/drill_survey.h"

/* Writes a JPEG of at most WW_SURVEY_VIEWS of them; nothing where nobody was missed. Returns how many there
 * are on it, or a negative errno. */
int ww_drill_sheet_write(const struct ww_survey *survey, const char *folder, const char *name,
                         struct ww_error *error);

#endif
