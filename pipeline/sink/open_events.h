/* Events that have begun in the log and not ended, and the clips that show them. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_SINK_OPEN_EVENTS_H
#define WW_SINK_OPEN_EVENTS_H

#include "sink/clip_events.h"

struct ww_open_event {
    uint64_t key;       /* with the camera, what tells it apart */
    const char *camera; /* lent */
    uint64_t clip;      /* that shows it; 0: none */
    char id[WW_EVENT_ID_TEXT];
    struct ww_record start; /* as it was told */
};

/* All zero is an empty one. */
struct ww_open_events {
    struct ww_open_event *entries;
    size_t count;
    struct ww_clip_events shown; /* by clips that are not done; of events that have ended, too */
};

/* NULL: it is not open. Lent until one is added or removed. */
struct ww_open_event *ww_open_events_find(const struct ww_open_events *events, uint64_t key,
                                          const char *camera);

/* Makes room for one more. */
int ww_open_events_reserve(struct ww_open_events *events, struct ww_error *error);

/* Of a START that was written; there is room. */
void ww_open_events_add(struct ww_open_events *events, uint64_t key, const struct ww_record *record);
void ww_open_events_remove(struct ww_open_events *events, struct ww_open_event *event);

/* A clip is done; those that are not over are shown by the one that goes on with it (0: none). */
void ww_open_events_end_clip(struct ww_open_events *events, uint64_t clip, uint64_t next);

void ww_open_events_free(struct ww_open_events *events);

#endif
