/* Many live cameras: each captures on its own, analysis is shared over a few threads.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cameras that have a frame waiting stand in a line; a thread takes the first, analyses one frame of it and
 * sends it to the line's end. So every camera gets the same share, and none waits for a slow one. */
#ifndef WW_COMMANDS_WATCH_H
#define WW_COMMANDS_WATCH_H

#include "capture/feed.h"
#include "commands/camera.h"
#include "commands/latency.h"
#include "commands/live_view.h"
#include "sink/sink.h"

struct ww_watch;
struct ww_watched; /* one camera */

struct ww_watch_options {
    struct ww_sink *sink;        /* live; outlives the watch */
    int threads;                 /* that analyse */
    struct ww_live_views *views; /* NULL: nobody looks */
};

int ww_watch_open(struct ww_watch **watch, const struct ww_watch_options *options, struct ww_error *error);

struct ww_watched_options {
    const char *location;
    const struct ww_capture_settings *settings; /* NULL: as the camera likes */
    const struct ww_source_type *type;          /* NULL: what the location says */
};

/* Begins to watch a camera. Takes *camera over, also on failure; all else is lent until the camera is gone
 * and the sink has no more work. */
int ww_watch_add(struct ww_watch *watch, struct ww_watched **watched, struct ww_camera *camera,
                 const struct ww_watched_options *options, struct ww_error *error);

/* Asks a camera to end; the others go on. */
void ww_watched_stop(struct ww_watched *watched);

/* Waits until `deadline` for a camera that was stopped: its events are ended then, and nothing captures.
 * -ETIMEDOUT: it hangs, and nothing of it may be freed. */
int ww_watched_join(struct ww_watched *watched, double deadline);

/* Frees a camera that was joined, once the sink is idle. */
void ww_watched_free(struct ww_watched *watched);

enum ww_watched_state { WW_WATCHED_STARTING, WW_WATCHED_ONLINE, WW_WATCHED_LOST };

struct ww_watched_report {
    const char *name;
    enum ww_watched_state state;
    char reason[WW_REASON_TEXT]; /* of a loss */
    int64_t captured, analysed, dropped, corrupt, events, lost;
    double latency; /* seconds from the camera to the end of analysis, the last frame's */
};

void ww_watched_report(struct ww_watched *watched, struct ww_watched_report *report);

/* Notes that time passes, also where no frame comes. */
void ww_watched_tick(struct ww_watched *watched);

/* Asks for a drill at each of its walls. */
void ww_watched_drill(struct ww_watched *watched);

/* Says so, at most once a minute, where frames were dropped since the last time. */
void ww_watched_warn(struct ww_watched *watched);

/* Of all cameras, from the camera to the end of a frame's analysis. */
const struct ww_latency *ww_watch_latency(const struct ww_watch *watch);

/* Ends the threads. All cameras were joined, or given up. */
void ww_watch_close(struct ww_watch *watch);

#endif
