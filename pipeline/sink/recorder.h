/* What of a camera goes into clips: the seconds before an event, the event, and the seconds after.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Compressed packets are held in a ring as they came; uncompressed frames are encoded as JPEG first. Events
 * that overlap share a clip. Capture adds packets on its thread; who analyses tells how far it is, and what
 * happened, on another. */
#ifndef WW_SINK_RECORDER_H
#define WW_SINK_RECORDER_H

#include "base/shared_packet.h"
#include "sink/clip_writer.h"

enum ww_record_mode { WW_RECORD_EVENTS, WW_RECORD_ALWAYS, WW_RECORD_NONE };

enum {
    WW_CLIP_LONGEST = 300,              /* seconds; then another clip goes on, from a key frame */
    WW_CLIP_SEGMENT = 60,               /* seconds of a clip of WW_RECORD_ALWAYS */
    WW_RECORDER_MOST_BYTES = 64 << 20,  /* held of what was looked at */
    WW_RECORDER_MOST_UNSEEN = 256 << 20 /* in all */
};

struct ww_recorder_options {
    enum ww_record_mode mode;
    double before, after; /* seconds */
    const char *camera;   /* lent until all its clips are done */
    struct ww_clip_writer *writer;
};

struct ww_recorder;

/* NULL: no memory. */
struct ww_recorder *ww_recorder_create(const struct ww_recorder_options *options);

/* A packet came, of this stream: the same until ww_recorder_disconnect(). It is retained where it is
 * compressed. `stream` is copied. */
void ww_recorder_add(struct ww_recorder *recorder, const struct ww_stream *stream,
                     struct ww_shared_packet *packet);

struct ww_recorder_place {
    double pts;             /* of the frame that was looked at, as its packet's */
    int64_t time_us;        /* wall clock, then */
    uint32_t width, height; /* of that frame, pixels */
};

/* Analysis has come so far. */
void ww_recorder_advance(struct ww_recorder *recorder, const struct ww_recorder_place *place);

/* A glimpse of a frame that analysis came to, for the sheet of its clip. It is retained. */
void ww_recorder_show(struct ww_recorder *recorder, double pts, struct ww_glimpse *glimpse);

/* An event began. Returns the number of the clip that shows it; 0: none does. */
uint64_t ww_recorder_begin_event(struct ww_recorder *recorder, double pts);

/* An event that began is over, the last that was seen of it was at `pts`. */
void ww_recorder_end_event(struct ww_recorder *recorder, double pts);

/* Nothing more is analysed of this stream: the clip ends, and nothing begins. */
void ww_recorder_end(struct ww_recorder *recorder);

/* The stream ended, and no packet of it is added any more: what is held is forgotten, another one may come.
 */
void ww_recorder_disconnect(struct ww_recorder *recorder);

/* After it was ended. NULL is allowed. */
void ww_recorder_destroy(struct ww_recorder *recorder);

#endif
