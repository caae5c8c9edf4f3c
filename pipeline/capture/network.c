/* Network cameras: rtsp:// and http://, through libavformat. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/libav.h"
#include "capture/source.h"

static const double default_stall = 10; /* seconds */

struct network {
    char *shown; /* the address without user name and password */
    AVFormatContext *format;
    AVPacket *packet;
    int stream_index;
    double stall, deadline; /* seconds of ww_clock_monotonic */
    struct ww_source_options options;
    int64_t count;
};

static bool starts_with(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

static bool is_rtsp(const char *location)
{
    return starts_with(location, "rtsp://") || starts_with(location, "rtsps://");
}

static bool network_accepts(const char *location)
{
    return is_rtsp(location) || starts_with(location, "http://") || starts_with(location, "https://");
}

/* Passwords stay out of logs. */
static char *without_password(const char *location)
{
    char *shown = strdup(location);
    char *host = shown ? strstr(shown, "://") : NULL;
    if (!host)
        return shown;
    host += 3;
    char *path = host + strcspn(host, "/?#"), *at = NULL;
    for (char *c = host; c < path; c++)
        at = *c == '@' ? c : at;
    if (at)
        memmove(host, at + 1, strlen(at + 1) + 1);
    return shown;
}

/* libav asks while it waits. */
static int is_over(void *context)
{
    const struct network *network = context;
    const struct ww_source_options *options = &network->options;
    return (options->stopped && options->stopped(options->stopped_context)) ||
           ww_clock_monotonic() > network->deadline;
}

static int fail_libav(const struct network *network, int code, const char *doing, struct ww_error *error)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    const struct ww_source_options *options = &network->options;
    if (options->stopped && options->stopped(options->stopped_context))
        return ww_fail(error, -EINTR, "%s: stopped", network->shown);
    if (ww_clock_monotonic() > network->deadline) /* what libav makes of being interrupted differs */
        code = AVERROR_EXIT;
    switch (code) {
    case AVERROR_EXIT:
        return ww_fail(error, -ETIMEDOUT, "%s: no answer for %.3g seconds", network->shown, network->stall);
    case AVERROR_EOF: return ww_fail(error, -EPIPE, "%s: the camera ended the connection", network->shown);
    case AVERROR_HTTP_UNAUTHORIZED:
        return ww_fail(error, -EACCES,
                       "%s: the camera wants a user name and a password: rtsp://USER:PASSWORD@…",
                       network->shown);
    case AVERROR_HTTP_NOT_FOUND:
        return ww_fail(error, -ENOENT, "%s: the camera has nothing under this path", network->shown);
    case AVERROR_INVALIDDATA: return ww_fail(error, -EINVAL, "%s: what came is no video", network->shown);
    default:
        av_strerror(code, text, sizeof text);
        return ww_fail(error, code == AVERROR(ENOMEM) ? -ENOMEM : -EIO, "%s: cannot %s: %s", network->shown,
                       doing, text);
    }
}

static void network_close(void *state)
{
    struct network *network = state;
    network->deadline = ww_clock_monotonic() + 1; /* for saying goodbye */
    av_packet_free(&network->packet);
    avformat_close_input(&network->format);
    free(network->shown);
    free(network);
}

static int connect_to(struct network *network, const char *location, struct ww_error *error)
{
    AVDictionary *options = NULL;
    network->format = avformat_alloc_context();
    if (!network->format)
        return ww_fail(error, -ENOMEM, "cannot open '%s': out of memory", network->shown);
    network->format->interrupt_callback = (AVIOInterruptCB){is_over, network};
    network->format->flags |= AVFMT_FLAG_NOBUFFER;
    network->format->max_analyze_duration = 2 * AV_TIME_BASE;
    if (is_rtsp(location))
        av_dict_set(&options, "rtsp_transport", "tcp", 0);
    else
        av_dict_set(&options, "rw_timeout", "10000000", 0);
    int code = avformat_open_input(&network->format, location, NULL, &options);
    av_dict_free(&options);
    if (code < 0)
        return fail_libav(network, code, "connect", error);
    code = avformat_find_stream_info(network->format, NULL);
    return code < 0 ? fail_libav(network, code, "read", error) : 0;
}

static int find_video(struct network *network, struct ww_stream *stream, struct ww_error *error)
{
    AVFormatContext *format = network->format;
    network->stream_index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (network->stream_index < 0)
        return ww_fail(error, -EINVAL, "%s: it sends no video", network->shown);
    for (unsigned i = 0; i < format->nb_streams; i++)
        if ((int)i != network->stream_index)
            format->streams[i]->discard = AVDISCARD_ALL;
    const AVStream *video = format->streams[network->stream_index];
    const AVCodecParameters *parameters = video->codecpar;
    if (!avcodec_find_decoder(parameters->codec_id))
        return ww_fail(error, -EINVAL, "%s: there is no decoder for its video (%s)", network->shown,
                       avcodec_get_name(parameters->codec_id));
    bool jpeg = parameters->codec_id == AV_CODEC_ID_MJPEG;
    *stream = (struct ww_stream){
        .codec = jpeg ? WW_CODEC_JPEG : WW_CODEC_AV,
        .width = jpeg || parameters->width < 0 ? 0 : (uint32_t)parameters->width, /* a JPEG knows best */
        .height = jpeg || parameters->height < 0 ? 0 : (uint32_t)parameters->height,
        .frame_rate = video->avg_frame_rate.num ? av_q2d(video->avg_frame_rate) : 0,
        .start_us = ww_clock_wall_us(),
        .time_base = av_q2d(video->time_base),
        .live = true,
        .parameters = parameters,
    };
    return 0;
}

static int network_open(void **state, struct ww_stream *stream, const char *location,
                        const struct ww_source_options *options, struct ww_error *error)
{
    struct network *network = calloc(1, sizeof *network);
    if (network) {
        network->shown = without_password(location);
        network->packet = av_packet_alloc();
    }
    if (!network || !network->shown || !network->packet) {
        if (network)
            network_close(network);
        return ww_fail(error, -ENOMEM, "cannot open a network camera: out of memory");
    }
    network->options = *options;
    network->stall =
        options->capture && options->capture->stall > 0 ? options->capture->stall : default_stall;
    network->deadline = ww_clock_monotonic() + network->stall;
    int code = connect_to(network, location, error);
    if (code == 0)
        code = find_video(network, stream, error);
    if (code != 0)
        network_close(network);
    else
        *state = network;
    return code;
}

static int network_read(void *state, struct ww_packet *packet, struct ww_error *error)
{
    struct network *network = state;
    for (;;) {
        network->deadline = ww_clock_monotonic() + network->stall;
        int code = av_read_frame(network->format, network->packet);
        if (code < 0)
            return fail_libav(network, code, "read", error);
        if (network->packet->stream_index == network->stream_index)
            break;
        av_packet_unref(network->packet);
    }
    if (ww_libav_take(network->packet, packet) != 0)
        return ww_fail(error, -ENOMEM, "%s: out of memory", network->shown);
    packet->index = network->count++;
    packet->captured = ww_clock_monotonic();
    return 1;
}

const struct ww_source_type ww_source_network = {
    .name = "network",
    .accepts = network_accepts,
    .open = network_open,
    .read = network_read,
    .close = network_close,
};
