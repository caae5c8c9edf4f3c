/* What drills found: for each wall and place, who is seen there. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_DRILL_REPORT_H
#define WW_COMMANDS_DRILL_REPORT_H

#include <stdio.h>

#include "commands/drill_survey.h"

enum ww_guard {
    WW_UNKNOWN,   /* no drill says anything */
    WW_UNGUARDED, /* fewer than half of those with strong and medium contrast were seen */
    WW_PARTLY,
    WW_GUARDED, /* all of them were */
};

/* All drills at one place of a wall. */
struct ww_drill_place {
    float at;            /* along the wall, 0–1 */
    struct ww_spot spot; /* pixels of the plane */
    float tall;
    struct ww_drill_count {
        int seen, missed, none; /* none: void */
    } counts[WW_SURVEY_CONTRASTS];
    double slowest; /* seconds to the alarm */
    enum ww_guard guard;
};

/* False where the region has no such place. */
bool ww_drill_place_of(const struct ww_survey *survey, size_t region, int place,
                       struct ww_drill_place *found);

/* A table; how far away somebody is follows from his height, for a lens that sees `view_angle` degrees. */
void ww_drill_report_print(const struct ww_survey *survey, double view_angle, FILE *file);

int ww_drill_report_write(const struct ww_survey *survey, const char *path, struct ww_error *error);

#endif
