/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "decode/video_decoder.h"
#include "decode/video_pictures.h"

struct live {
    struct ww_video_pictures pictures;
    struct ww_packet_reader reader;
    struct ww_video_decoder *decoder;
    const AVFrame *frame; /* handed out last; NULL: a hole */
    struct ww_plane plane;
    uint32_t analysis_width;
    struct ww_glimpse_pace pace;
    struct ww_glimpse *glimpse; /* of the frame that was handed out last */
    struct ww_packet newest;    /* its times only */
    int end_code;               /* of the reader */
    struct ww_error end_error;
    double cpu;
};

/* Returns 0, -EINVAL where the packet was no good, or -ENOMEM. */
static int feed(struct live *live)
{
    struct ww_packet packet;
    int code = live->reader.read(live->reader.context, &packet, &live->end_error);
    if (code == -EAGAIN)
        return code;
    if (code <= 0) {
        live->end_code = code;
        return ww_video_decoder_send(live->decoder, NULL);
    }
    live->newest = packet;
    struct ww_shared_packet *shared = ww_packet_share(&packet);
    if (!shared) {
        ww_packet_release(&packet);
        return -ENOMEM;
    }
    code = ww_video_decoder_send(live->decoder, shared);
    ww_shared_packet_release(shared);
    return code;
}

static int next_picture(struct live *live, struct ww_video_picture *picture)
{
    live->frame = NULL;
    ww_glimpse_release(live->glimpse);
    live->glimpse = NULL;
    for (;;) {
        int code = ww_video_decoder_receive(live->decoder, &live->frame);
        if (code == 1) {
            *picture = ww_video_decoder_picture(live->decoder);
            picture->glimpse = live->glimpse = ww_video_decoder_glimpse(live->decoder, &live->pace);
            return 1;
        }
        live->frame = NULL;
        if (code == 0)
            code = feed(live);
        if (code == -EINVAL) {
            *picture = (struct ww_video_picture){.hole = true, .corrupt = true};
            return 1;
        }
        if (code != 0)
            return code;
    }
}

static int no_memory(struct ww_error *error)
{
    return ww_fail(error, -ENOMEM, "cannot decode a frame: out of memory");
}

static int live_next(struct ww_video_pictures *pictures, struct ww_video_picture *picture,
                     struct ww_error *error)
{
    struct live *live = (struct live *)pictures;
    double before = ww_clock_thread_cpu();
    int code = next_picture(live, picture);
    live->cpu += ww_clock_thread_cpu() - before;
    picture->newest.index = live->newest.index;
    picture->newest.pts = live->newest.pts;
    picture->newest.captured = live->newest.captured;
    if (code == -ENODATA) {
        code = live->end_code;
        if (code < 0 && error)
            *error = live->end_error;
        return code;
    }
    return code == -ENOMEM ? no_memory(error) : code;
}

static int live_reduce(struct ww_video_pictures *pictures, struct ww_video_picture *picture,
                       struct ww_error *error)
{
    struct live *live = (struct live *)pictures;
    double before = ww_clock_thread_cpu();
    int code = ww_video_decoder_reduce(live->decoder, live->analysis_width, &live->plane, picture);
    live->cpu += ww_clock_thread_cpu() - before;
    return code == -ENOMEM ? no_memory(error) : 0;
}

static struct ww_still *live_keep(struct ww_video_pictures *pictures)
{
    const struct live *live = (const struct live *)pictures;
    return live->frame ? ww_video_frame_keep(live->frame) : NULL;
}

static double live_cpu(struct ww_video_pictures *pictures)
{
    return ((const struct live *)pictures)->cpu;
}

static void live_close(struct ww_video_pictures *pictures)
{
    struct live *live = (struct live *)pictures;
    ww_video_decoder_close(live->decoder);
    ww_glimpse_release(live->glimpse);
    ww_plane_free(&live->plane);
    free(live);
}

static const struct ww_video_pictures_type live_type = {live_next, live_reduce, live_keep, live_cpu,
                                                        live_close};

int ww_video_live_open(struct ww_video_pictures **pictures, const struct ww_stream *stream,
                       struct ww_packet_reader reader, const struct ww_decode_options *options,
                       struct ww_error *error)
{
    struct live *live = calloc(1, sizeof *live);
    *pictures = NULL;
    if (!live)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    live->pictures.type = &live_type;
    live->reader = reader;
    live->analysis_width = options->analysis_width;
    live->pace = ww_glimpse_pace_of(stream, options->glimpses);
    int code = ww_video_decoder_open(&live->decoder, stream->parameters, error);
    if (code != 0)
        live_close(&live->pictures);
    else
        *pictures = &live->pictures;
    return code;
}
