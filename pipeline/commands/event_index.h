/* An index of a log, so that looking for events reads only what is found. SPDX-License-Identifier: Apache-2.0
 *
 * index.sqlite beside the log (SQLite, WAL). It is only ever derived from the log: made where it is missing,
 * made anew where it is damaged, of another version, or does not fit the log any more. */
#ifndef WW_COMMANDS_EVENT_INDEX_H
#define WW_COMMANDS_EVENT_INDEX_H

#include "commands/event_list.h"

#define WW_EVENT_INDEX_NAME "index.sqlite"

struct ww_event_index;

/* -ENOTSUP: the program was built without SQLite. -EROFS, -EACCES and others: it cannot be written here. */
int ww_event_index_open(struct ww_event_index **index, const char *folder, struct ww_error *error);

struct ww_index_watcher {
    bool (*stopped)(void *context);                        /* asked between batches; NULL: never */
    void (*progress)(void *context, int64_t lines_so_far); /* NULL: nobody looks */
    void *context;
};

/* Takes in what the log has by now; `watcher` may be NULL. -EINTR: it was stopped, and what is taken in stays
 * so. -EBADMSG: the log has lines that cannot be indexed; they are to be read. */
int ww_event_index_update(struct ww_event_index *index, const struct ww_index_watcher *watcher,
                          struct ww_error *error);

/* Adds the events that the filter takes to an empty list, in the log's order; the newest `last` of them (0:
 * all). */
int ww_event_index_find(struct ww_event_index *index, const struct ww_event_filter *filter, int64_t last,
                        struct ww_event_list *list, struct ww_error *error);

/* Parts of the log, in its order, outside of which no line has a time in [from_us, to_us]: file beside the
 * log, first byte, size. `take` returns 0 or what ends the search. */
int ww_event_index_parts(struct ww_event_index *index, int64_t from_us, int64_t to_us,
                         int (*take)(void *context, const char *file, int64_t offset, int64_t size),
                         void *context, struct ww_error *error);

void ww_event_index_close(struct ww_event_index *index);

#endif
