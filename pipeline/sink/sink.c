/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/sink.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "sink/clip_record.h"
#include "sink/event_log.h"
#include "sink/evidence.h"
#include "sink/masks.h"
#include "sink/open_events.h"

enum { RETRY_SECONDS = 1 };

struct item {
    bool is_mask, is_clip, lost; /* lost: there was no memory for its mask */
    uint64_t next_clip;          /* that goes on with the clip; 0: none */
    uint64_t key;
    struct ww_record record;
    const struct ww_region *region;
    struct ww_best_frame best;
    struct ww_mask mask; /* bits are the item's own */
    int64_t number;
    uint32_t width, height;
};

struct ww_sink {
    struct ww_sink_options options;
    char *folder, *masks_folder;
    struct ww_event_log *log;
    struct ww_font *font;
    struct ww_open_events open; /* of the thread */

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct item *items;
    size_t capacity, first, count;
    size_t frames; /* items with a frame */
    bool busy, closing;
    bool pictures_fail;      /* the last one did; of the thread */
    struct ww_upkeep upkeep; /* of the thread */
    struct ww_clip_writer *clips;
    struct ww_clip_turns turns; /* of a replay's clips */
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

static int make_folders(struct ww_sink *sink, struct ww_error *error)
{
    char *snapshots;
    if (asprintf(&snapshots, "%s/snapshots", sink->folder) < 0)
        return ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    int code = ww_make_folder(snapshots, error);
    free(snapshots);
    if (code == 0 && sink->masks_folder)
        code = ww_make_folder(sink->masks_folder, error);
    return code;
}

/* Of a program that was killed; the log is ours alone by now. */
static void remove_drafts(const struct ww_sink *sink)
{
    char *snapshots;
    if (asprintf(&snapshots, "%s/snapshots", sink->folder) < 0)
        return;
    ww_remove_drafts(snapshots);
    free(snapshots);
}

static int write_evidence(struct ww_sink *sink, struct item *item, struct ww_error *error)
{
    return ww_evidence_write(sink->folder, &item->record, &item->best, item->region, sink->font, error);
}

/* A line without its picture is worth more than neither, and cannot wait for it. */
static void write_picture(struct ww_sink *sink, struct item *item)
{
    struct ww_error error;
    int code = write_evidence(sink, item, &error);
    if (code == -ENOENT && sink->options.live && make_folders(sink, &error) == 0)
        code = write_evidence(sink, item, &error);
    if (code != 0 && !sink->options.live) {
        fail(sink, &error);
    } else if (code != 0) {
        if (!sink->pictures_fail)
            ww_log(WW_LOG_ERROR, "%s; events are logged without pictures", error.text);
        pthread_mutex_lock(&sink->lock);
        sink->summary.lost_pictures++;
        pthread_mutex_unlock(&sink->lock);
    } else if (sink->pictures_fail) {
        ww_log(WW_LOG_INFO, "%s: pictures are written again", sink->folder);
    }
    sink->pictures_fail = code != 0;
}

/* What fails is tried again with the next line, and said once. */
static void write_checkpoint(struct ww_sink *sink, const char *why)
{
    struct ww_error error;
    if (ww_upkeep_checkpoint(&sink->upkeep, why, &error) != 0)
        fail(sink, &error);
}

static void note_line(struct ww_sink *sink)
{
    struct ww_error error;
    if (ww_upkeep_note_line(&sink->upkeep, &error) != 0)
        fail(sink, &error);
}

/* Of a replay. Whether there is something to tell of the clip. */
static bool take_turn(struct ww_sink *sink, struct item *item)
{
    struct ww_clip_done done = ww_clip_turns_take(&sink->turns);
    item->record = ww_clip_record(&done);
    item->next_clip = done.next;
    return done.file.path[0];
}

static int write_clip(struct ww_sink *sink, struct item *item, struct ww_error *error)
{
    struct ww_record *record = &item->record;
    if (!record->type && !take_turn(sink, item))
        return 0;
    const char **events = ww_clip_events_of(&sink->open.shown, record->clip, &record->clip_event_count);
    record->clip_events = events;
    int code = ww_event_log_append(sink->log, record, error);
    if (code == 0)
        ww_clip_record_hold(record, sink->folder);
    free(events);
    if (code != 0)
        return code;
    ww_open_events_end_clip(&sink->open, record->clip, item->next_clip);
    if (sink->options.told)
        sink->options.told(sink->options.told_context, record);
    note_line(sink);
    return 0;
}

/* After a failure lines are still tried: an event's end may find the room that its picture did not. Returns
 * 0, also where there is nothing to write, or the log's failure. */
static int write_event(struct ww_sink *sink, struct item *item, struct ww_error *error)
{
    struct ww_record *record = &item->record;
    struct ww_open_event *open = NULL;
    if (item->is_clip)
        return write_clip(sink, item, error);
    if (record->phase == WW_PHASE_START) {
        if (ww_open_events_reserve(&sink->open, error) != 0)
            return error->code;
    } else if (!record->momentary) {
        open = ww_open_events_find(&sink->open, item->key, record->camera);
        if (!open) /* its START could not be written */
            return 0;
        memcpy(record->event, open->id, sizeof record->event);
    }
    if (item->best.still && !atomic_load(&sink->failed))
        write_picture(sink, item);
    int code = ww_event_log_append(sink->log, record, error);
    if (code != 0)
        return code;
    if (record->phase == WW_PHASE_START)
        ww_open_events_add(&sink->open, item->key, record);
    else if (open && record->phase == WW_PHASE_END)
        ww_open_events_remove(&sink->open, open);
    if (sink->options.told)
        sink->options.told(sink->options.told_context, record);
    note_line(sink);
    return 0;
}

static void write_mask(struct ww_sink *sink, const struct item *item)
{
    struct ww_error error;
    if (item->lost) {
        ww_fail(&error, -ENOMEM, "cannot write mask %jd: out of memory", (intmax_t)item->number);
        fail(sink, &error);
    } else if (ww_mask_write(sink->masks_folder, item->number, &item->mask, item->width, item->height,
                             &error) != 0)
        fail(sink, &error);
}

static void free_item(struct item *item)
{
    ww_still_release(item->best.still);
    free((void *)(uintptr_t)item->mask.bits);
}

/* With the lock held. */
static void pause_before_retry(struct ww_sink *sink)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RETRY_SECONDS;
    int code = 0;
    while (!sink->closing && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&sink->changed, &sink->lock, &until);
}

