/* For every wall and minute of a camera: was it watched? SPDX-License-Identifier: Apache-2.0
 *
 * Noted frame by frame, written every ten minutes, on the clock, as a line of type system a wall or zone,
 * with a letter a minute. A minute has the worst of what it had for ten seconds, or for a third of the time
 * that is known of it. Functions may be called on any thread. */
#ifndef WW_COMMANDS_COVERAGE_H
#define WW_COMMANDS_COVERAGE_H

#include "commands/camera.h"
#include "sink/sink.h"

/* Letters of the log, the worst last. */
enum ww_watch_state {
    WW_WATCH_WELL,  /* w: armed, and seen well */
    WW_WATCH_OFF,   /* o: not armed */
    WW_WATCH_FAINT, /* f: too little contrast, as in fog */
    WW_WATCH_NOISY, /* n: too much noise */
    WW_WATCH_DARK,  /* d: too dark */
    WW_WATCH_BLIND, /* b: covered, blinded, frozen, … */
    WW_WATCH_LOST,  /* l: no frames came */
    WW_WATCH_STATES
};

extern const char ww_watch_letters[WW_WATCH_STATES + 1];

struct ww_coverage;

/* The view and the sink outlive it, and what of it is to be written. NULL: no memory. */
struct ww_coverage *ww_coverage_create(const struct ww_camera_view *view, struct ww_sink *sink);

/* Writes what is not written yet, and frees. NULL is allowed. */
void ww_coverage_close(struct ww_coverage *coverage);

/* What was seen of a frame at that time: until the next one, if that comes soon. */
void ww_coverage_note(struct ww_coverage *coverage, int64_t time_us, bool armed, const enum ww_view *views);

/* It is that late now, and a frame need not have come; the first call says since when it should. */
void ww_coverage_wait(struct ww_coverage *coverage, int64_t time_us);

#endif
