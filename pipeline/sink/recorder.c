/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/recorder.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sink/clip_ring.h"
#include "sink/raw_jpeg.h"

/* Seconds from where an event is said to have begun to where it is told, at the most. */
static const double event_delay = 2;
/* About what lies between two glimpses, at the most. */
static const double glimpse_seconds = 0.3;

struct ww_recorder {
    struct ww_recorder_options options;
    pthread_mutex_t lock;
    bool connected; /* the stream is known */
    bool is_raw;    /* frames are encoded */
    struct ww_raw_layout raw;
    struct ww_stream stream; /* of the clips */
    AVCodecParameters *parameters;
    struct ww_clip_ring ring;
    struct ww_clip *clip;     /* NULL: none is recorded */
    struct ww_course course;  /* of the clip; without one, of the last seconds */
    double shown_from;        /* pts, where the clip's first event began */
    double clip_began, until; /* pts; where a clip without an open event ends */
    int open_events;
    struct ww_recorder_place place;
    int64_t epoch_us; /* wall clock at a pts of 0 */
    bool ring_was_full;
};

struct ww_recorder *ww_recorder_create(const struct ww_recorder_options *options)
{
    struct ww_recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder)
        return NULL;
    recorder->options = *options;
    pthread_mutex_init(&recorder->lock, NULL);
    return recorder;
}

/* --- what comes in -------------------------------------------------------------------------------- */

/* Recordings may hold uncompressed frames, too. */
static bool is_raw_video(const struct ww_stream *stream, struct ww_raw_layout *raw)
{
    static const struct {
        enum AVPixelFormat pixels;
        struct ww_raw_layout layout;
    } known[] = {
        {AV_PIX_FMT_YUV420P, {.format = WW_RAW_I420}},
        {AV_PIX_FMT_YUVJ420P, {.format = WW_RAW_I420, .full_range = true}},
        {AV_PIX_FMT_NV12, {.format = WW_RAW_NV12}},
        {AV_PIX_FMT_GRAY8, {.format = WW_RAW_GREY, .full_range = true}},
        {AV_PIX_FMT_YUYV422, {.format = WW_RAW_YUYV}},
        {AV_PIX_FMT_UYVY422, {.format = WW_RAW_UYVY}},
        {AV_PIX_FMT_RGB24, {.format = WW_RAW_RGB, .full_range = true}},
        {AV_PIX_FMT_BGR24, {.format = WW_RAW_BGR, .full_range = true}},
    };
    static const char upside_down[] = "BottomUp"; /* libav's word for it, of AVI */
    const AVCodecParameters *parameters = stream->parameters;
    if (stream->codec != WW_CODEC_AV || parameters->codec_id != AV_CODEC_ID_RAWVIDEO ||
        parameters->width % 2 != 0)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].pixels != (enum AVPixelFormat)parameters->format)
            continue;
        *raw = known[i].layout;
        raw->full_range |= parameters->color_range == AVCOL_RANGE_JPEG;
        raw->bottom_up = parameters->extradata_size >= (int)sizeof upside_down &&
                         memcmp(parameters->extradata + parameters->extradata_size - sizeof upside_down,
                                upside_down, sizeof upside_down) == 0;
        raw->stride = stream->width * ww_raw_pixel_bytes(raw->format);
        return true;
    }
    return false;
}

static int connect_stream(struct ww_recorder *recorder, const struct ww_stream *stream)
{
    recorder->stream = *stream;
    recorder->stream.parameters = NULL;
    recorder->is_raw = stream->codec == WW_CODEC_RAW || is_raw_video(stream, &recorder->raw);
    if (stream->codec == WW_CODEC_RAW)
        recorder->raw = stream->raw;
    if (recorder->is_raw) {
        recorder->stream.codec = WW_CODEC_JPEG;
    } else if (stream->codec == WW_CODEC_AV) {
        recorder->parameters = avcodec_parameters_alloc();
        if (!recorder->parameters || avcodec_parameters_copy(recorder->parameters, stream->parameters) < 0)
            return -ENOMEM;
        recorder->stream.parameters = recorder->parameters;
    }
    recorder->connected = true;
    return 0;
}

static void release_bytes(void *lease)
{
    free(lease);
}

