/* Decoding ahead, of packets that are whole pictures. SPDX-License-Identifier: Apache-2.0
 *
 * A ring of slots holds the frames from the one that is handed out next onwards. Whoever has nothing
 * better to do, a worker or the caller who waits for a frame, takes the next packet into the next slot
 * and decodes it; so `threads` threads are busy in all, and none where there is one. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/pace.h"
#include "decode/frames_type.h"

/* Width of which it takes least to see whether a picture is whole. */
enum { SMALLEST = 1 };

struct slot {
    bool done, spare;
    struct ww_packet packet;
    struct ww_plane plane;
    struct ww_image_result result;
    int code; /* of decoding */
    struct ww_still *still;
};

struct worker {
    struct pictures *pictures;
    struct ww_image_context *context;
    pthread_t thread;
    bool started;
};

struct pictures {
    struct ww_frames frames;
    const struct ww_image_type *image;
    struct ww_packet_reader reader;
    struct ww_pace pace;
    uint32_t analysis_width;
    struct ww_raw_layout raw;
    struct worker *workers; /* the first is the caller, and has no thread */
    int worker_count;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct slot *slots; /* frame number n lies in slot n % slot_count */
    size_t slot_count;
    uint64_t read, handed; /* frames that were read; that were handed out and may be reused */
    bool holding;          /* slot `handed` is lent to the caller */
    bool reading;          /* somebody is at the reader */
    bool empty;            /* the reader has nothing now */
    bool ended, stopping;
    int end_code; /* of the reader */
    struct ww_error end_error;
    double cpu;
};

static bool can_take(const struct pictures *pictures)
{
    return !pictures->reading && !pictures->ended && pictures->read - pictures->handed < pictures->slot_count;
}

/* Called with the lock held, and returns so. */
static void take(struct pictures *pictures, struct ww_image_context *context)
{
    struct ww_packet packet = {0};
    struct ww_error error;
    pictures->reading = true;
    pthread_mutex_unlock(&pictures->lock);
    int code = pictures->reader.read(pictures->reader.context, &packet, &error);
    bool spare = code > 0 && !ww_pace_takes(&pictures->pace, packet.pts);
    pthread_mutex_lock(&pictures->lock);
    pictures->reading = false;
    pthread_cond_broadcast(&pictures->changed);
    if (code == -EAGAIN) {
        pictures->empty = true;
        return;
    }
    if (code <= 0) {
        pictures->ended = true;
        pictures->end_code = code;
        if (code < 0)
            pictures->end_error = error;
        return;
    }
    struct slot *slot = &pictures->slots[pictures->read++ % pictures->slot_count];
    slot->done = false;
    slot->spare = spare;
    slot->packet = packet;
    pthread_mutex_unlock(&pictures->lock);

    double before = ww_clock_thread_cpu();
    int decoded = pictures->image->luma(context, &packet, spare ? SMALLEST : pictures->analysis_width,
                                        &slot->plane, &slot->result);
    double used = ww_clock_thread_cpu() - before;

    pthread_mutex_lock(&pictures->lock);
    slot->code = decoded;
    slot->done = true;
    pictures->cpu += used;
    pthread_cond_broadcast(&pictures->changed);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct pictures *pictures = worker->pictures;
    pthread_mutex_lock(&pictures->lock);
    while (!pictures->stopping) {
        if (can_take(pictures))
            take(pictures, worker->context);
        else
            pthread_cond_wait(&pictures->changed, &pictures->lock);
    }
    pthread_mutex_unlock(&pictures->lock);
    return NULL;
}

static void give_back(struct pictures *pictures)
{
    if (!pictures->holding)
        return;
    struct slot *slot = &pictures->slots[pictures->handed % pictures->slot_count];
    ww_still_release(slot->still);
    slot->still = NULL;
    ww_packet_release(&slot->packet);
    pictures->holding = false;
    pictures->handed++;
    pthread_cond_broadcast(&pictures->changed);
}

static void hand_out(const struct slot *slot, struct ww_frame *frame)
{
    *frame = (struct ww_frame){
        .luma = slot->result.luma,
        .width = slot->result.width,
        .height = slot->result.height,
        .index = slot->packet.index,
        .pts = slot->packet.pts,
        .captured = slot->packet.captured,
        .damage = slot->result.damage,
        .spare = slot->spare,
    };
}

