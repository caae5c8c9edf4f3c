/* Chunks of a video, each decoded by a thread of its own. SPDX-License-Identifier: Apache-2.0
 *
 * Threads take chunks in their order and put frames, already made small, into the chunk's queue; the
 * caller takes them out, chunk after chunk. What waits is bounded, except in the chunk that is being
 * taken out, so that somebody always gets on. */
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "decode/scale.h"
#include "decode/video_chunk.h"
#include "decode/video_decoder.h"
#include "decode/video_pictures.h"

/* 5 seconds at 25 frames a second of 640 × 360: a usual distance of key frames. */
enum { MOST_WAITING_BYTES = 28 << 20 };

struct entry {
    struct entry *next;
    struct ww_video_picture picture;
    struct ww_plane plane; /* room for its luma */
    size_t ordinal;        /* among the chunk's frames */
};

struct job {
    struct job *next;
    struct ww_video_chunk *chunk;
    struct entry *first, *last; /* decoded, and not taken out yet */
    bool done;
    int code;
};

struct worker {
    struct ahead *ahead;
    struct ww_video_decoder *decoder;
    pthread_t thread;
    bool started;
};

struct ahead {
    struct ww_video_pictures pictures;
    struct ww_video_chunker *chunker;
    AVCodecParameters *parameters;
    uint32_t analysis_width;
    struct ww_glimpse_pace pace;
    struct worker *workers;
    int worker_count;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *head, *tail; /* in the order of the video; frames are taken out of the head */
    int job_count;
    size_t waiting_bytes;
    struct entry *pool;
    struct entry *lent; /* to the caller */
    struct ww_video_chunk *lent_chunk;
    bool reading, ended, stopping;
    int end_code;
    struct ww_error end_error;
    double cpu;
};

/* --- what the threads do --------------------------------------------------------------------------- */

/* Called with the lock held. NULL: no memory. */
static struct entry *take_entry(struct ahead *ahead)
{
    struct entry *entry = ahead->pool;
    if (!entry)
        return calloc(1, sizeof *entry);
    ahead->pool = entry->next;
    entry->next = NULL;
    return entry;
}

static void give_entry(struct ahead *ahead, struct entry *entry)
{
    ww_glimpse_release(entry->picture.glimpse);
    entry->picture.glimpse = NULL;
    entry->next = ahead->pool;
    ahead->pool = entry;
}

static size_t bytes_of(const struct entry *entry)
{
    return entry->plane.capacity + (entry->picture.glimpse ? entry->picture.glimpse->bytes : 0);
}

static int copy_luma(struct ww_plane *plane, const struct ww_luma *from)
{
    if (ww_plane_resize(plane, from->width, from->height) != 0)
        return -ENOMEM;
    for (uint32_t y = 0; y < from->height; y++)
        memcpy(plane->pixels + y * plane->stride, from->pixels + (ptrdiff_t)y * from->stride, from->width);
    return 0;
}

static int fill_entry(const struct worker *worker, struct entry *entry)
{
    struct ww_video_picture *picture = &entry->picture;
    *picture = ww_video_decoder_picture(worker->decoder);
    picture->glimpse = ww_video_decoder_glimpse(worker->decoder, &worker->ahead->pace);
    int code =
        ww_video_decoder_reduce(worker->decoder, worker->ahead->analysis_width, &entry->plane, picture);
    if (code == 0 && !picture->corrupt && picture->luma.pixels != entry->plane.pixels) {
        struct ww_luma view = picture->luma;
        code = copy_luma(&entry->plane, &view);
        picture->luma = ww_plane_view(&entry->plane);
    }
    return code;
}

