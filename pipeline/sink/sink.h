/* The sink: a thread that writes what detection found. SPDX-License-Identifier: Apache-2.0
 *
 * Work is queued. Of a replay at most WW_SINK_QUEUE items, and who adds to a full queue waits; when
 * evidence cannot be written, the first failure is kept for who asks, and after it only lines of the log
 * are tried.
 *
 * With a key the log has signed checkpoints: when it begins and when it ends, after every WW_CHECKPOINT_LINES
 * lines, and WW_CHECKPOINT_SECONDS after a line that none covers.
 *
 * Detection of live cameras never waits: at most WW_SINK_LIVE_QUEUE items are queued, WW_SINK_QUEUE of them
 * with a frame; what is too much is lost and counted. What cannot be written is tried again every second;
 * the reason is said once, until it changes. */
#ifndef WW_SINK_SINK_H
#define WW_SINK_SINK_H

#include "base/still.h"
#include "sink/clip_writer.h"
#include "sink/record.h"
#include "sink/retention.h"
#include "sink/upkeep.h"

enum { WW_SINK_QUEUE = 32, WW_SINK_LIVE_QUEUE = 1024 };

struct ww_sink;

struct ww_sink_options {
    const char *folder;                  /* of the log; is made */
    const char *masks_folder;            /* NULL: no masks; is made */
    bool live;                           /* see above */
    struct ww_retention_rules retention; /* of live cameras; the log rotates by day, too */
    const struct ww_signing_key *key;    /* signs checkpoints; lent; NULL: there are none */
    /* Called on the sink's thread for every line, after it is synced, but without the events of a clip. May
     * be NULL. */
    void (*told)(void *context, const struct ww_record *record);
    void *told_context;
};

/* What an event's best frame shows. */
struct ww_best_frame {
    struct ww_still *still; /* NULL: there is none */
    int64_t time_us, frame;
    struct ww_box box;
    bool cropped; /* a picture of the box alone is wanted, too */
};

int ww_sink_open(struct ww_sink **sink, const struct ww_sink_options *options, struct ww_error *error);

/* Where clips go: a line of type system names each when it is done, and the events that it shows. Lent. */
struct ww_clip_writer *ww_sink_clips(struct ww_sink *sink);

/* Adds a line to the log. `key` tells the open events of a camera apart; texts and the region are lent
 * until the sink is closed. `best` is of an END and may be NULL; its still is taken over. */
void ww_sink_event(struct ww_sink *sink, uint64_t key, const struct ww_record *record,
                   const struct ww_region *region, const struct ww_best_frame *best);

/* Writes the mask of a frame, `number` counted from 1. */
void ww_sink_mask(struct ww_sink *sink, int64_t number, const struct ww_mask *mask, uint32_t width,
                  uint32_t height);

struct ww_sink_summary {
    double cpu;                        /* seconds of processor time that writing took, clips included */
    int64_t lost_lines, lost_pictures; /* of live cameras, that could not be written */
    int64_t lost_clips;                /* that could not be written whole */
};

/* Whether all that was added is written, or given up: nothing that was lent is used any more. */
bool ww_sink_is_idle(struct ww_sink *sink);

/* 0, or the first failure of a replay. May be called at any time; costs no lock while there is none. */
int ww_sink_failure(struct ww_sink *sink, struct ww_error *error);

/* Writes what is queued, and nothing that comes after it; of live cameras also the END of events that are
 * still open, because their camera hangs. Returns 0 or the first failure; of live cameras the last one, where
 * it kept something from being written. *summary may be NULL. */
int ww_sink_finish(struct ww_sink *sink, struct ww_sink_summary *summary, struct ww_error *error);

/* Frees a sink that was finished, and whose cameras are all gone. NULL is allowed. */
void ww_sink_close(struct ww_sink *sink);

#endif
