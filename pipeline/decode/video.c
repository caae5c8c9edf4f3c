/* Video through libavcodec: its Y plane as it is, no colour conversion. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "decode/frames_type.h"
#include "decode/scale.h"

/* Frames after damage lean on it, and what is wrong in them moves with what is right. They are not trusted
 * until the next key frame, or for so long: most cameras send one every second or two. */
static const double distrust_seconds = 5;

struct video {
    struct ww_frames frames;
    struct ww_packet_reader reader;
    struct ww_pace pace;
    uint32_t analysis_width;
    double time_base, frame_rate;
    AVCodecContext *codec;
    AVPacket *shell;  /* around a packet's bytes, for libavcodec */
    AVFrame *decoded; /* handed out last */
    struct ww_plane plane, scratch;
    struct SwsContext *to_grey; /* for formats without an 8-bit Y plane */
    struct ww_plane grey;
    bool usable;       /* `decoded` holds a whole frame */
    bool drained;
    int read_code;     /* of the reader, when it ended */
    struct ww_error read_error;
    int64_t index;     /* of the next frame */
    int64_t first_ticks;
    double last_pts;
    double distrust_until; /* seconds; frames before that are damaged */
    int undecodable;   /* packets that gave no frame, and were not handed out yet */
    double cpu;
};

static void give_back(void *lease, uint8_t *bytes)
{
    (void)bytes;
    struct ww_packet *packet = lease;
    ww_packet_release(packet);
    free(packet);
}

/* Lends the packet's bytes to libavcodec; they are released when it is done with them. */
static int lend(AVPacket *shell, struct ww_packet *packet)
{
    struct ww_packet *lease = malloc(sizeof *lease);
    if (!lease)
        return -ENOMEM;
    *lease = *packet;
    shell->buf = av_buffer_create((uint8_t *)(uintptr_t)lease->bytes, lease->size + WW_PACKET_PADDING,
                                  give_back, lease, AV_BUFFER_FLAG_READONLY);
    if (!shell->buf) {
        free(lease);
        return -ENOMEM;
    }
    shell->data = shell->buf->data;
    shell->size = (int)lease->size;
    shell->pts = lease->ticks;
    shell->dts = lease->decode_ticks;
    shell->flags = lease->key ? AV_PKT_FLAG_KEY : 0;
    *packet = (struct ww_packet){0};
    return 0;
}

/* Feeds the decoder once; returns 0, or a negative errno for want of memory. */
static int feed(struct video *video)
{
    struct ww_packet packet;
    int code = video->reader.read(video->reader.context, &packet, &video->read_error);
    if (code <= 0) {
        video->read_code = code;
        video->drained = true;
        avcodec_send_packet(video->codec, NULL);
        return 0;
    }
    if (packet.size == 0) {
        ww_packet_release(&packet);
        video->undecodable++;
        return 0;
    }
    code = lend(video->shell, &packet);
    if (code != 0) {
        ww_packet_release(&packet);
        return code;
    }
    code = avcodec_send_packet(video->codec, video->shell);
    av_packet_unref(video->shell);
    if (code == AVERROR(ENOMEM))
        return -ENOMEM;
    if (code < 0)
        video->undecodable++;
    return 0;
}

