/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/open_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ww_open_event *ww_open_events_find(const struct ww_open_events *events, uint64_t key,
                                          const char *camera)
{
    for (size_t i = 0; i < events->count; i++)
        if (events->entries[i].key == key && events->entries[i].camera == camera)
            return &events->entries[i];
    return NULL;
}

int ww_open_events_reserve(struct ww_open_events *events, struct ww_error *error)
{
    struct ww_open_event *grown = realloc(events->entries, (events->count + 1) * sizeof *grown);
    if (!grown)
        return ww_fail(error, -ENOMEM, "cannot log an event: out of memory");
    events->entries = grown;
    return 0;
}

void ww_open_events_add(struct ww_open_events *events, uint64_t key, const struct ww_record *record)
{
    struct ww_open_event *event = &events->entries[events->count++];
    event->key = key;
    event->camera = record->camera;
    event->clip = record->clip;
    memcpy(event->id, record->event, sizeof event->id);
    event->start = *record;
    ww_clip_events_add(&events->shown, event->clip, event->id); /* without memory the times tell */
}

void ww_open_events_remove(struct ww_open_events *events, struct ww_open_event *event)
{
    *event = events->entries[--events->count];
}

void ww_open_events_end_clip(struct ww_open_events *events, uint64_t clip, uint64_t next)
{
    for (size_t i = 0; next != 0 && i < events->count; i++) {
        if (events->entries[i].clip != clip)
            continue;
        events->entries[i].clip = next;
        ww_clip_events_add(&events->shown, next, events->entries[i].id);
    }
    ww_clip_events_remove(&events->shown, clip);
}

void ww_open_events_free(struct ww_open_events *events)
{
    free(events->entries);
    free(events->shown.entries);
}
