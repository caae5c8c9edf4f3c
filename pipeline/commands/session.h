/* One camera's or recording's way through decoding, detection and the sink.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_SESSION_H
#define WW_COMMANDS_SESSION_H

#include "base/packet.h"
#include "commands/camera.h"
#include "commands/coverage.h"
#include "commands/drill_duty.h"
#include "commands/live_view.h"
#include "sink/recorder.h"
#include "sink/sink.h"

struct ww_session_options {
    struct ww_camera *camera; /* outlives the sink */
    const struct ww_stream *stream;
    struct ww_packet_reader reader;
    struct ww_sink *sink;
    const char *label; /* names the source in messages */
    int64_t start_us;  /* wall-clock time of a recording's first frame; a camera's frames bring their own */
    int threads;       /* that decode and detect */
    bool masks;
    struct ww_drill_duty *drills; /* outlives the session; NULL: none */
    struct ww_coverage *coverage; /* likewise; NULL: the session keeps one of its own */
    struct ww_recorder *recorder; /* likewise, of a live camera, whose packets it gets; NULL: the session
                                     keeps one of its own */
    struct ww_live_view *view;    /* likewise; NULL: nobody looks */
};

/* Sums over sessions; the caller zeroes it. */
struct ww_session_totals {
    int64_t frames;  /* read */
    int64_t taken;   /* of them: analysed, or corrupt */
    int64_t corrupt; /* that detection did not see, because they were damaged */
    int64_t events;
    double decode_cpu, detect_cpu; /* seconds */
    uint32_t analysis_width, analysis_height;
};

struct ww_session;

int ww_session_open(struct ww_session **session, const struct ww_session_options *options,
                    struct ww_error *error);

/* Takes one frame. Returns 1, 0 at the end, -EAGAIN where the reader has none now (one thread only), or a
 * negative errno: of the source, of decoding, of the sink. What came before an error was handled. */
int ww_session_step(struct ww_session *session, struct ww_error *error);

/* What was done so far; lent until the session is closed. */
const struct ww_session_totals *ww_session_totals(const struct ww_session *session);

/* Seconds of CLOCK_MONOTONIC at which the camera made the last frame; 0 of a recording. */
double ww_session_captured(const struct ww_session *session);

/* Ends open events; detection makes no more of them. */
void ww_session_end(struct ww_session *session);

/* Ends open events, adds to *totals (NULL: nowhere) and frees. NULL is allowed. Nobody may wait in the
 * reader by then. */
void ww_session_close(struct ww_session *session, struct ww_session_totals *totals);

#endif
