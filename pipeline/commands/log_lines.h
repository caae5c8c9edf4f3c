/* The lines of an event log, read one by one. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_LOG_LINES_H
#define WW_COMMANDS_LOG_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include <wallwatch/error.h>

/* What is asked for; NULL: anything. */
struct ww_event_filter {
    const char *camera, *wall, *zone, *type, *severity;
    int64_t from_us, to_us;
    double min_score; /* 0: any, none too */
};

struct ww_log_line {
    const json_t *json;
    const char *text; /* without its newline; not terminated */
    size_t size;
    int64_t time_us;
};

/* A text of the line; empty where it has none. */
const char *ww_log_text(const json_t *line, const char *key);

/* Whether this line of a clip says that it shows an event; where it was cut off and names none, whether it
 * was recorded of that camera at that time. */
bool ww_log_clip_shows(const struct ww_log_line *line, const char *event, const char *camera,
                       int64_t start_us);

/* But for its time: who takes lines judges that. */
bool ww_event_filter_takes(const struct ww_event_filter *filter, const json_t *line);

/* Reads the log of a folder (and of the days before today, beside it), or one log file; `take` gets each line
 * that is one and returns 0 or a negative errno that ends the reading. -EBADMSG: some lines are no events;
 * the others were taken. */
int ww_log_read(const char *path, int (*take)(void *context, const struct ww_log_line *line), void *context,
                struct ww_error *error);

/* The same of whole lines in a part of one file. */
int ww_log_read_part(const char *path, int64_t offset, int64_t size,
                     int (*take)(void *context, const struct ww_log_line *line), void *context,
                     struct ww_error *error);

#endif
