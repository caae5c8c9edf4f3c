/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/sink.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/condition.h"
#include "base/log.h"
#include "sink/clip_record.h"
#include "sink/writer.h"

enum { RETRY_SECONDS = 1 };

struct ww_sink {
    struct ww_sink_options options;
    struct ww_writer writer; /* of the thread */

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct ww_sink_item *items;
    size_t capacity, first, count;
    size_t frames; /* items with a frame */
    bool busy, closing;
    struct ww_clip_writer *clips;
    struct ww_sink_summary summary;
    atomic_int failed; /* the code of `failure`, which is written before it */
    struct ww_error failure;
};

static void fail(struct ww_sink *sink, const struct ww_error *error)
{
    if (sink->options.live) {
        if (strcmp(sink->failure.text, error->text) != 0)
            ww_log(WW_LOG_ERROR, "%s; it is tried again", error->text);
        sink->failure = *error;
        return;
    }
    pthread_mutex_lock(&sink->lock);
    if (!atomic_load(&sink->failed)) {
        sink->failure = *error;
        atomic_store(&sink->failed, error->code);
    }
    pthread_mutex_unlock(&sink->lock);
}

static void note_failure(void *context, const struct ww_error *error)
{
    fail(context, error);
}

/* What fails is tried again with the next line, and said once. */
static void write_checkpoint(struct ww_sink *sink, const char *why)
{
    struct ww_error error;
    if (ww_upkeep_checkpoint(&sink->writer.upkeep, why, &error) != 0)
        fail(sink, &error);
}

/* With the lock held. */
static void pause_before_retry(struct ww_sink *sink)
{
    double until = ww_clock_monotonic() + RETRY_SECONDS;
    int code = 0;
    while (!sink->closing && code != ETIMEDOUT)
        code = ww_condition_wait(&sink->changed, &sink->lock, until);
}

/* Whether to try again, some time later: who closes the sink ends the waiting, not the last try. A replay has
 * one. */
static bool wait_for_better(struct ww_sink *sink, bool *last)
{
    pthread_mutex_lock(&sink->lock);
    bool again = sink->options.live && !*last;
    if (again)
        pause_before_retry(sink);
    *last = sink->closing;
    pthread_mutex_unlock(&sink->lock);
    return again;
}

static void note_lost_lines(struct ww_sink *sink, size_t lines)
{
    pthread_mutex_lock(&sink->lock);
    if (sink->options.live)
        sink->summary.lost_lines += (int64_t)lines;
    pthread_mutex_unlock(&sink->lock);
}

static void add(struct ww_sink *sink, struct ww_sink_item *item)
{
    struct ww_error error;
    bool last = false;
    while (ww_writer_add(&sink->writer, item, &error) != 0) {
        fail(sink, &error);
        if (!wait_for_better(sink, &last)) {
            note_lost_lines(sink, 1);
            break;
        }
    }
    ww_sink_item_free(item);
}

/* After a replay's failure lines are still tried: an event's end may find the room that its picture did not.
 */
static void sync_lines(struct ww_sink *sink)
{
    struct ww_error error;
    bool last = false, failed = false;
    while (ww_writer_sync(&sink->writer, &error) != 0) {
        failed = true;
        fail(sink, &error);
        if (!wait_for_better(sink, &last)) {
            note_lost_lines(sink, ww_writer_drop(&sink->writer));
            return;
        }
        ww_writer_restore(&sink->writer);
    }
    if (failed) {
        ww_log(WW_LOG_INFO, "%s: events are written again", sink->options.folder);
        sink->failure.text[0] = '\0';
    }
}

/* What is to be done between events; without the lock. */
static void tend(struct ww_sink *sink)
{
    struct ww_error error;
    if (ww_upkeep_tend(&sink->writer.upkeep, &error) != 0)
        fail(sink, &error);
}

/* With the lock held: until there is something to write, or to be done. */
static void rest(struct ww_sink *sink)
{
    if (!ww_upkeep_is_due(&sink->writer.upkeep)) {
        pthread_cond_wait(&sink->changed, &sink->lock);
        return;
    }
    ww_condition_wait(&sink->changed, &sink->lock, ww_clock_monotonic() + 1);
    pthread_mutex_unlock(&sink->lock);
    tend(sink);
    pthread_mutex_lock(&sink->lock);
}

/* With the lock held. */
static struct ww_sink_item take(struct ww_sink *sink)
{
    struct ww_sink_item item = sink->items[sink->first];
    sink->first = (sink->first + 1) % sink->capacity;
    sink->count--;
    sink->frames -= item.best.still != NULL;
    pthread_cond_broadcast(&sink->changed);
    return item;
}

