/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/video_decoder.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdlib.h>

#include "decode/frames.h"
#include "decode/scale.h"

struct ww_video_decoder {
    AVCodecContext *codec;
    AVPacket *shell;            /* around a packet's bytes, for libavcodec */
    AVFrame *frame;             /* received last */
    struct SwsContext *to_grey; /* for formats without an 8-bit Y plane */
    struct ww_plane grey, scratch;
};

static int open_codec(struct ww_video_decoder *decoder, const AVCodecParameters *parameters,
                      struct ww_error *error)
{
    const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
    decoder->codec = codec ? avcodec_alloc_context3(codec) : NULL;
    decoder->shell = av_packet_alloc();
    decoder->frame = av_frame_alloc();
    if (!decoder->codec || !decoder->shell || !decoder->frame ||
        avcodec_parameters_to_context(decoder->codec, parameters) < 0)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    /* The filter smooths block edges by less than detection can tell, and takes a quarter of the time. */
    decoder->codec->skip_loop_filter = AVDISCARD_ALL;
    /* Its own threads hand frames out before their damage is known, another one in every run. */
    decoder->codec->thread_count = 1;
    int code = avcodec_open2(decoder->codec, codec, NULL);
    if (code < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(code, text, sizeof text);
        return ww_fail(error, -EINVAL, "cannot start the %s decoder: %s", codec->name, text);
    }
    return 0;
}

int ww_video_decoder_open(struct ww_video_decoder **decoder, const struct AVCodecParameters *parameters,
                          struct ww_error *error)
{
    struct ww_video_decoder *opened = calloc(1, sizeof *opened);
    *decoder = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    int code = open_codec(opened, parameters, error);
    if (code != 0)
        ww_video_decoder_close(opened);
    else
        *decoder = opened;
    return code;
}

void ww_video_decoder_close(struct ww_video_decoder *decoder)
{
    if (!decoder)
        return;
    avcodec_free_context(&decoder->codec);
    av_packet_free(&decoder->shell);
    av_frame_free(&decoder->frame);
    sws_freeContext(decoder->to_grey);
    ww_plane_free(&decoder->grey);
    ww_plane_free(&decoder->scratch);
    free(decoder);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libavutil's */
static void give_back(void *shared, uint8_t *bytes)
{
    (void)bytes;
    ww_shared_packet_release(shared);
}

int ww_video_decoder_send(struct ww_video_decoder *decoder, struct ww_shared_packet *packet)
{
    AVPacket *shell = decoder->shell;
    if (!packet) {
        avcodec_send_packet(decoder->codec, NULL);
        return 0;
    }
    const struct ww_packet *lent = &packet->packet;
    if (lent->size == 0)
        return -EINVAL;
    shell->buf = av_buffer_create((uint8_t *)(uintptr_t)lent->bytes, lent->size + WW_PACKET_PADDING,
                                  give_back, ww_shared_packet_retain(packet), AV_BUFFER_FLAG_READONLY);
    if (!shell->buf) {
        ww_shared_packet_release(packet);
        return -ENOMEM;
    }
    shell->data = shell->buf->data;
    shell->size = (int)lent->size;
    shell->pts = lent->ticks;
    shell->dts = lent->decode_ticks;
    shell->flags = lent->key ? AV_PKT_FLAG_KEY : 0;
    int code = avcodec_send_packet(decoder->codec, shell);
    av_packet_unref(shell);
    return code >= 0 ? 0 : code == AVERROR(ENOMEM) ? -ENOMEM : -EINVAL;
}

int ww_video_decoder_receive(struct ww_video_decoder *decoder, const AVFrame **frame)
{
    int code = avcodec_receive_frame(decoder->codec, decoder->frame);
    *frame = decoder->frame;
    if (code == 0)
        return 1;
    return code == AVERROR(EAGAIN)   ? 0
           : code == AVERROR_EOF     ? -ENODATA
           : code == AVERROR(ENOMEM) ? -ENOMEM
                                     : -EINVAL;
}

void ww_video_decoder_flush(struct ww_video_decoder *decoder)
{
    avcodec_flush_buffers(decoder->codec);
}

static bool has_luma_plane(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    const uint64_t unlike = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                            AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;
    return descriptor && !(descriptor->flags & unlike) && descriptor->comp[0].depth == 8 &&
           descriptor->comp[0].step == 1 && descriptor->comp[0].plane == 0;
}

/* For the few formats that have no plane of 8-bit brightness: RGB, palettes, more than 8 bits. */
static int convert_to_grey(struct ww_video_decoder *decoder, struct ww_luma *luma)
{
    const AVFrame *frame = decoder->frame;
    decoder->to_grey =
        sws_getCachedContext(decoder->to_grey, frame->width, frame->height, frame->format, frame->width,
                             frame->height, AV_PIX_FMT_GRAY8, SWS_POINT, NULL, NULL, NULL);
    if (!decoder->to_grey)
        return -EINVAL;
    if (ww_plane_resize(&decoder->grey, (uint32_t)frame->width, (uint32_t)frame->height) != 0)
        return -ENOMEM;
    uint8_t *const out[4] = {decoder->grey.pixels, NULL, NULL, NULL};
    const int strides[4] = {(int)decoder->grey.stride, 0, 0, 0};
    sws_scale(decoder->to_grey, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, out,
              strides);
    *luma = ww_plane_view(&decoder->grey);
    return 0;
}

/* -EINVAL: nothing can make this pixel format grey. */
static int luma_of(struct ww_video_decoder *decoder, uint32_t wanted_width, struct ww_plane *plane,
                   struct ww_luma *luma)
{
    const AVFrame *frame = decoder->frame;
    struct ww_luma full = {frame->data[0], frame->linesize[0], (uint32_t)frame->width,
                           (uint32_t)frame->height};
    if (!has_luma_plane(frame->format)) {
        int code = convert_to_grey(decoder, &full);
        if (code != 0)
            return code;
    }
    return ww_reduce(luma, &full, ww_reduction(full.width, wanted_width), plane, &decoder->scratch);
}

/* Known to be wrong in part, by the decoder's own word. */
static bool is_corrupt(const AVFrame *frame)
{
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) || frame->decode_error_flags;
}

