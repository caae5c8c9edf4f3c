/* Which events a clip shows. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_CLIP_EVENTS_H
#define WW_SINK_CLIP_EVENTS_H

#include "sink/record.h"

struct ww_clip_event {
    uint64_t clip;
    char event[WW_EVENT_ID_TEXT];
};

/* All zero is an empty one. */
struct ww_clip_events {
    struct ww_clip_event *entries;
    size_t count, capacity;
};

/* Returns 0 or -ENOMEM. A clip of 0 is none. */
int ww_clip_events_add(struct ww_clip_events *events, uint64_t clip, const char *event);

/* The events of a clip, in the order in which they were added, as an array that the caller frees and whose
 * texts are lent until something is added or removed; NULL: there is none. */
const char **ww_clip_events_of(const struct ww_clip_events *events, uint64_t clip, size_t *count);

void ww_clip_events_remove(struct ww_clip_events *events, uint64_t clip);

#endif