/* One item, and what waits behind it and is a line only: they are synced at once. With the lock held, but not
 * while it writes. */
static void write_group(struct ww_sink *sink)
{
    size_t count = 0;
    do {
        struct ww_sink_item item = take(sink);
        pthread_mutex_unlock(&sink->lock);
        add(sink, &item);
        pthread_mutex_lock(&sink->lock);
    } while (++count < WW_WRITER_GROUP && sink->count > 0 && ww_writer_is_quick(&sink->items[sink->first]));
    pthread_mutex_unlock(&sink->lock);
    sync_lines(sink);
    pthread_mutex_lock(&sink->lock);
}

/* Of cameras that hang: nobody else will. */
static void end_open_events(struct ww_sink *sink)
{
    size_t count = 0;
    while (count < WW_WRITER_GROUP && ww_writer_end_open(&sink->writer))
        count++;
    sync_lines(sink);
    if (count == WW_WRITER_GROUP)
        end_open_events(sink);
}

static void *work(void *argument)
{
    struct ww_sink *sink = argument;
    write_checkpoint(sink, "start");
    pthread_mutex_lock(&sink->lock);
    for (;;) {
        while (sink->count == 0 && !sink->closing)
            rest(sink);
        if (sink->count == 0)
            break;
        sink->busy = true;
        write_group(sink);
        pthread_mutex_unlock(&sink->lock);
        tend(sink);
        pthread_mutex_lock(&sink->lock);
        sink->busy = false;
        pthread_cond_broadcast(&sink->changed);
    }
    pthread_mutex_unlock(&sink->lock);
    if (sink->options.live)
        end_open_events(sink);
    write_checkpoint(sink, "stop");
    sink->summary.cpu = ww_clock_thread_cpu();
    return NULL;
}

/* With the lock held: whether there is room, made by leaving out a frame if need be. */
static bool fits_live(struct ww_sink *sink, struct ww_sink_item *item)
{
    if (sink->count == sink->capacity) {
        sink->summary.lost_lines++;
        return false;
    }
    if (item->best.still && sink->frames == WW_SINK_QUEUE) {
        ww_still_release(item->best.still);
        item->best.still = NULL;
        sink->summary.lost_pictures++;
    }
    return true;
}

static void push(struct ww_sink *sink, struct ww_sink_item *item)
{
    pthread_mutex_lock(&sink->lock);
    while (!sink->options.live && sink->count == sink->capacity)
        pthread_cond_wait(&sink->changed, &sink->lock);
    bool fits = !sink->options.live || fits_live(sink, item);
    if (fits) {
        sink->frames += item->best.still != NULL;
        sink->items[(sink->first + sink->count++) % sink->capacity] = *item;
        pthread_cond_broadcast(&sink->changed);
    }
    pthread_mutex_unlock(&sink->lock);
    if (!fits)
        ww_sink_item_free(item);
}

/* A clip that could not be written at all is said, and is not in the log. */
static void note_failed_clip(struct ww_sink *sink, const struct ww_error *error)
{
    pthread_mutex_lock(&sink->lock);
    sink->summary.lost_clips++;
    pthread_mutex_unlock(&sink->lock);
    if (error->code == -ENOTSUP) /* of what no container takes there is none; the events are whole */
        ww_log(WW_LOG_WARNING, "%s", error->text);
    else if (sink->options.live)
        ww_log(WW_LOG_ERROR, "%s", error->text);
    else
        fail(sink, error);
}

/* On the thread that writes clips. */
static void clip_is_done(void *context, const struct ww_clip_done *done)
{
    struct ww_sink *sink = context;
    struct ww_sink_item item = {0};
    if (done->error.code != 0)
        note_failed_clip(sink, &done->error);
    if (sink->options.live || done->number == 0) {
        item.is_clip = true;
        item.next_clip = done->next;
        item.record = ww_clip_record(done);
        if (done->file.path[0])
            push(sink, &item);
        return;
    }
    ww_clip_turns_put(&sink->writer.turns, done);
}

/* Of a replay, whose log is the same whichever thread is fast: the line has its place. */
static void clip_has_ended(void *context, uint64_t number)
{
    struct ww_sink_item item = {.is_clip = true, .record.clip = number};
    push(context, &item);
}

struct ww_clip_writer *ww_sink_clips(struct ww_sink *sink)
{
    return sink->clips;
}

