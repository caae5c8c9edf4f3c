/* One camera's or recording's way through decoding, detection and the sink.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_SESSION_H
#define WW_COMMANDS_SESSION_H

#include <stdatomic.h>

#include "base/packet.h"
#include "commands/camera.h"
#include "sink/sink.h"

struct ww_session_options {
    struct ww_camera *camera; /* outlives the sink */
    const struct ww_stream *stream;
    struct ww_packet_reader reader;
    struct ww_sink *sink;
    const char *label; /* names the source in messages */
    int64_t start_us;  /* wall-clock time of the first frame */
    int threads;       /* that decode and detect */
    atomic_bool
        *abandoned; /* set when nobody wants more of the source, so that who waits for it comes back */
    bool masks;
    bool progress; /* a line on the terminal */
};

/* Sums over sessions; the caller zeroes it. */
struct ww_session_totals {
    int64_t frames;  /* read, corrupt ones included */
    int64_t corrupt; /* that detection did not see, because they were damaged */
    int64_t events;
    double decode_cpu, detect_cpu; /* seconds */
    uint32_t analysis_width, analysis_height;
};

/* Runs until the source ends or a stop is requested; open events are ended either way. Returns 0 or a
 * negative errno: of the source, of decoding, of the sink. What came before an error was handled. */
int ww_session_run(const struct ww_session_options *options, struct ww_session_totals *totals,
                   struct ww_error *error);

#endif
