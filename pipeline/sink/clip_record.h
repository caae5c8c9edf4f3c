/* The line of a clip, and clips whose turn in the log comes. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_CLIP_RECORD_H
#define WW_SINK_CLIP_RECORD_H

#include <pthread.h>

#include "sink/clip_writer.h"

/* Its texts are those of `done`. */
struct ww_record ww_clip_record(const struct ww_clip_done *done);

/* Where one of the events that the line names is held, the clip is, too. */
void ww_clip_record_hold(const struct ww_record *record, const char *folder);

/* Clips that are done, first in, first out. */
struct ww_clip_turns {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct ww_clip_done *done;
    size_t count;
    size_t lost; /* for want of memory */
};

void ww_clip_turns_init(struct ww_clip_turns *turns);
void ww_clip_turns_destroy(struct ww_clip_turns *turns);
void ww_clip_turns_put(struct ww_clip_turns *turns, const struct ww_clip_done *done);

/* Waits for one; all zero where it was lost. */
struct ww_clip_done ww_clip_turns_take(struct ww_clip_turns *turns);

#endif