static void destroy(struct ww_sink *sink)
{
    ww_clip_writer_close(sink->clips);
    ww_writer_close(&sink->writer);
    pthread_mutex_destroy(&sink->lock);
    pthread_cond_destroy(&sink->changed);
    free(sink->items);
    free(sink);
}

static int open_clips(struct ww_sink *sink, struct ww_error *error)
{
    const struct ww_clip_writer_options clips = {
        .folder = sink->writer.folder,
        .live = sink->options.live,
        .done = clip_is_done,
        .ended = sink->options.live ? NULL : clip_has_ended,
        .context = sink,
    };
    return ww_clip_writer_open(&sink->clips, &clips, error);
}

static int start_thread(struct ww_sink *sink, struct ww_error *error)
{
    int failed = pthread_create(&sink->thread, NULL, work, sink);
    if (failed == 0)
        return 0;
    ww_clip_writer_finish(sink->clips);
    return ww_fail(error, -failed, "cannot start the writing thread: %s", strerror(failed));
}

int ww_sink_open(struct ww_sink **sink, const struct ww_sink_options *options, struct ww_error *error)
{
    struct ww_sink *opened = calloc(1, sizeof *opened);
    *sink = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    opened->options = *options;
    opened->capacity = options->live ? WW_SINK_LIVE_QUEUE : WW_SINK_QUEUE;
    opened->items = calloc(opened->capacity, sizeof *opened->items);
    opened->writer.options = &opened->options;
    opened->writer.failed = note_failure;
    opened->writer.failed_context = opened;
    pthread_mutex_init(&opened->lock, NULL);
    ww_condition_init(&opened->changed);
    int code = ww_writer_open(&opened->writer, error);
    opened->options.folder = opened->writer.folder; /* what was lent may go */
    if (code == 0 && !opened->items)
        code = ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    if (code == 0)
        code = open_clips(opened, error);
    if (code == 0)
        code = start_thread(opened, error);
    if (code != 0)
        destroy(opened);
    else
        *sink = opened;
    return code;
}

void ww_sink_event(struct ww_sink *sink, uint64_t key, const struct ww_record *record,
                   const struct ww_region *region, const struct ww_best_frame *best)
{
    struct ww_sink_item item = {.key = key, .record = *record, .region = region};
    if (best)
        item.best = *best;
    push(sink, &item);
}

void ww_sink_mask(struct ww_sink *sink, int64_t number, const struct ww_mask *mask, uint32_t width,
                  uint32_t height)
{
    struct ww_sink_item item = {
        .is_mask = true, .number = number, .mask = *mask, .width = width, .height = height};
    size_t size = mask->bits ? mask->stride * mask->height * sizeof *mask->bits : 0;
    if (size > 0) {
        uint64_t *copy = malloc(size);
        if (copy)
            memcpy(copy, mask->bits, size);
        item.mask.bits = copy;
        item.lost = !copy;
    }
    push(sink, &item);
}

bool ww_sink_is_idle(struct ww_sink *sink)
{
    bool clips = ww_clip_writer_is_idle(sink->clips); /* first: it hands on to the rest */
    pthread_mutex_lock(&sink->lock);
    bool idle = clips && sink->count == 0 && !sink->busy;
    pthread_mutex_unlock(&sink->lock);
    return idle;
}

int ww_sink_failure(struct ww_sink *sink, struct ww_error *error)
{
    int code = atomic_load(&sink->failed);
    if (code != 0 && error)
        *error = sink->failure;
    return code;
}

int ww_sink_finish(struct ww_sink *sink, struct ww_sink_summary *summary, struct ww_error *error)
{
    double clips_cpu = ww_clip_writer_finish(sink->clips);
    pthread_mutex_lock(&sink->lock);
    sink->closing = true;
    pthread_cond_broadcast(&sink->changed);
    pthread_mutex_unlock(&sink->lock);
    pthread_join(sink->thread, NULL);
    sink->summary.cpu += clips_cpu;
    int code = ww_sink_failure(sink, error);
    if (sink->summary.lost_lines > 0)
        code = ww_fail(error, sink->failure.code ? sink->failure.code : -ENOBUFS,
                       "%jd lines of the log were lost: %.300s", (intmax_t)sink->summary.lost_lines,
                       sink->failure.text[0] ? sink->failure.text
                                             : "they came faster than they could be written");
    sink->summary.lost_pictures += sink->writer.lost_pictures;
    if (summary)
        *summary = sink->summary;
    return code;
}

void ww_sink_close(struct ww_sink *sink)
{
    if (sink)
        destroy(sink);
}