/* Queues a frame, or with none the hole that a packet left. Returns 0, -ECANCELED or -ENOMEM. */
static int queue(struct worker *worker, struct job *job, const AVFrame *frame, size_t ordinal)
{
    struct ahead *ahead = worker->ahead;
    pthread_mutex_lock(&ahead->lock);
    struct entry *entry = take_entry(ahead);
    pthread_mutex_unlock(&ahead->lock);
    if (!entry)
        return -ENOMEM;
    entry->ordinal = ordinal;
    entry->picture = (struct ww_video_picture){.hole = true, .corrupt = true};
    int code = frame ? fill_entry(worker, entry) : 0;

    pthread_mutex_lock(&ahead->lock);
    while (code == 0 && !ahead->stopping && job != ahead->head && ahead->waiting_bytes >= MOST_WAITING_BYTES)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    if (code == 0 && ahead->stopping)
        code = -ECANCELED;
    if (code != 0) {
        give_entry(ahead, entry);
    } else {
        if (job->last)
            job->last->next = entry;
        else
            job->first = entry;
        job->last = entry;
        ahead->waiting_bytes += bytes_of(entry);
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->lock);
    return code;
}

static bool is_own(const struct ww_video_chunk *chunk, const AVFrame *frame)
{
    int64_t ticks = frame->best_effort_timestamp;
    return ticks == AV_NOPTS_VALUE || (ticks >= chunk->first_ticks && ticks < chunk->end_ticks);
}

/* Takes all frames that the decoder has. */
static int receive_all(struct worker *worker, struct job *job, size_t *ordinal)
{
    for (;;) {
        const AVFrame *frame;
        int code = ww_video_decoder_receive(worker->decoder, &frame);
        if (code == 0 || code == -ENODATA)
            return 0;
        if (code == 1 && is_own(job->chunk, frame))
            code = queue(worker, job, frame, (*ordinal)++);
        else if (code == -EINVAL)
            code = queue(worker, job, NULL, *ordinal);
        if (code < 0)
            return code;
    }
}

static int decode(struct worker *worker, struct job *job)
{
    const struct ww_video_chunk *chunk = job->chunk;
    size_t ordinal = 0;
    int code = 0;
    ww_video_decoder_flush(worker->decoder);
    for (size_t i = 0; i <= chunk->count && code == 0; i++) {
        code = ww_video_decoder_send(worker->decoder, i < chunk->count ? chunk->packets[i] : NULL);
        if (code == -EINVAL)
            code = i < chunk->own ? queue(worker, job, NULL, ordinal) : 0;
        if (code == 0)
            code = receive_all(worker, job, &ordinal);
    }
    return code;
}

static bool can_take(const struct ahead *ahead)
{
    return !ahead->reading && !ahead->ended && ahead->job_count <= ahead->worker_count;
}

/* Called with the lock held, and returns so. NULL: there is none. */
static struct job *take_job(struct ahead *ahead)
{
    struct ww_video_chunk *chunk = NULL;
    struct ww_error error;
    ahead->reading = true;
    pthread_mutex_unlock(&ahead->lock);
    int code = ww_video_chunker_next(ahead->chunker, &chunk, &error);
    struct job *job = chunk ? calloc(1, sizeof *job) : NULL;
    if (chunk && !job) {
        ww_video_chunk_release(chunk);
        code = ww_fail(&error, -ENOMEM, "cannot read ahead: out of memory");
    }
    pthread_mutex_lock(&ahead->lock);
    ahead->reading = false;
    if (!job) {
        ahead->ended = true;
        ahead->end_code = code;
        if (code < 0)
            ahead->end_error = error;
    } else {
        job->chunk = chunk;
        if (ahead->tail)
            ahead->tail->next = job;
        else
            ahead->head = job;
        ahead->tail = job;
        ahead->job_count++;
    }
    pthread_cond_broadcast(&ahead->changed);
    return job;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct ahead *ahead = worker->ahead;
    double counted = 0;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stopping) {
        struct job *job = can_take(ahead) ? take_job(ahead) : NULL;
        if (job) {
            pthread_mutex_unlock(&ahead->lock);
            int code = decode(worker, job);
            double used = ww_clock_thread_cpu();
            pthread_mutex_lock(&ahead->lock);
            job->code = code;
            job->done = true;
            ahead->cpu += used - counted;
            counted = used;
            pthread_cond_broadcast(&ahead->changed);
        } else if (!ahead->stopping && !can_take(ahead)) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
        }
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* --- a frame of a chunk, once more ------------------------------------------------------------------ */

struct chunk_still {
    struct ww_still still;
    struct ww_video_chunk *chunk;
    AVCodecParameters *parameters;
    size_t ordinal;
};