/* NULL: the frame is not whole, or there is no memory. */
static struct ww_shared_packet *encode(const struct ww_recorder *recorder, const struct ww_packet *frame)
{
    struct ww_error error;
    unsigned char *bytes;
    size_t size;
    if (ww_raw_jpeg_encode(&recorder->raw, recorder->stream.width, recorder->stream.height, frame->bytes,
                           frame->size, &bytes, &size, &error) != 0)
        return NULL;
    struct ww_packet packet = {.bytes = bytes,
                               .size = size,
                               .index = frame->index,
                               .pts = frame->pts,
                               .key = true,
                               .release = release_bytes,
                               .lease = bytes};
    struct ww_shared_packet *shared = ww_packet_share(&packet);
    if (!shared)
        free(bytes);
    return shared;
}

void ww_recorder_add(struct ww_recorder *recorder, const struct ww_stream *stream,
                     struct ww_shared_packet *packet)
{
    if (recorder->options.mode == WW_RECORD_NONE || packet->packet.size == 0)
        return;
    pthread_mutex_lock(&recorder->lock);
    bool usable = recorder->connected || connect_stream(recorder, stream) == 0;
    pthread_mutex_unlock(&recorder->lock);
    if (!usable)
        return;
    /* What says how to encode stays as it is until the stream ends. */
    struct ww_shared_packet *held =
        recorder->is_raw ? encode(recorder, &packet->packet) : ww_shared_packet_retain(packet);
    if (!held)
        return;
    pthread_mutex_lock(&recorder->lock);
    ww_clip_ring_add(&recorder->ring, held, recorder->stream.codec != WW_CODEC_AV || packet->packet.key);
    if (recorder->ring.bytes > WW_RECORDER_MOST_UNSEEN) /* nobody looks at the camera's frames */
        ww_clip_ring_shrink(&recorder->ring, WW_RECORDER_MOST_UNSEEN);
    pthread_mutex_unlock(&recorder->lock);
    ww_shared_packet_release(held);
}

/* --- what goes out -------------------------------------------------------------------------------- */

static int64_t wall_time(const struct ww_recorder *recorder, double pts)
{
    return recorder->epoch_us + (int64_t)(pts * 1e6);
}

/* All of these with the lock held. */

static bool begin_clip(struct ww_recorder *recorder, double from)
{
    if (!recorder->connected)
        return false;
    if (recorder->stream.width == 0) { /* only frames know */
        recorder->stream.width = recorder->place.width;
        recorder->stream.height = recorder->place.height;
    }
    recorder->clip = ww_clip_begin(recorder->options.writer, recorder->options.camera, &recorder->stream);
    ww_clip_ring_seek(&recorder->ring, from);
    const struct ww_ring_entry *first = ww_clip_ring_peek(&recorder->ring);
    recorder->clip_began = first ? first->pts : from;
    return recorder->clip != NULL;
}

static void end_clip(struct ww_recorder *recorder)
{
    double shown_to = recorder->until - recorder->options.after;
    bool always = recorder->options.mode == WW_RECORD_ALWAYS;
    if (always || shown_to > recorder->place.pts)
        shown_to = recorder->place.pts;
    ww_clip_end(recorder->clip, 0, recorder->shown_from, shown_to, &recorder->course);
    recorder->clip = NULL;
}

/* A clip that is long enough is gone on with by another, where it can be cut. */
static void cut(struct ww_recorder *recorder, const struct ww_ring_entry *entry)
{
    double longest = recorder->options.mode == WW_RECORD_ALWAYS ? WW_CLIP_SEGMENT : WW_CLIP_LONGEST;
    if (!entry->key || entry->pts - recorder->clip_began < longest)
        return;
    struct ww_clip *next =
        ww_clip_begin(recorder->options.writer, recorder->options.camera, &recorder->stream);
    if (!next)
        return;
    ww_clip_end(recorder->clip, ww_clip_number(next), recorder->shown_from, entry->pts, &recorder->course);
    recorder->clip = next;
    recorder->clip_began = recorder->shown_from = entry->pts;
}

static void hand_over(struct ww_recorder *recorder, double until)
{
    const struct ww_ring_entry *entry;
    while ((entry = ww_clip_ring_peek(&recorder->ring)) && entry->pts <= until) {
        cut(recorder, entry);
        ww_clip_add(recorder->clip, entry->packet, entry->key, wall_time(recorder, entry->pts));
        ww_clip_ring_step(&recorder->ring);
    }
}

