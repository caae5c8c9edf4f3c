/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/clip_events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

int ww_clip_events_add(struct ww_clip_events *events, uint64_t clip, const char *event)
{
    if (clip == 0)
        return 0;
    struct ww_clip_event *grown = ww_grown(events->entries, events->count, &events->capacity, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    events->entries = grown;
    struct ww_clip_event *entry = &events->entries[events->count++];
    entry->clip = clip;
    snprintf(entry->event, sizeof entry->event, "%s", event);
    return 0;
}

const char **ww_clip_events_of(const struct ww_clip_events *events, uint64_t clip, size_t *count)
{
    const char **found = events->count > 0 ? calloc(events->count, sizeof *found) : NULL;
    *count = 0;
    for (size_t i = 0; found && i < events->count; i++)
        if (events->entries[i].clip == clip)
            found[(*count)++] = events->entries[i].event;
    return found;
}

void ww_clip_events_remove(struct ww_clip_events *events, uint64_t clip)
{
    size_t kept = 0;
    for (size_t i = 0; i < events->count; i++)
        if (events->entries[i].clip != clip)
            events->entries[kept++] = events->entries[i];
    events->count = kept;
}