/* Whether to try again, some time later: who closes the sink ends the waiting, not the last try. */
static bool wait_for_better(struct ww_sink *sink, bool *last)
{
    pthread_mutex_lock(&sink->lock);
    bool again = !*last;
    if (again)
        pause_before_retry(sink);
    else
        sink->summary.lost_lines++;
    *last = sink->closing;
    pthread_mutex_unlock(&sink->lock);
    return again;
}

static void write_lasting(struct ww_sink *sink, struct item *item)
{
    struct ww_error error;
    bool last = false, failed = false;
    while (write_event(sink, item, &error) != 0) {
        failed = true;
        fail(sink, &error);
        if (!wait_for_better(sink, &last))
            return;
        if (make_folders(sink, &error) == 0)
            ww_event_log_restore(sink->log, &error);
    }
    if (failed) {
        ww_log(WW_LOG_INFO, "%s: events are written again", sink->folder);
        sink->failure.text[0] = '\0';
    }
}

static void write_item(struct ww_sink *sink, struct item *item)
{
    struct ww_error error;
    if (item->is_mask) {
        if (!atomic_load(&sink->failed))
            write_mask(sink, item);
    } else if (sink->options.live) {
        write_lasting(sink, item);
    } else if (write_event(sink, item, &error) != 0) {
        fail(sink, &error);
    }
}

/* What is to be done between events; without the lock. */
static void tend(struct ww_sink *sink)
{
    struct ww_error error;
    if (ww_upkeep_tend(&sink->upkeep, &error) != 0)
        fail(sink, &error);
}

/* With the lock held: until there is something to write, or to be done. */
static void rest(struct ww_sink *sink)
{
    struct timespec until;
    if (!ww_upkeep_is_due(&sink->upkeep)) {
        pthread_cond_wait(&sink->changed, &sink->lock);
        return;
    }
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    pthread_cond_timedwait(&sink->changed, &sink->lock, &until);
    pthread_mutex_unlock(&sink->lock);
    tend(sink);
    pthread_mutex_lock(&sink->lock);
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
        struct item item = sink->items[sink->first];
        sink->first = (sink->first + 1) % sink->capacity;
        sink->count--;
        sink->frames -= item.best.still != NULL;
        sink->busy = true;
        pthread_cond_broadcast(&sink->changed);
        pthread_mutex_unlock(&sink->lock);
        write_item(sink, &item);
        free_item(&item);
        tend(sink);
        pthread_mutex_lock(&sink->lock);
        sink->busy = false;
        pthread_cond_broadcast(&sink->changed);
    }
    pthread_mutex_unlock(&sink->lock);
    write_checkpoint(sink, "stop");
    sink->summary.cpu = ww_clock_thread_cpu();
    return NULL;
}

