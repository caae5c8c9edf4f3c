/* Recordings: whatever libavformat opens, from a file or from standard input.
 * SPDX-License-Identifier: Apache-2.0 */
#include "capture/source.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/parseutils.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "capture/libav.h"

enum { PIPE_BUFFER = 64 << 10, PIPE_POLL_MS = 100 };

struct recording {
    char *location;
    AVFormatContext *format;
    AVIOContext *pipe; /* of standard input */
    AVIOInterruptCB stopped;
    AVPacket *packet; /* of the demuxer, before it is handed over */
    int stream_index;
    int64_t first_ticks; /* AV_NOPTS_VALUE until the first packet with a time */
    int64_t count;       /* packets read */
    int64_t declared;    /* frames that the container says it holds, 0: it does not say */
    double time_base, frame_rate;
};

static bool is_standard_input(const char *location)
{
    return strcmp(location, "-") == 0;
}

static bool recording_accepts(const char *location)
{
    (void)location;
    return true;
}

static const char *name_of(const char *location)
{
    return is_standard_input(location) ? "standard input" : location;
}

/* What libav says, put so that a user can act on it. */
static int fail_libav(struct ww_error *error, int libav_code, const char *doing, const char *location)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    if (libav_code == AVERROR_EXIT)
        return ww_fail(error, -EINTR, "stopped while opening '%s'", name_of(location));
    if (libav_code == AVERROR_INVALIDDATA || libav_code == AVERROR_EOF)
        return ww_fail(error, -EINVAL,
                       "cannot %s '%s': this is no recording in a known format, or it was cut off "
                       "before its index was written",
                       doing, name_of(location));
    av_strerror(libav_code, text, sizeof text);
    return ww_fail(error, -EIO, "cannot %s '%s': %s", doing, name_of(location), text);
}

/* Says plainly what libav would call invalid data. */
static int check_file(const char *location, struct ww_error *error)
{
    struct stat info;
    if (is_standard_input(location))
        return 0;
    FILE *file = fopen(location, "rbe");
    if (!file)
        return ww_fail(error, -errno, "cannot open '%s': %s", location, ww_errno_text(-errno));
    int code = fstat(fileno(file), &info) == 0 ? 0 : -errno;
    fclose(file);
    if (code != 0)
        return ww_fail(error, code, "cannot open '%s': %s", location, ww_errno_text(code));
    if (S_ISREG(info.st_mode) && info.st_size == 0)
        return ww_fail(error, -ENODATA, "cannot replay '%s': the file is empty", location);
    return 0;
}

static void recording_close(void *state)
{
    struct recording *recording = state;
    av_packet_free(&recording->packet);
    avformat_close_input(&recording->format);
    if (recording->pipe)
        av_freep(&recording->pipe->buffer);
    avio_context_free(&recording->pipe);
    free(recording->location);
    free(recording);
}

/* Containers of JPEG say all there is to know in their header; probing would decode colour frames. */
static bool needs_probing(const AVFormatContext *format)
{
    for (unsigned i = 0; i < format->nb_streams; i++) {
        const AVCodecParameters *parameters = format->streams[i]->codecpar;
        if (parameters->codec_type == AVMEDIA_TYPE_VIDEO)
            return parameters->codec_id != AV_CODEC_ID_MJPEG || parameters->width == 0 ||
                   format->streams[i]->avg_frame_rate.num == 0;
    }
    return true;
}

