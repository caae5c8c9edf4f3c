/* What a log says of drills. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_DRILL_RECORD_H
#define WW_COMMANDS_DRILL_RECORD_H

#include <stdio.h>

#include "commands/log_lines.h"

/* The drills at one wall. */
struct ww_drilled {
    char *camera, *wall;
    int seen, missed, none;          /* none: void */
    double *delays;                  /* seconds to the alarm, of those seen; in order */
    int64_t last_us, last_missed_us; /* 0: never */
};

struct ww_drill_record {
    struct ww_drilled *walls;
    size_t count;
};

/* Reads a log, as ww_log_read(), for the filter's times. */
int ww_drill_record_read(struct ww_drill_record *record, const char *path,
                         const struct ww_event_filter *filter, struct ww_error *error);
void ww_drill_record_free(struct ww_drill_record *record);

/* For each wall the share that was seen, how sure that is, and the time to alarm. */
void ww_drill_record_print(const struct ww_drill_record *record, FILE *file);
void ww_drill_record_csv(const struct ww_drill_record *record, FILE *file);

#endif
