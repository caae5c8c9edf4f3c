/* Frames: packets made into luma planes at the analysis size, in order, ahead of who asks for them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_FRAMES_H
#define WW_DECODE_FRAMES_H

#include <stdbool.h>

#include <wallwatch/detector.h>

#include "base/glimpse.h"
#include "base/packet.h"
#include "base/still.h"

struct ww_decode_options {
    uint32_t analysis_width; /* wanted width of the luma plane, pixels; 0: as recorded */
    double max_rate;         /* frames a second that are to be analysed, the others are spare; 0: all */
    int threads;             /* that may decode, with the caller's; at least 1 */
    bool glimpses;           /* some frames of a video come with one */
};

enum ww_damage {
    WW_INTACT,
    WW_SUSPECT, /* whole, but with bytes between its data and its end that belong to nothing: some
                   cameras do that always, and some damage looks like it */
    WW_DAMAGED, /* not decoded, or not to the end: the luma is not to be relied on */
};

struct ww_frame {
    struct ww_luma luma;    /* unless damaged or spare; lent until the next frame is asked for */
    uint32_t width, height; /* of the recorded frame, pixels; 0 where even that is unknown */
    int64_t index;          /* 0-based place in the source */
    double pts;             /* seconds from the source's start */
    double captured;        /* as of the packet */
    enum ww_damage damage;
    bool spare;                 /* more than are to be analysed: tells of damage and of its size only */
    struct ww_glimpse *glimpse; /* NULL: none; lent until the next frame is asked for */
};

struct ww_frames;

/* Decodes what `reader` reads, which must outlive the frames. Returns 0 or a negative errno. */
int ww_frames_open(struct ww_frames **frames, const struct ww_stream *stream, struct ww_packet_reader reader,
                   const struct ww_decode_options *options, struct ww_error *error);

/* Returns 1 and a frame, 0 at the end, or a negative errno of the reader or for want of memory; -EAGAIN
 * of the reader (one thread only) means that there may be more later. Damage is no error. The frames before
 * an error have all been handed out. */
int ww_frames_next(struct ww_frames *frames, struct ww_frame *frame, struct ww_error *error);

/* Keeps the frame that was handed out last, beyond the next one: a new reference for the caller.
 * NULL: no memory, or the frame is damaged. */
struct ww_still *ww_frames_keep(struct ww_frames *frames);

/* Seconds of processor time that decoding took so far. */
double ww_frames_cpu(struct ww_frames *frames);

void ww_frames_close(struct ww_frames *frames);

/* By what a recorded width is divided to come to about `wanted`: the smallest of 1, 2, 4 and 8 that
 * leaves at most 1.5 × wanted. 1 where wanted is 0. */
uint32_t ww_reduction(uint32_t width, uint32_t wanted);

#endif