static int find_video(struct recording *recording, struct ww_error *error)
{
    AVFormatContext *format = recording->format;
    const char *name = name_of(recording->location);
    if (needs_probing(format)) {
        int code = avformat_find_stream_info(format, NULL);
        if (code < 0)
            return fail_libav(error, code, "read", recording->location);
    }
    recording->stream_index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (recording->stream_index < 0)
        return ww_fail(error, -EINVAL, "cannot replay '%s': it holds no video", name);
    for (unsigned i = 0; i < format->nb_streams; i++)
        if ((int)i != recording->stream_index)
            format->streams[i]->discard = AVDISCARD_ALL;

    const AVCodecParameters *parameters = format->streams[recording->stream_index]->codecpar;
    if (parameters->codec_id == AV_CODEC_ID_NONE || !avcodec_find_decoder(parameters->codec_id))
        return ww_fail(error, -EINVAL, "cannot replay '%s': there is no decoder for its video (%s)", name,
                       avcodec_get_name(parameters->codec_id));
    if (parameters->width <= 0 || parameters->height <= 0)
        return ww_fail(error, -EINVAL, "cannot replay '%s': this is no recording, or it holds no whole frame",
                       name);
    if (!ww_size_is_watchable((uint64_t)parameters->width, (uint64_t)parameters->height))
        return ww_fail(error, -EINVAL,
                       "cannot replay '%s': its frames are %dx%d; what can be watched is %dx%d to %dx%d",
                       name, parameters->width, parameters->height, WW_MIN_SIDE, WW_MIN_SIDE, WW_MAX_SIDE,
                       WW_MAX_SIDE);
    return 0;
}

/* When the first frame was taken: the container's word, else the file was closed after its last
 * frame; what comes through a pipe is taken as happening now. */
static int64_t start_of(const struct recording *recording, double seconds)
{
    const AVDictionaryEntry *entry = av_dict_get(recording->format->metadata, "creation_time", NULL, 0);
    int64_t start;
    if (entry && av_parse_time(&start, entry->value, 0) == 0 && start > 0)
        return start;
    struct stat info;
    if (is_standard_input(recording->location) || stat(recording->location, &info) != 0)
        return ww_clock_wall_us();
    int64_t end = (int64_t)info.st_mtim.tv_sec * 1000000 + info.st_mtim.tv_nsec / 1000;
    return end - (int64_t)(seconds * 1e6);
}

static void describe(struct recording *recording, struct ww_stream *stream)
{
    const AVStream *video = recording->format->streams[recording->stream_index];
    AVRational rate = video->avg_frame_rate.num ? video->avg_frame_rate : video->r_frame_rate;
    recording->time_base = av_q2d(video->time_base);
    recording->frame_rate = rate.num && rate.den ? av_q2d(rate) : 25;
    double seconds = recording->format->duration > 0 ? (double)recording->format->duration / AV_TIME_BASE
                                                     : (double)video->nb_frames / recording->frame_rate;
    recording->declared = video->nb_frames;
    *stream = (struct ww_stream){
        .codec = video->codecpar->codec_id == AV_CODEC_ID_MJPEG ? WW_CODEC_JPEG : WW_CODEC_AV,
        .width = (uint32_t)video->codecpar->width,
        .height = (uint32_t)video->codecpar->height,
        .frame_rate = recording->frame_rate,
        .frame_count = video->nb_frames ? video->nb_frames : (int64_t)(seconds * recording->frame_rate + 0.5),
        .start_us = start_of(recording, seconds),
        .time_base = recording->time_base,
        .parameters = video->codecpar,
    };
}

/* libavformat's own reader of pipes waits in read(), where a stop does not reach every thread. */
static int read_pipe(void *context, uint8_t *bytes, int size)
{
    const struct recording *recording = context;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    for (;;) {
        if (recording->stopped.callback && recording->stopped.callback(recording->stopped.opaque))
            return AVERROR_EXIT;
        if (poll(&input, 1, PIPE_POLL_MS) <= 0)
            continue;
        ssize_t got = read(STDIN_FILENO, bytes, (size_t)size);
        if (got > 0)
            return (int)got;
        if (got == 0)
            return AVERROR_EOF;
        if (errno != EINTR && errno != EAGAIN)
            return AVERROR(errno);
    }
}

static int prepare_pipe(struct recording *recording)
{
    uint8_t *buffer = av_malloc(PIPE_BUFFER);
    if (!buffer)
        return -ENOMEM;
    recording->pipe = avio_alloc_context(buffer, PIPE_BUFFER, 0, recording, read_pipe, NULL, NULL);
    if (!recording->pipe) {
        av_free(buffer);
        return -ENOMEM;
    }
    recording->format->pb = recording->pipe;
    return 0;
}

