/* Making glimpses of decoded frames. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_GLIMPSE_H
#define WW_DECODE_GLIMPSE_H

#include <libavutil/frame.h>
#include <stdbool.h>

#include "base/glimpse.h"
#include "base/packet.h"
#include "decode/plane.h"

/* Which frames of a stream have one: about four a second. It is the frame's own time that tells, so that it
 * does not matter where decoding began. */
struct ww_glimpse_pace {
    bool wanted;
    double time_base, frame_seconds;
};

struct ww_glimpse_pace ww_glimpse_pace_of(const struct ww_stream *stream, bool wanted);

/* ticks: AV_NOPTS_VALUE is allowed. */
bool ww_glimpse_is_due(const struct ww_glimpse_pace *pace, int64_t ticks);

/* NULL: the frame has no planes of bytes, or there is no memory. scratch: see ww_reduce(). */
struct ww_glimpse *ww_glimpse_of(const AVFrame *frame, struct ww_plane *scratch);

#endif
