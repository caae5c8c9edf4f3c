/* What the two ways of decoding have in common. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_FRAMES_TYPE_H
#define WW_DECODE_FRAMES_TYPE_H

#include "decode/frames.h"
#include "decode/image.h"

struct ww_frames_type {
    int (*next)(struct ww_frames *frames, struct ww_frame *frame, struct ww_error *error);
    struct ww_still *(*keep)(struct ww_frames *frames);
    double (*cpu)(struct ww_frames *frames);
    void (*close)(struct ww_frames *frames);
};

/* The first member of both. */
struct ww_frames {
    const struct ww_frames_type *type;
};

/* Packets that are whole pictures: each thread takes the next one. */
int ww_pictures_open(struct ww_frames **frames, const struct ww_image_type *image,
                     const struct ww_stream *stream, struct ww_packet_reader reader,
                     const struct ww_decode_options *options, struct ww_error *error);

/* Everything else: libavcodec, which brings its own threads. */
int ww_video_open(struct ww_frames **frames, const struct ww_stream *stream, struct ww_packet_reader reader,
                  const struct ww_decode_options *options, struct ww_error *error);

#endif