static int recording_open(void **state, struct ww_stream *stream, const char *location,
                          const struct ww_source_options *options, struct ww_error *error)
{
    char url[4096 + 8];
    int code = check_file(location, error);
    if (code != 0)
        return code;
    struct recording *recording = calloc(1, sizeof *recording);
    if (recording) {
        recording->location = strdup(location);
        recording->packet = av_packet_alloc();
    }
    if (!recording || !recording->location || !recording->packet) {
        code = ww_fail(error, -ENOMEM, "cannot open '%s': out of memory", location);
        goto failed;
    }
    recording->first_ticks = AV_NOPTS_VALUE;
    recording->stopped = (AVIOInterruptCB){options->stopped, options->stopped_context};
    recording->format = avformat_alloc_context();
    if (!recording->format || (is_standard_input(location) && prepare_pipe(recording) != 0)) {
        code = ww_fail(error, -ENOMEM, "cannot open '%s': out of memory", location);
        goto failed;
    }
    recording->format->interrupt_callback = recording->stopped;
    /* "file:" keeps a name with a colon from being taken for a protocol. */
    snprintf(url, sizeof url, "%s%s",
             is_standard_input(location) ? "" : "file:", is_standard_input(location) ? "" : location);
    code = avformat_open_input(&recording->format, url, NULL, NULL);
    if (code < 0) {
        code = fail_libav(error, code, "open", location);
        goto failed;
    }
    code = find_video(recording, error);
    if (code != 0)
        goto failed;
    describe(recording, stream);
    *state = recording;
    return 0;
failed:
    if (recording)
        recording_close(recording);
    return code;
}

static double pts_of(struct recording *recording, const struct ww_packet *packet)
{
    int64_t ticks = packet->ticks != AV_NOPTS_VALUE ? packet->ticks : packet->decode_ticks;
    if (recording->first_ticks == AV_NOPTS_VALUE)
        recording->first_ticks = ticks;
    return ticks == AV_NOPTS_VALUE ? (double)recording->count / recording->frame_rate
                                   : (double)(ticks - recording->first_ticks) * recording->time_base;
}

static int end_of(const struct recording *recording, int libav_code, struct ww_error *error)
{
    const char *name = name_of(recording->location);
    if (libav_code == AVERROR_EXIT) /* who asked to stop knows */
        return 0;
    bool short_of_declared = recording->declared > 0 && recording->count < recording->declared;
    if (recording->count == 0)
        return ww_fail(error, -ENODATA, "cannot replay '%s': it holds no frame", name);
    if (short_of_declared)
        return ww_fail(error, -ENODATA,
                       "'%s' is cut off: it ends after %jd of %jd frames; what was read was analysed", name,
                       (intmax_t)recording->count, (intmax_t)recording->declared);
    if (libav_code != AVERROR_EOF) {
        char text[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(libav_code, text, sizeof text);
        return ww_fail(error, -EIO, "'%s' cannot be read past frame %jd: %s; what was read was analysed",
                       name, (intmax_t)recording->count, text);
    }
    return 0;
}

static int recording_read(void *state, struct ww_packet *packet, struct ww_error *error)
{
    struct recording *recording = state;
    for (;;) {
        int code = av_read_frame(recording->format, recording->packet);
        if (code < 0)
            return end_of(recording, code, error);
        if (recording->packet->stream_index == recording->stream_index)
            break;
        av_packet_unref(recording->packet);
    }
    if (ww_libav_take(recording->packet, packet) != 0)
        return ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", recording->location);
    packet->pts = pts_of(recording, packet);
    packet->index = recording->count++;
    return 1;
}

const struct ww_source_type ww_source_recording = {
    .name = "recording",
    .accepts = recording_accepts,
    .open = recording_open,
    .read = recording_read,
    .close = recording_close,
};
