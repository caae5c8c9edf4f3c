/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/frames.h"

#include "decode/frames_type.h"

uint32_t ww_reduction(uint32_t width, uint32_t wanted)
{
    uint32_t factor = 1;
    while (wanted > 0 && factor < 8 && (uint64_t)width * 2 > (uint64_t)wanted * 3 * factor)
        factor *= 2;
    return factor;
}

int ww_frames_open(struct ww_frames **frames, const struct ww_stream *stream, struct ww_packet_reader reader,
                   const struct ww_decode_options *options, struct ww_error *error)
{
    const struct ww_image_type *image = ww_image_type_of(stream->codec);
    if (image)
        return ww_pictures_open(frames, image, stream, reader, options, error);
    return ww_video_open(frames, stream, reader, options, error);
}

int ww_frames_next(struct ww_frames *frames, struct ww_frame *frame, struct ww_error *error)
{
    return frames->type->next(frames, frame, error);
}

struct ww_still *ww_frames_keep(struct ww_frames *frames)
{
    return frames->type->keep(frames);
}

double ww_frames_cpu(struct ww_frames *frames)
{
    return frames->type->cpu(frames);
}

void ww_frames_close(struct ww_frames *frames)
{
    if (frames)
        frames->type->close(frames);
}