static bool is_key(const AVFrame *frame)
{
    return frame->pict_type == AV_PICTURE_TYPE_I;
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
static int convert_to_grey(struct video *video, struct ww_luma *luma)
{
    const AVFrame *frame = video->decoded;
    video->to_grey = sws_getCachedContext(video->to_grey, frame->width, frame->height, frame->format,
                                          frame->width, frame->height, AV_PIX_FMT_GRAY8, SWS_POINT, NULL,
                                          NULL, NULL);
    if (!video->to_grey)
        return -EINVAL;
    if (ww_plane_resize(&video->grey, (uint32_t)frame->width, (uint32_t)frame->height) != 0)
        return -ENOMEM;
    uint8_t *const out[4] = {video->grey.pixels, NULL, NULL, NULL};
    const int strides[4] = {(int)video->grey.stride, 0, 0, 0};
    sws_scale(video->to_grey, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, out,
              strides);
    *luma = ww_plane_view(&video->grey);
    return 0;
}

static int luma_of(struct video *video, struct ww_frame *frame)
{
    const AVFrame *decoded = video->decoded;
    struct ww_luma full = {decoded->data[0], decoded->linesize[0], (uint32_t)decoded->width,
                           (uint32_t)decoded->height};
    if (!has_luma_plane(decoded->format)) {
        int code = convert_to_grey(video, &full);
        if (code != 0)
            return code;
    }
    return ww_reduce(&frame->luma, &full, ww_reduction(full.width, video->analysis_width), &video->plane,
                     &video->scratch);
}

static double pts_of(struct video *video, const AVFrame *decoded)
{
    double pts = video->index > 0 ? video->last_pts + 1 / video->frame_rate : 0;
    if (decoded->best_effort_timestamp != AV_NOPTS_VALUE) {
        if (video->first_ticks == AV_NOPTS_VALUE)
            video->first_ticks = decoded->best_effort_timestamp;
        pts = (double)(decoded->best_effort_timestamp - video->first_ticks) * video->time_base;
    }
    video->last_pts = pts;
    return pts;
}

static bool is_trusted(struct video *video, double pts)
{
    const AVFrame *decoded = video->decoded;
    if ((decoded->flags & AV_FRAME_FLAG_CORRUPT) || decoded->decode_error_flags) {
        video->distrust_until = pts + distrust_seconds;
        return false;
    }
    if (is_key(decoded))
        video->distrust_until = -INFINITY;
    return pts >= video->distrust_until;
}

/* A frame that could not be decoded at all. */
static void hand_out_hole(struct video *video, struct ww_frame *frame)
{
    double pts = video->index > 0 ? video->last_pts + 1 / video->frame_rate : 0;
    video->undecodable--;
    video->usable = false;
    video->distrust_until = pts + distrust_seconds;
    video->last_pts = pts;
    *frame = (struct ww_frame){.index = video->index++, .pts = pts, .damage = WW_DAMAGED};
}

/* Returns 1 where the frame is to be handed out, 0 where the pace leaves it out, or an error. */
static int hand_out(struct video *video, struct ww_frame *frame)
{
    const AVFrame *decoded = video->decoded;
    double pts = pts_of(video, decoded);
    *frame = (struct ww_frame){
        .width = (uint32_t)decoded->width,
        .height = (uint32_t)decoded->height,
        .index = video->index++,
        .pts = pts,
        .damage = is_trusted(video, pts) ? WW_INTACT : WW_DAMAGED,
    };
    if (!ww_pace_takes(&video->pace, pts))
        return 0;
    if (!ww_size_is_watchable(frame->width, frame->height))
        frame->damage = WW_DAMAGED;
    video->usable = frame->damage != WW_DAMAGED;
    if (!video->usable)
        return 1;
    int code = luma_of(video, frame);
    if (code == -EINVAL) { /* a pixel format that nothing can make grey */
        frame->damage = WW_DAMAGED;
        video->usable = false;
        code = 0;
    }
    return code == 0 ? 1 : code;
}

static int next_frame(struct video *video, struct ww_frame *frame, struct ww_error *error)
{
    for (;;) {
        if (video->undecodable > 0) {
            hand_out_hole(video, frame);
            return 1;
        }
        int code = avcodec_receive_frame(video->codec, video->decoded);
        if (code == 0) {
            code = hand_out(video, frame);
            if (code == 0)
                continue;
        } else if (code == AVERROR_EOF) {
            if (video->read_code < 0 && error)
                *error = video->read_error;
            return video->read_code;
        } else if (code == AVERROR(EAGAIN)) {
            code = feed(video);
            if (code == 0)
                continue;
        } else if (code != AVERROR(ENOMEM)) {
            video->undecodable++;
            continue;
        }
        if (code < 0)
            return ww_fail(error, -ENOMEM, "cannot decode frame %jd: out of memory", (intmax_t)video->index);
        return code;
    }
}

static int video_next(struct ww_frames *frames, struct ww_frame *frame, struct ww_error *error)
{
    struct video *video = (struct video *)frames;
    double before = ww_clock_thread_cpu();
    video->usable = false;
    int code = next_frame(video, frame, error);
    video->cpu += ww_clock_thread_cpu() - before;
    return code;
}

struct video_still {
    struct ww_still still;
    AVFrame *frame;
};

static int decode_still(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    const AVFrame *frame = ((const struct video_still *)still)->frame;
    return ww_scale_to_picture((const uint8_t *const *)frame->data, frame->linesize, frame->width,
                               frame->height, frame->format, picture, error);
}

static void destroy_still(struct ww_still *still)
{
    struct video_still *kept = (struct video_still *)still;
    av_frame_free(&kept->frame);
    free(kept);
}

static const struct ww_still_type video_still_type = {decode_still, destroy_still};

static struct ww_still *video_keep(struct ww_frames *frames)
{
    struct video *video = (struct video *)frames;
    if (!video->usable)
        return NULL;
    struct video_still *kept = calloc(1, sizeof *kept);
    if (!kept)
        return NULL;
    kept->still.type = &video_still_type;
    atomic_init(&kept->still.references, 1);
    kept->frame = av_frame_clone(video->decoded);
    if (!kept->frame) {
        free(kept);
        return NULL;
    }
    return &kept->still;
}

static double video_cpu(const struct ww_frames *frames)
{
    const struct video *video = (const struct video *)frames;
    return video->codec->thread_count > 1 ? -1 : video->cpu;
}

static void video_close(struct ww_frames *frames)
{
    struct video *video = (struct video *)frames;
    avcodec_free_context(&video->codec);
    av_packet_free(&video->shell);
    av_frame_free(&video->decoded);
    sws_freeContext(video->to_grey);
    ww_plane_free(&video->plane);
    ww_plane_free(&video->scratch);
    ww_plane_free(&video->grey);
    free(video);
}

static const struct ww_frames_type video_type = {video_next, video_keep, video_cpu, video_close};

static int open_codec(struct video *video, const struct ww_stream *stream, int threads,
                      struct ww_error *error)
{
    const AVCodec *codec = avcodec_find_decoder(stream->parameters->codec_id);
    video->codec = codec ? avcodec_alloc_context3(codec) : NULL;
    video->shell = av_packet_alloc();
    video->decoded = av_frame_alloc();
    if (!video->codec || !video->shell || !video->decoded ||
        avcodec_parameters_to_context(video->codec, stream->parameters) < 0)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    /* The filter smooths block edges by less than detection can tell, and takes a quarter of the time. */
    video->codec->skip_loop_filter = AVDISCARD_ALL;
    /* The thread that detects waits for the oldest frame, so one more keeps all cores busy. */
    video->codec->thread_count = threads;
    video->codec->thread_type = FF_THREAD_FRAME;
    int code = avcodec_open2(video->codec, codec, NULL);
    if (code < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(code, text, sizeof text);
        return ww_fail(error, -EINVAL, "cannot start the %s decoder: %s", codec->name, text);
    }
    return 0;
}

int ww_video_open(struct ww_frames **frames, const struct ww_stream *stream,
                  struct ww_packet_reader reader, const struct ww_decode_options *options,
                  struct ww_error *error)
{
    struct video *video = calloc(1, sizeof *video);
    *frames = NULL;
    if (!video)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    video->frames.type = &video_type;
    video->reader = reader;
    video->pace.interval = options->max_rate > 0 ? 1 / options->max_rate : 0;
    video->analysis_width = options->analysis_width;
    video->time_base = stream->time_base;
    video->frame_rate = stream->frame_rate > 0 ? stream->frame_rate : 25;
    video->first_ticks = AV_NOPTS_VALUE;
    video->distrust_until = -INFINITY;
    int code = open_codec(video, stream, options->threads, error);
    if (code != 0) {
        video_close(&video->frames);
        return code;
    }
    *frames = &video->frames;
    return 0;
}
