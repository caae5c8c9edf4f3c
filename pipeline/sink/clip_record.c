/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/clip_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sink/holds.h"
#include "sink/upkeep.h"

static const double patience = 2; /* seconds */

struct ww_record ww_clip_record(const struct ww_clip_done *done)
{
    struct ww_record record = ww_system_record("clip", done->reason);
    record.camera = done->camera;
    record.time_us = done->end_us;
    record.duration = done->duration;
    record.clip = done->number;
    record.clip_file = done->file;
    record.sheet = done->sheet;
    return record;
}

void ww_clip_record_hold(const struct ww_record *record, const char *folder)
{
    struct ww_holds holds;
    struct ww_error error;
    bool held = false;
    int lock = ww_holds_lock(folder, patience); /* who was stopped with it does not stop us */
    if (ww_holds_read(&holds, folder, &error) != 0) {
        ww_holds_unlock(lock);
        return;
    }
    for (size_t i = 0; i < record->clip_event_count; i++)
        held |= ww_holds_has(&holds, record->clip_events[i]);
    if (held && record->sheet.path[0])
        ww_holds_add(&holds, record->sheet.path);
    if (held && ww_holds_add(&holds, record->clip_file.path) == 0 &&
        ww_holds_write(&holds, folder, &error) != 0)
        ww_log(WW_LOG_WARNING, "%s; the clip '%s' may expire", error.text, record->clip_file.path);
    ww_holds_free(&holds);
    ww_holds_unlock(lock);
}

void ww_clip_turns_init(struct ww_clip_turns *turns)
{
    pthread_mutex_init(&turns->lock, NULL);
    pthread_cond_init(&turns->changed, NULL);
}

void ww_clip_turns_destroy(struct ww_clip_turns *turns)
{
    pthread_mutex_destroy(&turns->lock);
    pthread_cond_destroy(&turns->changed);
    free(turns->done);
}

void ww_clip_turns_put(struct ww_clip_turns *turns, const struct ww_clip_done *done)
{
    pthread_mutex_lock(&turns->lock);
    struct ww_clip_done *grown = realloc(turns->done, (turns->count + 1) * sizeof *grown);
    if (grown) {
        turns->done = grown;
        turns->done[turns->count++] = *done;
    }
    turns->lost += !grown;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
}

struct ww_clip_done ww_clip_turns_take(struct ww_clip_turns *turns)
{
    struct ww_clip_done done = {0};
    pthread_mutex_lock(&turns->lock);
    while (turns->count == 0 && turns->lost == 0)
        pthread_cond_wait(&turns->changed, &turns->lock);
    if (turns->count > 0) {
        done = turns->done[0];
        turns->count--;
        memmove(turns->done, turns->done + 1, turns->count * sizeof *turns->done);
    } else {
        turns->lost--;
    }
    pthread_mutex_unlock(&turns->lock);
    return done;
}