/* Decodes up to the frame; its pixels are those that were analysed. */
static int decode_again(struct ww_video_decoder *decoder, const struct chunk_still *kept,
                        struct ww_picture *picture, struct ww_error *error)
{
    const struct ww_video_chunk *chunk = kept->chunk;
    size_t ordinal = 0;
    for (size_t i = 0; i <= chunk->count; i++) {
        const AVFrame *frame;
        int code = ww_video_decoder_send(decoder, i < chunk->count ? chunk->packets[i] : NULL);
        if (code == -ENOMEM)
            return ww_fail(error, code, "cannot decode a frame again: out of memory");
        while ((code = ww_video_decoder_receive(decoder, &frame)) == 1 || code == -EINVAL) {
            if (code == 1 && is_own(chunk, frame) && ordinal++ == kept->ordinal)
                return ww_scale_to_picture((const uint8_t *const *)frame->data, frame->linesize, frame->width,
                                           frame->height, frame->format, picture, error);
        }
    }
    return ww_fail(error, -ENODATA, "cannot decode a frame again");
}

static int decode_still(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    const struct chunk_still *kept = (const struct chunk_still *)still;
    struct ww_video_decoder *decoder;
    int code = ww_video_decoder_open(&decoder, kept->parameters, error);
    if (code == 0)
        code = decode_again(decoder, kept, picture, error);
    ww_video_decoder_close(decoder);
    return code;
}

static void destroy_still(struct ww_still *still)
{
    struct chunk_still *kept = (struct chunk_still *)still;
    avcodec_parameters_free(&kept->parameters);
    ww_video_chunk_release(kept->chunk);
    free(kept);
}

static const struct ww_still_type chunk_still_type = {decode_still, destroy_still};

static struct ww_still *ahead_keep(struct ww_video_pictures *pictures)
{
    const struct ahead *ahead = (const struct ahead *)pictures;
    if (!ahead->lent || ahead->lent->picture.corrupt)
        return NULL;
    struct chunk_still *kept = calloc(1, sizeof *kept);
    if (!kept)
        return NULL;
    kept->still.type = &chunk_still_type;
    atomic_init(&kept->still.references, 1);
    kept->chunk = ww_video_chunk_retain(ahead->lent_chunk);
    kept->ordinal = ahead->lent->ordinal;
    kept->parameters = avcodec_parameters_alloc();
    if (!kept->parameters || avcodec_parameters_copy(kept->parameters, ahead->parameters) < 0) {
        destroy_still(&kept->still);
        return NULL;
    }
    return &kept->still;
}

/* --- what the caller does --------------------------------------------------------------------------- */

static void give_back(struct ahead *ahead)
{
    if (ahead->lent)
        give_entry(ahead, ahead->lent);
    ahead->lent = NULL;
    ww_video_chunk_release(ahead->lent_chunk);
    ahead->lent_chunk = NULL;
}

static void lend(struct ahead *ahead, struct ww_video_picture *picture)
{
    struct job *job = ahead->head;
    struct entry *entry = job->first;
    job->first = entry->next;
    if (!job->first)
        job->last = NULL;
    ahead->waiting_bytes -= bytes_of(entry);
    ahead->lent = entry;
    ahead->lent_chunk = ww_video_chunk_retain(job->chunk);
    *picture = entry->picture;
}

static void drop_head(struct ahead *ahead)
{
    struct job *job = ahead->head;
    ahead->head = job->next;
    if (!ahead->head)
        ahead->tail = NULL;
    ahead->job_count--;
    while (job->first) {
        struct entry *entry = job->first;
        job->first = entry->next;
        give_entry(ahead, entry);
    }
    ww_video_chunk_release(job->chunk);
    free(job);
}

/* Returns 1 where a frame can be taken, 0 at the end, or a negative errno. */
static int await_frame(struct ahead *ahead, struct ww_error *error)
{
    for (;;) {
        struct job *head = ahead->head;
        if (head && head->first)
            return 1;
        if (head && head->done) {
            if (head->code < 0)
                return ww_fail(error, head->code, "cannot decode a frame: out of memory");
            drop_head(ahead);
            pthread_cond_broadcast(&ahead->changed);
        } else if (!head && ahead->ended) {
            if (ahead->end_code < 0 && error)
                *error = ahead->end_error;
            return ahead->end_code;
        } else {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
        }
    }
}