static void go_on(struct ww_recorder *recorder)
{
    bool always = recorder->options.mode == WW_RECORD_ALWAYS;
    double now = recorder->place.pts;
    const struct ww_ring_entry *entry;
    bool open = always || recorder->open_events > 0;
    if (!recorder->clip && always && begin_clip(recorder, now))
        recorder->shown_from = recorder->clip_began;
    if (recorder->clip) {
        hand_over(recorder, open || now < recorder->until ? now : recorder->until);
        if (!open && now >= recorder->until)
            end_clip(recorder);
    }
    while (!recorder->clip && (entry = ww_clip_ring_peek(&recorder->ring)) && entry->pts <= now)
        ww_clip_ring_step(&recorder->ring);
    ww_clip_ring_trim(&recorder->ring, now - recorder->options.before - event_delay);
    if (!ww_clip_ring_shrink_seen(&recorder->ring, WW_RECORDER_MOST_BYTES) || recorder->ring_was_full)
        return;
    recorder->ring_was_full = true;
    ww_log_about(
        WW_LOG_WARNING, recorder->options.camera,
        "its clips begin later than asked for: what came before an event is more than the %d MB that "
        "are held; a smaller 'pre' or bit rate would help",
        WW_RECORDER_MOST_BYTES >> 20);
}

void ww_recorder_advance(struct ww_recorder *recorder, const struct ww_recorder_place *place)
{
    if (recorder->options.mode == WW_RECORD_NONE)
        return;
    pthread_mutex_lock(&recorder->lock);
    recorder->place = *place;
    recorder->epoch_us = place->time_us - (int64_t)(place->pts * 1e6);
    go_on(recorder);
    pthread_mutex_unlock(&recorder->lock);
}

void ww_recorder_show(struct ww_recorder *recorder, double pts, struct ww_glimpse *glimpse)
{
    if (recorder->options.mode == WW_RECORD_NONE)
        return;
    pthread_mutex_lock(&recorder->lock);
    bool over = recorder->clip && recorder->options.mode == WW_RECORD_EVENTS && recorder->open_events == 0;
    if (!recorder->clip)
        ww_course_trim(&recorder->course, pts - event_delay - glimpse_seconds);
    if (!over)
        ww_course_add(&recorder->course, pts, glimpse);
    pthread_mutex_unlock(&recorder->lock);
}

uint64_t ww_recorder_begin_event(struct ww_recorder *recorder, double pts)
{
    if (recorder->options.mode == WW_RECORD_NONE)
        return 0;
    pthread_mutex_lock(&recorder->lock);
    recorder->open_events++;
    if (!recorder->clip && begin_clip(recorder, pts - recorder->options.before)) {
        recorder->shown_from = pts;
        ww_course_trim(&recorder->course, pts - glimpse_seconds);
    }
    uint64_t number = recorder->clip ? ww_clip_number(recorder->clip) : 0;
    pthread_mutex_unlock(&recorder->lock);
    return number;
}

void ww_recorder_end_event(struct ww_recorder *recorder, double pts)
{
    if (recorder->options.mode == WW_RECORD_NONE)
        return;
    pthread_mutex_lock(&recorder->lock);
    recorder->open_events -= recorder->open_events > 0;
    if (recorder->until < pts + recorder->options.after)
        recorder->until = pts + recorder->options.after;
    pthread_mutex_unlock(&recorder->lock);
}

void ww_recorder_end(struct ww_recorder *recorder)
{
    pthread_mutex_lock(&recorder->lock);
    if (recorder->clip)
        go_on(recorder);
    if (recorder->clip)
        end_clip(recorder);
    recorder->open_events = 0;
    recorder->until = 0;
    pthread_mutex_unlock(&recorder->lock);
}

void ww_recorder_disconnect(struct ww_recorder *recorder)
{
    pthread_mutex_lock(&recorder->lock);
    ww_clip_ring_clear(&recorder->ring);
    ww_course_clear(&recorder->course);
    avcodec_parameters_free(&recorder->parameters);
    recorder->connected = false;
    pthread_mutex_unlock(&recorder->lock);
}

void ww_recorder_destroy(struct ww_recorder *recorder)
{
    if (!recorder)
        return;
    ww_recorder_disconnect(recorder);
    pthread_mutex_destroy(&recorder->lock);
    free(recorder);
}
