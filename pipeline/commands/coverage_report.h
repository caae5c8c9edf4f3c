/* What a log says of when walls were watched. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_COVERAGE_REPORT_H
#define WW_COMMANDS_COVERAGE_REPORT_H

#include <stdio.h>

#include "commands/coverage.h"
#include "commands/log_lines.h"

enum { WW_WATCH_UNKNOWN = WW_WATCH_STATES }; /* wallwatch did not run */

/* One wall or zone, or a camera without any. Minutes count from 1970. */
struct ww_covered {
    char *camera, *wall, *zone; /* empty where it does not apply */
    int64_t first;              /* minute */
    uint8_t *states;            /* ww_watch_state or WW_WATCH_UNKNOWN, a minute each */
    size_t count;
    int64_t minutes[WW_WATCH_STATES + 1]; /* of each state, of those asked for */
};

struct ww_coverage_report {
    struct ww_covered *covered;
    size_t count;
};

/* Reads a log, as ww_log_read(), for the filter's times. */
int ww_coverage_report_read(struct ww_coverage_report *report, const char *path,
                            const struct ww_event_filter *filter, struct ww_error *error);
void ww_coverage_report_free(struct ww_coverage_report *report);

/* well, off, faint, … */
const char *ww_watch_state_name(unsigned state);

/* How much of the time each was watched, and the times when it was not watched well. */
void ww_coverage_report_print(const struct ww_coverage_report *report, FILE *file);

/* Every span of time with its state. */
void ww_coverage_report_csv(const struct ww_coverage_report *report, FILE *file);

#endif