static int ahead_next(struct ww_video_pictures *pictures, struct ww_video_picture *picture,
                      struct ww_error *error)
{
    struct ahead *ahead = (struct ahead *)pictures;
    pthread_mutex_lock(&ahead->lock);
    give_back(ahead);
    int code = await_frame(ahead, error);
    if (code == 1) {
        lend(ahead, picture);
        pthread_cond_broadcast(&ahead->changed); /* there is room again */
    }
    pthread_mutex_unlock(&ahead->lock);
    return code;
}

/* They come reduced: who decodes ahead does not know yet which ones are asked for. */
static int ahead_reduce(struct ww_video_pictures *pictures, struct ww_video_picture *picture,
                        struct ww_error *error)
{
    (void)pictures;
    (void)picture;
    (void)error;
    return 0;
}

static double ahead_cpu(struct ww_video_pictures *pictures)
{
    struct ahead *ahead = (struct ahead *)pictures;
    pthread_mutex_lock(&ahead->lock);
    double cpu = ahead->cpu;
    pthread_mutex_unlock(&ahead->lock);
    return cpu;
}

static void ahead_close(struct ww_video_pictures *pictures)
{
    struct ahead *ahead = (struct ahead *)pictures;
    pthread_mutex_lock(&ahead->lock);
    ahead->stopping = true;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    for (int i = 0; ahead->workers && i < ahead->worker_count; i++) {
        if (ahead->workers[i].started)
            pthread_join(ahead->workers[i].thread, NULL);
        ww_video_decoder_close(ahead->workers[i].decoder);
    }
    give_back(ahead);
    while (ahead->head)
        drop_head(ahead);
    while (ahead->pool) {
        struct entry *entry = ahead->pool;
        ahead->pool = entry->next;
        ww_plane_free(&entry->plane);
        free(entry);
    }
    ww_video_chunker_destroy(ahead->chunker);
    avcodec_parameters_free(&ahead->parameters);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    free(ahead->workers);
    free(ahead);
}

static const struct ww_video_pictures_type ahead_type = {ahead_next, ahead_reduce, ahead_keep, ahead_cpu,
                                                         ahead_close};

static int start_workers(struct ahead *ahead, struct ww_error *error)
{
    ahead->workers = calloc((size_t)ahead->worker_count, sizeof *ahead->workers);
    if (!ahead->workers)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    for (int i = 0; i < ahead->worker_count; i++) {
        struct worker *worker = &ahead->workers[i];
        worker->ahead = ahead;
        int code = ww_video_decoder_open(&worker->decoder, ahead->parameters, error);
        if (code != 0)
            return code;
        int failed = pthread_create(&worker->thread, NULL, work, worker);
        if (failed)
            return ww_fail(error, -failed, "cannot start %d decoding threads: %s", ahead->worker_count,
                           strerror(failed));
        worker->started = true;
    }
    return 0;
}

int ww_video_ahead_open(struct ww_video_pictures **pictures, const struct ww_stream *stream,
                        struct ww_packet_reader reader, const struct ww_decode_options *options,
                        struct ww_error *error)
{
    struct ahead *ahead = calloc(1, sizeof *ahead);
    *pictures = NULL;
    if (!ahead)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    ahead->pictures.type = &ahead_type;
    ahead->analysis_width = options->analysis_width;
    ahead->pace = ww_glimpse_pace_of(stream, options->glimpses);
    ahead->worker_count = options->threads;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    ahead->chunker = ww_video_chunker_create(stream, reader);
    ahead->parameters = avcodec_parameters_alloc();
    int code = 0;
    if (!ahead->chunker || !ahead->parameters ||
        avcodec_parameters_copy(ahead->parameters, stream->parameters) < 0)
        code = ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    if (code == 0)
        code = start_workers(ahead, error);
    if (code != 0)
        ahead_close(&ahead->pictures);
    else
        *pictures = &ahead->pictures;
    return code;
}