static int pictures_next(struct ww_frames *frames, struct ww_frame *frame, struct ww_error *error)
{
    struct pictures *pictures = (struct pictures *)frames;
    int code = 1;
    pthread_mutex_lock(&pictures->lock);
    give_back(pictures);
    pictures->empty = false;
    const struct slot *slot = &pictures->slots[pictures->handed % pictures->slot_count];
    while (!(pictures->handed < pictures->read && slot->done)) {
        if (pictures->ended && pictures->handed == pictures->read) {
            code = pictures->end_code;
            if (code < 0 && error)
                *error = pictures->end_error;
            goto done;
        }
        if (pictures->empty) {
            code = -EAGAIN;
            goto done;
        }
        if (can_take(pictures))
            take(pictures, pictures->workers[0].context);
        else
            pthread_cond_wait(&pictures->changed, &pictures->lock);
    }
    pictures->holding = true;
    if (slot->code != 0)
        code = ww_fail(error, slot->code, "cannot decode frame %jd: out of memory",
                       (intmax_t)slot->packet.index);
    else
        hand_out(slot, frame);
done:
    pthread_mutex_unlock(&pictures->lock);
    return code;
}

/* The slot is the caller's while it is held, so no lock is needed. A luma that lies in the packet's
 * bytes stays valid: the slot keeps a reference, too. */
static struct ww_still *pictures_keep(struct ww_frames *frames)
{
    struct pictures *pictures = (struct pictures *)frames;
    struct slot *slot = &pictures->slots[pictures->handed % pictures->slot_count];
    if (!pictures->holding || slot->result.damage == WW_DAMAGED)
        return NULL;
    const struct ww_image_bytes image = {.width = slot->result.width,
                                         .height = slot->result.height,
                                         .raw = pictures->raw};
    if (!slot->still)
        slot->still = ww_image_keep(pictures->image, &slot->packet, &image);
    return ww_still_retain(slot->still);
}

static double pictures_cpu(struct ww_frames *frames)
{
    struct pictures *pictures = (struct pictures *)frames;
    pthread_mutex_lock(&pictures->lock);
    double cpu = pictures->cpu;
    pthread_mutex_unlock(&pictures->lock);
    return cpu;
}

static void stop_workers(struct pictures *pictures)
{
    pthread_mutex_lock(&pictures->lock);
    pictures->stopping = true;
    pthread_cond_broadcast(&pictures->changed);
    pthread_mutex_unlock(&pictures->lock);
    for (int i = 0; pictures->workers && i < pictures->worker_count; i++) {
        if (pictures->workers[i].started)
            pthread_join(pictures->workers[i].thread, NULL);
        pictures->image->destroy(pictures->workers[i].context);
    }
}

static void pictures_close(struct ww_frames *frames)
{
    struct pictures *pictures = (struct pictures *)frames;
    stop_workers(pictures);
    for (size_t i = 0; pictures->slots && i < pictures->slot_count; i++) {
        ww_still_release(pictures->slots[i].still);
        ww_packet_release(&pictures->slots[i].packet);
        ww_plane_free(&pictures->slots[i].plane);
    }
    free(pictures->slots);
    free(pictures->workers);
    pthread_cond_destroy(&pictures->changed);
    pthread_mutex_destroy(&pictures->lock);
    free(pictures);
}

static const struct ww_frames_type pictures_type = {pictures_next, pictures_keep, pictures_cpu,
                                                    pictures_close};

static int start_workers(struct pictures *pictures, const struct ww_stream *stream)
{
    for (int i = 0; i < pictures->worker_count; i++) {
        struct worker *worker = &pictures->workers[i];
        worker->pictures = pictures;
        worker->context = pictures->image->create(stream);
        if (!worker->context)
            return -ENOMEM;
        if (i == 0)
            continue;
        int failed = pthread_create(&worker->thread, NULL, work, worker);
        if (failed)
            return -failed;
        worker->started = true;
    }
    return 0;
}

int ww_pictures_open(struct ww_frames **frames, const struct ww_image_type *image,
                     const struct ww_stream *stream, struct ww_packet_reader reader,
                     const struct ww_decode_options *options, struct ww_error *error)
{
    struct pictures *pictures = calloc(1, sizeof *pictures);
    *frames = NULL;
    if (!pictures)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    pictures->frames.type = &pictures_type;
    pictures->image = image;
    pictures->reader = reader;
    pictures->analysis_width = options->analysis_width;
    pictures->raw = stream->raw;
    pictures->pace = ww_pace_of(options->max_rate);
    pictures->worker_count = options->threads > 1 ? options->threads : 1;
    /* A slot for each thread, one that is lent, and one that waits for each. */
    pictures->slot_count = pictures->worker_count > 1 ? (size_t)pictures->worker_count * 2 + 1 : 1;
    pthread_mutex_init(&pictures->lock, NULL);
    pthread_cond_init(&pictures->changed, NULL);
    pictures->slots = calloc(pictures->slot_count, sizeof *pictures->slots);
    pictures->workers = calloc((size_t)pictures->worker_count, sizeof *pictures->workers);
    int code = pictures->slots && pictures->workers ? start_workers(pictures, stream) : -ENOMEM;
    if (code != 0) {
        pictures_close(&pictures->frames);
        return ww_fail(error, code, "cannot start %d decoding threads", options->threads);
    }
    *frames = &pictures->frames;
    return 0;
}
