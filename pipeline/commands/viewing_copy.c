/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/viewing_copy.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { WIDEST = 1280, BITS_PER_PIXEL_SECOND = 3 };
static const char encoder_name[] = "libvpx", subfolder[] = "view";

struct copy {
    AVFormatContext *in, *out;
    AVCodecContext *decoder, *encoder;
    struct SwsContext *scaler;
    AVFrame *frame, *scaled;
    AVPacket *packet;
    AVStream *track;
    int stream; /* of `in` */
    int64_t last;
};

char *ww_viewing_copy_path(const char *clip)
{
    char *path;
    const char *slash = strrchr(clip, '/'), *name = slash ? slash + 1 : clip;
    return asprintf(&path, "%s/%.*s.webm", subfolder, (int)strcspn(name, "."), name) < 0 ? NULL : path;
}

static void free_copy(struct copy *copy)
{
    avformat_close_input(&copy->in);
    if (copy->out)
        avio_closep(&copy->out->pb);
    avformat_free_context(copy->out);
    avcodec_free_context(&copy->decoder);
    avcodec_free_context(&copy->encoder);
    sws_freeContext(copy->scaler);
    av_frame_free(&copy->frame);
    av_frame_free(&copy->scaled);
    av_packet_free(&copy->packet);
}

/* Returns 1 where browsers play it as it is. */
static int open_clip(struct copy *copy, const char *path)
{
    const AVCodec *codec = NULL;
    int code = avformat_open_input(&copy->in, path, NULL, NULL);
    if (code < 0)
        return code;
    copy->stream = av_find_best_stream(copy->in, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (copy->stream < 0 || !codec)
        return AVERROR_DECODER_NOT_FOUND;
    const AVCodecParameters *parameters = copy->in->streams[copy->stream]->codecpar;
    if (parameters->codec_id == AV_CODEC_ID_H264 || parameters->codec_id == AV_CODEC_ID_AV1 ||
        parameters->codec_id == AV_CODEC_ID_VP9 || parameters->codec_id == AV_CODEC_ID_VP8)
        return 1;
    copy->decoder = avcodec_alloc_context3(codec);
    if (!copy->decoder)
        return AVERROR(ENOMEM);
    code = avcodec_parameters_to_context(copy->decoder, parameters);
    return code < 0 ? code : avcodec_open2(copy->decoder, codec, NULL);
}

/* When the first frame is there: only it knows its size for certain. */
static int open_encoder(struct copy *copy, const char *path)
{
    AVDictionary *options = NULL;
    const AVCodec *codec = avcodec_find_encoder_by_name(encoder_name);
    const AVFrame *frame = copy->frame;
    int width = frame->width > WIDEST ? WIDEST : frame->width;
    int height = (int)((int64_t)frame->height * width / frame->width);
    copy->encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!copy->encoder)
        return codec ? AVERROR(ENOMEM) : AVERROR_ENCODER_NOT_FOUND;
    copy->encoder->width = width & ~1;
    copy->encoder->height = height & ~1;
    copy->encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    copy->encoder->time_base = (AVRational){1, 1000};
    copy->encoder->bit_rate = (int64_t)width * height * BITS_PER_PIXEL_SECOND;
    copy->encoder->thread_count = 0;
    av_dict_set(&options, "deadline", "realtime", 0);
    av_dict_set(&options, "cpu-used", "6", 0);
    int code = avcodec_open2(copy->encoder, codec, &options);
    av_dict_free(&options);
    if (code >= 0)
        code = avformat_alloc_output_context2(&copy->out, NULL, "webm", path);
    copy->track = code >= 0 ? avformat_new_stream(copy->out, NULL) : NULL;
    if (!copy->track)
        return code < 0 ? code : AVERROR(ENOMEM);
    copy->track->time_base = copy->encoder->time_base;
    code = avcodec_parameters_from_context(copy->track->codecpar, copy->encoder);
    if (code >= 0)
        code = avio_open(&copy->out->pb, path, AVIO_FLAG_WRITE);
    return code < 0 ? code : avformat_write_header(copy->out, NULL);
}