/* With the lock held: whether there is room, made by leaving out a frame if need be. */
static bool fits_live(struct ww_sink *sink, struct item *item)
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

static void push(struct ww_sink *sink, struct item *item)
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
        free_item(item);
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
    struct item item = {0};
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
    ww_clip_turns_put(&sink->turns, done);
}

/* Of a replay, whose log is the same whichever thread is fast: the line has its place. */
static void clip_has_ended(void *context, uint64_t number)
{
    struct item item = {.is_clip = true, .record.clip = number};
    push(context, &item);
}

struct ww_clip_writer *ww_sink_clips(struct ww_sink *sink)
{
    return sink->clips;
}

static void destroy(struct ww_sink *sink)
{
    ww_clip_writer_close(sink->clips);
    ww_open_events_free(&sink->open);
    ww_clip_turns_destroy(&sink->turns);
    ww_event_log_close(sink->log);
    ww_font_close(sink->font);
    pthread_mutex_destroy(&sink->lock);
    pthread_cond_destroy(&sink->changed);
    free(sink->items);
    free(sink->folder);
    free(sink->masks_folder);
    free(sink);
}

int ww_sink_open(struct ww_sink **sink, const struct ww_sink_options *options, struct ww_error *error)
{
    struct ww_error font_error;
    struct ww_sink *opened = calloc(1, sizeof *opened);
    *sink = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    opened->options = *options;
    opened->capacity = options->live ? WW_SINK_LIVE_QUEUE : WW_SINK_QUEUE;
    opened->items = calloc(opened->capacity, sizeof *opened->items);
    pthread_mutex_init(&opened->lock, NULL);
    pthread_cond_init(&opened->changed, NULL);
    ww_clip_turns_init(&opened->turns);
    opened->folder = strdup(options->folder);
    opened->masks_folder = options->masks_folder ? strdup(options->masks_folder) : NULL;
    int code = 0;
    if (!opened->items || !opened->folder || (options->masks_folder && !opened->masks_folder))
        code = ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    if (code == 0)
        code = make_folders(opened, error);
    if (code == 0)
        code = ww_event_log_open(&opened->log, opened->folder, options->live, error);
    if (code == 0)
        remove_drafts(opened);
    opened->upkeep = (struct ww_upkeep){.log = opened->log, .folder = opened->folder, .key = options->key};
    if (options->live)
        opened->upkeep.rules = options->retention;
    if (code == 0) {
        const struct ww_clip_writer_options clips = {
            .folder = opened->folder,
            .live = options->live,
            .done = clip_is_done,
            .ended = options->live ? NULL : clip_has_ended,
            .context = opened,
        };
        code = ww_clip_writer_open(&opened->clips, &clips, error);
    }
    if (code == 0) {
        int failed = pthread_create(&opened->thread, NULL, work, opened);
        code = failed ? ww_fail(error, -failed, "cannot start the writing thread: %s", strerror(failed)) : 0;
    }
    if (code != 0) {
        if (opened->clips)
            ww_clip_writer_finish(opened->clips);
        destroy(opened);
        return code;
    }
    if (ww_font_open(&opened->font, &font_error) != 0)
        ww_log(WW_LOG_WARNING, "%s; snapshots carry no text", font_error.text);
    *sink = opened;
    return 0;
}

void ww_sink_event(struct ww_sink *sink, uint64_t key, const struct ww_record *record,
                   const struct ww_region *region, const struct ww_best_frame *best)
{
    struct item item = {.key = key, .record = *record, .region = region};
    if (best)
        item.best = *best;
    push(sink, &item);
}

void ww_sink_mask(struct ww_sink *sink, int64_t number, const struct ww_mask *mask, uint32_t width,
                  uint32_t height)
{
    struct item item = {.is_mask = true, .number = number, .mask = *mask, .width = width, .height = height};
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
    if (summary)
        *summary = sink->summary;
    return code;
}

void ww_sink_close(struct ww_sink *sink)
{
    if (sink)
        destroy(sink);
}
