/* One camera of a watch: what happens to a frame of it, and what is told of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_WATCHED_H
#define WW_COMMANDS_WATCHED_H

#include <pthread.h>

#include "commands/session.h"
#include "commands/watch.h"

struct ww_watched {
    struct ww_watch *watch;
    struct ww_sink *sink;
    struct ww_camera camera;
    struct ww_watched_options options;
    struct ww_feed *feed;
    struct ww_live_view *view; /* NULL: nobody looks */

    /* The watch's, under its lock. */
    struct ww_watched *next; /* in the line */
    bool waits, runs;        /* stands in the line; is with a thread */

    /* Of the thread that analyses; one at a time. */
    struct ww_session *session;
    struct ww_drill_duty *drills; /* NULL: it has no wall */
    struct ww_coverage *coverage; /* any thread's; NULL: there is no memory for it, or it has ended */
    double waited;                /* when it was told last how late it is */
    struct ww_recorder *recorder; /* any thread's */
    bool refused;                 /* what still comes of this connection is not looked at */
    int64_t seen_frames, seen_corrupt, seen_events; /* of the session, already counted below */
    double whole_since;                             /* last whole frame, or the connection's begin */
    bool is_damaged;                                /* a `damaged` event is open */
    int64_t damaged_frames, frames_since_damage;    /* of that event */
    double damaged_since, damaged_last;
    uint64_t damage_key;

    /* Of the feed's thread. */
    uint64_t outage_key; /* 0: there is none */
    double lost_since;

    pthread_mutex_t lock; /* of state and reason */
    enum ww_watched_state state;
    char reason[WW_REASON_TEXT];

    /* Of who calls ww_watched_warn(). */
    int64_t warned_dropped, warned_captured;
    double warned_at;

    atomic_llong analysed, corrupt, events;
    _Atomic double latency;
    atomic_ullong keys; /* that camera events were given */
};

int ww_watched_init(struct ww_watched *watched, struct ww_sink *sink, struct ww_camera *camera,
                    const struct ww_watched_options *options);

/* Analyses one frame, or handles the end of a connection. Returns whether a frame was analysed. */
bool ww_watched_step(struct ww_watched *watched);

/* Ends what is still open in the log, when nothing comes any more. */
void ww_watched_ended(struct ww_watched *watched);

/* As ww_feed_options.captured; likewise. */
void ww_watched_captured(void *context, const struct ww_stream *stream, struct ww_shared_packet *packet);

/* As ww_feed_options.told; the context is the ww_watched. */
void ww_watched_told(void *context, enum ww_feed_news news, const char *reason, double lost_for);

#endif
