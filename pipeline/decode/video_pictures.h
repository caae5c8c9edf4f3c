/* Where the frames of a video come from: decoded as they are asked for, or ahead by several threads.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_VIDEO_PICTURES_H
#define WW_DECODE_VIDEO_PICTURES_H

#include "base/still.h"
#include "decode/frames.h"

/* A decoded frame, before anybody judges it. */
struct ww_video_picture {
    bool hole;                  /* there was a packet, and it gave no frame */
    bool key;                   /* leans on none before it */
    bool corrupt;               /* wrong in part, or without a luma that could be used */
    uint32_t width, height;     /* as recorded; 0 of a hole */
    struct ww_luma luma;        /* unless corrupt, once reduced; lent until the next picture is asked for */
    int64_t ticks;              /* AV_NOPTS_VALUE: unknown */
    struct ww_glimpse *glimpse; /* NULL: none; lent until the next picture is asked for */
    struct {
        int64_t index;
        double pts, captured;
    } newest; /* the packet that was decoded last (live only) */
};

struct ww_video_pictures;

struct ww_video_pictures_type {
    /* Returns 1 and a picture, 0 at the end, or a negative errno: the reader's, or -ENOMEM. */
    int (*next)(struct ww_video_pictures *pictures, struct ww_video_picture *picture, struct ww_error *error);
    /* Gives the last picture its luma, or finds that it is corrupt. Returns 0 or -ENOMEM. */
    int (*reduce)(struct ww_video_pictures *pictures, struct ww_video_picture *picture,
                  struct ww_error *error);
    struct ww_still *(*keep)(struct ww_video_pictures *pictures); /* of the last picture */
    double (*cpu)(struct ww_video_pictures *pictures);            /* seconds of processor time so far */
    void (*close)(struct ww_video_pictures *pictures);
};

/* The first member of both. */
struct ww_video_pictures {
    const struct ww_video_pictures_type *type;
};

/* One packet at a time, on the caller's thread: no delay but the codec's own. */
int ww_video_live_open(struct ww_video_pictures **pictures, const struct ww_stream *stream,
                       struct ww_packet_reader reader, const struct ww_decode_options *options,
                       struct ww_error *error);

/* Chunks that lean on nothing before them, each decoded by one of options->threads threads. What comes
 * out is the same, picture by picture. */
int ww_video_ahead_open(struct ww_video_pictures **pictures, const struct ww_stream *stream,
                        struct ww_packet_reader reader, const struct ww_decode_options *options,
                        struct ww_error *error);

#endif
