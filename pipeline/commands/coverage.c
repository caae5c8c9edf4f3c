/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/coverage.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char ww_watch_letters[WW_WATCH_STATES + 1] = "wofndbl";

static const int64_t second_us = 1000000, minute_us = 60 * INT64_C(1000000);
static const double gap_seconds = 5;       /* without a frame, after which it counts as lost; */
static const double gap_frames = 3;        /* of a slow camera, so many times as long as between two */
static const double longest_interval = 60; /* seconds */
static const double long_enough = 10;      /* seconds, to give a minute its letter */
static const double longest_gap =
    86400; /* seconds; after more the clock was set, or a recording is another */
static const int64_t oldest_us = 300 * INT64_C(1000000); /* that a frame is when it is analysed */
static const uint64_t coverage_key = UINT64_C(1) << 60;

struct watched {
    double seconds[WW_WATCH_STATES]; /* of this minute */
    enum ww_watch_state state;       /* since the last frame */
    char letters[WW_COVERAGE_MINUTES + 1];
};

struct ww_coverage {
    const struct ww_camera_view *view;
    struct ww_sink *sink;
    pthread_mutex_t lock;
    struct watched *watched; /* one a region, or one */
    size_t count;
    bool begun, seen;         /* seen: there was a frame in this minute */
    double interval;          /* seconds between the last two frames */
    int64_t now_us, frame_us; /* until when it is noted; the last frame's time */
    int64_t minute, first;    /* since 1970: the one that is noted, and that of the first letter */
    uint64_t keys;
};

struct ww_coverage *ww_coverage_create(const struct ww_camera_view *view, struct ww_sink *sink)
{
    struct ww_coverage *coverage = calloc(1, sizeof *coverage);
    if (!coverage)
        return NULL;
    coverage->view = view;
    coverage->sink = sink;
    coverage->count = view->region_count > 0 ? view->region_count : 1;
    coverage->watched = calloc(coverage->count, sizeof *coverage->watched);
    if (coverage->watched && pthread_mutex_init(&coverage->lock, NULL) == 0)
        return coverage;
    free(coverage->watched);
    free(coverage);
    return NULL;
}

/* --- a minute's letter ---------------------------------------------------------------------------- */

static char letter_of(const struct watched *watched, bool seen)
{
    double all = 0;
    for (int i = 0; i < WW_WATCH_STATES; i++)
        all += watched->seconds[i];
    double enough = all / 3 < long_enough ? all / 3 : long_enough;
    for (int i = WW_WATCH_STATES - 1; i >= 0 && all > 0; i--)
        if (watched->seconds[i] >= enough)
            return ww_watch_letters[i];
    return seen ? ww_watch_letters[watched->state] : '-';
}

static void write_window(struct ww_coverage *coverage)
{
    const struct ww_camera_view *view = coverage->view;
    for (size_t i = 0; i < coverage->count; i++) {
        struct watched *watched = &coverage->watched[i];
        const struct ww_region *region = view->region_count > 0 ? &view->regions[i] : NULL;
        const char *name = region ? view->region_names[i] : NULL;
        struct ww_record record = {
            .time_us = coverage->first * minute_us,
            .type = "system",
            .phase = WW_PHASE_END,
            .momentary = true,
            .camera = view->name,
            .wall = region && region->kind == WW_REGION_WALL ? name : NULL,
            .zone = region && region->kind == WW_REGION_ZONE ? name : NULL,
            .detail = "coverage",
            .frame = -1,
            .duration = 60 * (double)strlen(watched->letters),
        };
        memcpy(record.coverage, watched->letters, sizeof record.coverage);
        if (watched->letters[0])
            ww_sink_event(coverage->sink, coverage_key | ++coverage->keys, &record, NULL, NULL);
        watched->letters[0] = '\0';
    }
}

static void end_minute(struct ww_coverage *coverage)
{
    size_t at = (size_t)(coverage->minute - coverage->first);
    for (size_t i = 0; i < coverage->count; i++) {
        struct watched *watched = &coverage->watched[i];
        watched->letters[at] = letter_of(watched, coverage->seen);
        watched->letters[at + 1] = '\0';
        memset(watched->seconds, 0, sizeof watched->seconds);
    }
    coverage->seen = false;
    coverage->minute++;
    if (coverage->minute % WW_COVERAGE_MINUTES == 0) {
        write_window(coverage);
        coverage->first = coverage->minute;
    }
}