static int write_packets(struct copy *copy)
{
    int code;
    while ((code = avcodec_receive_packet(copy->encoder, copy->packet)) >= 0) {
        copy->packet->stream_index = 0;
        av_packet_rescale_ts(copy->packet, copy->encoder->time_base, copy->track->time_base);
        code = av_interleaved_write_frame(copy->out, copy->packet);
        if (code < 0)
            return code;
    }
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

static int encode(struct copy *copy, const char *path)
{
    const AVFrame *from = copy->frame;
    AVFrame *to = copy->scaled;
    int code = copy->encoder ? 0 : open_encoder(copy, path);
    if (code < 0)
        return code;
    copy->scaler =
        sws_getCachedContext(copy->scaler, from->width, from->height, from->format, copy->encoder->width,
                             copy->encoder->height, AV_PIX_FMT_YUV420P, SWS_BILINEAR, NULL, NULL, NULL);
    av_frame_unref(to);
    to->width = copy->encoder->width;
    to->height = copy->encoder->height;
    to->format = AV_PIX_FMT_YUV420P;
    code = copy->scaler ? av_frame_get_buffer(to, 0) : AVERROR(ENOMEM);
    if (code < 0)
        return code;
    sws_scale(copy->scaler, (const uint8_t *const *)from->data, from->linesize, 0, from->height, to->data,
              to->linesize);
    to->pts = av_rescale_q(from->best_effort_timestamp, copy->in->streams[copy->stream]->time_base,
                           copy->encoder->time_base);
    if (to->pts <= copy->last)
        to->pts = copy->last + 1;
    copy->last = to->pts;
    code = avcodec_send_frame(copy->encoder, to);
    return code < 0 ? code : write_packets(copy);
}

static int encode_decoded(struct copy *copy, const char *path)
{
    int code = 0;
    while (code >= 0 && (code = avcodec_receive_frame(copy->decoder, copy->frame)) >= 0)
        code = encode(copy, path);
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

/* What is damaged is left out. */
static int convert(struct copy *copy, const char *path)
{
    int code = 0;
    for (; code >= 0 && av_read_frame(copy->in, copy->packet) >= 0; av_packet_unref(copy->packet))
        if (copy->packet->stream_index == copy->stream &&
            avcodec_send_packet(copy->decoder, copy->packet) >= 0)
            code = encode_decoded(copy, path);
    if (code >= 0) {
        avcodec_send_packet(copy->decoder, NULL);
        code = encode_decoded(copy, path);
    }
    if (code >= 0 && !copy->encoder)
        code = AVERROR_INVALIDDATA;
    if (code >= 0)
        code = avcodec_send_frame(copy->encoder, NULL);
    if (code >= 0)
        code = write_packets(copy);
    return code < 0 ? code : av_write_trailer(copy->out);
}

static int make(struct copy *copy, const char *from, const char *to)
{
    int code = open_clip(copy, from);
    if (code != 0)
        return code;
    copy->frame = av_frame_alloc();
    copy->scaled = av_frame_alloc();
    copy->packet = av_packet_alloc();
    copy->last = -1;
    return copy->frame && copy->scaled && copy->packet ? convert(copy, to) : AVERROR(ENOMEM);
}

int ww_viewing_copy_make(const char *folder, const char *clip, struct ww_error *error)
{
    struct copy copy = {0};
    char *from = NULL, *to = NULL, *views = NULL, *path = ww_viewing_copy_path(clip);
    int code;
    if (!path || asprintf(&from, "%s/%s", folder, clip) < 0 || asprintf(&to, "%s/%s", folder, path) < 0 ||
        asprintf(&views, "%s/%s", folder, subfolder) < 0) {
        code = ww_fail(error, -ENOMEM, "out of memory");
    } else if ((code = ww_make_folder(views, error)) == 0) {
        code = make(&copy, from, to);
        free_copy(&copy);
        if (code != 0)
            unlink(to);
        rmdir(views); /* where nothing is in it */
        if (code < 0)
            code = ww_fail(error, code == AVERROR_ENCODER_NOT_FOUND ? -ENOTSUP : -EIO,
                           "cannot make a copy of '%s' for viewing: %s", clip, av_err2str(code));
        else
            code = code == 1 ? 0 : 1;
    }
    free(path);
    free(from);
    free(to);
    free(views);
    return code;
}