struct ww_video_picture ww_video_decoder_picture(const struct ww_video_decoder *decoder)
{
    const AVFrame *frame = decoder->frame;
    uint32_t width = (uint32_t)frame->width, height = (uint32_t)frame->height;
    return (struct ww_video_picture){
        .key = frame->pict_type == AV_PICTURE_TYPE_I,
        .corrupt = is_corrupt(frame) || !ww_size_is_watchable(width, height),
        .width = width,
        .height = height,
        .ticks = frame->best_effort_timestamp,
    };
}

int ww_video_decoder_reduce(struct ww_video_decoder *decoder, uint32_t wanted_width, struct ww_plane *plane,
                            struct ww_video_picture *picture)
{
    if (picture->corrupt)
        return 0;
    int code = luma_of(decoder, wanted_width, plane, &picture->luma);
    picture->corrupt = code == -EINVAL;
    return code == -ENOMEM ? code : 0;
}

struct ww_glimpse *ww_video_decoder_glimpse(struct ww_video_decoder *decoder,
                                            const struct ww_glimpse_pace *pace)
{
    const AVFrame *frame = decoder->frame;
    if (!ww_glimpse_is_due(pace, frame->best_effort_timestamp) || is_corrupt(frame) ||
        !ww_size_is_watchable((uint32_t)frame->width, (uint32_t)frame->height))
        return NULL;
    return ww_glimpse_of(frame, &decoder->scratch);
}

struct frame_still {
    struct ww_still still;
    AVFrame *frame;
};

static int decode_still(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    const AVFrame *frame = ((const struct frame_still *)still)->frame;
    return ww_scale_to_picture((const uint8_t *const *)frame->data, frame->linesize, frame->width,
                               frame->height, frame->format, picture, error);
}

static void destroy_still(struct ww_still *still)
{
    struct frame_still *kept = (struct frame_still *)still;
    av_frame_free(&kept->frame);
    free(kept);
}

static const struct ww_still_type frame_still_type = {decode_still, destroy_still};

struct ww_still *ww_video_frame_keep(const AVFrame *frame)
{
    struct frame_still *kept = calloc(1, sizeof *kept);
    if (!kept)
        return NULL;
    kept->still.type = &frame_still_type;
    atomic_init(&kept->still.references, 1);
    kept->frame = av_frame_clone(frame);
    if (!kept->frame) {
        free(kept);
        return NULL;
    }
    return &kept->still;
}