/* --- time that passes ----------------------------------------------------------------------------- */

static void begin(struct ww_coverage *coverage, int64_t time_us)
{
    coverage->begun = true;
    coverage->now_us = coverage->frame_us = time_us;
    coverage->minute = coverage->first = time_us / minute_us;
}

static void finish(struct ww_coverage *coverage)
{
    if (coverage->begun) {
        end_minute(coverage);
        write_window(coverage);
    }
    coverage->begun = false;
}

static void add(struct ww_coverage *coverage, int64_t until_us, bool lost)
{
    while (coverage->now_us < until_us) {
        int64_t minute_ends = (coverage->minute + 1) * minute_us;
        int64_t next = until_us < minute_ends ? until_us : minute_ends;
        double seconds = (double)(next - coverage->now_us) / (double)second_us;
        for (size_t i = 0; i < coverage->count; i++)
            coverage->watched[i].seconds[lost ? WW_WATCH_LOST : coverage->watched[i].state] += seconds;
        coverage->now_us = next;
        if (next == minute_ends)
            end_minute(coverage);
    }
}

static double since_frame(const struct ww_coverage *coverage, int64_t time_us)
{
    return (double)(time_us - coverage->frame_us) / (double)second_us;
}

static bool is_late(const struct ww_coverage *coverage, int64_t time_us)
{
    double slow = gap_frames * coverage->interval;
    return since_frame(coverage, time_us) > (slow > gap_seconds ? slow : gap_seconds);
}

/* A clock that was set begins anew. */
static void pass(struct ww_coverage *coverage, int64_t time_us)
{
    double seconds = (double)(time_us - coverage->now_us) / (double)second_us;
    if (coverage->begun && (seconds < -1 || seconds > longest_gap))
        finish(coverage);
    if (!coverage->begun)
        begin(coverage, time_us);
    add(coverage, time_us, is_late(coverage, time_us));
}

static enum ww_watch_state state_of(bool armed, enum ww_view view)
{
    static const enum ww_watch_state states[] = {
        [WW_VIEW_WELL] = WW_WATCH_WELL,   [WW_VIEW_DARK] = WW_WATCH_DARK,   [WW_VIEW_NOISY] = WW_WATCH_NOISY,
        [WW_VIEW_FAINT] = WW_WATCH_FAINT, [WW_VIEW_BLIND] = WW_WATCH_BLIND,
    };
    return armed ? states[view] : WW_WATCH_OFF;
}

/* A frame that is analysed late, from before what was judged already; not one after a clock was set back. */
static bool is_old(const struct ww_coverage *coverage, int64_t time_us)
{
    return coverage->begun && time_us < coverage->now_us && coverage->now_us - time_us < oldest_us;
}

void ww_coverage_note(struct ww_coverage *coverage, int64_t time_us, bool armed, const enum ww_view *views)
{
    pthread_mutex_lock(&coverage->lock);
    if (!is_old(coverage, time_us))
        pass(coverage, time_us);
    double interval = since_frame(coverage, time_us);
    coverage->interval = interval < longest_interval ? interval : longest_interval;
    coverage->frame_us = time_us;
    for (size_t i = 0; i < coverage->count; i++)
        coverage->watched[i].state = state_of(armed, views[i]);
    coverage->seen = true;
    pthread_mutex_unlock(&coverage->lock);
}

void ww_coverage_wait(struct ww_coverage *coverage, int64_t time_us)
{
    pthread_mutex_lock(&coverage->lock);
    if (!coverage->begun || is_late(coverage, time_us))
        pass(coverage, time_us);
    pthread_mutex_unlock(&coverage->lock);
}

void ww_coverage_close(struct ww_coverage *coverage)
{
    if (!coverage)
        return;
    finish(coverage);
    pthread_mutex_destroy(&coverage->lock);
    free(coverage->watched);
    free(coverage);
}
