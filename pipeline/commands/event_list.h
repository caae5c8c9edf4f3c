/* The events of a log, read back. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_EVENT_LIST_H
#define WW_COMMANDS_EVENT_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "commands/log_lines.h"

/* Texts are empty where they do not apply. */
struct ww_event_row {
    char *event, *camera, *wall, *zone, *type, *severity, *direction, *detail, *reason, *snapshot, *original;
    char *clip; /* the first that shows it */
    int64_t start_us, end_us;
    double duration, score;
    bool ended, has_score;
    bool left_out; /* while the list is made */
};

struct ww_event_list {
    struct ww_event_row *rows;
    size_t count, capacity;
};

/* Reads the log of a folder (and of the days before today, beside it), or one log file: the newest `last` of
 * the events (0: all). -EBADMSG: some lines are no events; the others are in the list. */
int ww_event_list_read(struct ww_event_list *list, const char *path, const struct ww_event_filter *filter,
                       int64_t last, struct ww_error *error);

/* Copies the lines of the log that match. */
int ww_event_lines_copy(const char *path, const struct ww_event_filter *filter, FILE *lines,
                        struct ww_error *error);

/* A row more, all zero; NULL: no memory. */
struct ww_event_row *ww_event_list_add(struct ww_event_list *list);
void ww_event_list_free(struct ww_event_list *list);

#endif
