/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/condition.h"
#include "commands/watched.h"

struct ww_watch {
    struct ww_watch_options options;
    pthread_t *threads;
    int started;

    pthread_mutex_t lock;
    pthread_cond_t work, rested; /* somebody joined the line; somebody's turn ended */
    struct ww_watched *first, *last;
    bool closing;
    struct ww_latency latency;
};

/* With the lock held. */
static void join_line(struct ww_watch *watch, struct ww_watched *watched)
{
    watched->waits = true;
    watched->next = NULL;
    if (watch->last)
        watch->last->next = watched;
    else
        watch->first = watched;
    watch->last = watched;
    pthread_cond_signal(&watch->work);
}

static struct ww_watched *leave_line(struct ww_watch *watch)
{
    struct ww_watched *watched = watch->first;
    watch->first = watched->next;
    if (!watch->first)
        watch->last = NULL;
    watched->waits = false;
    return watched;
}

static void ready(void *context)
{
    struct ww_watched *watched = context;
    struct ww_watch *watch = watched->watch;
    pthread_mutex_lock(&watch->lock);
    if (!watched->waits && !watched->runs) /* who runs is asked again afterwards */
        join_line(watch, watched);
    pthread_mutex_unlock(&watch->lock);
}

static void *work(void *argument)
{
    struct ww_watch *watch = argument;
    pthread_mutex_lock(&watch->lock);
    for (;;) {
        while (!watch->first && !watch->closing)
            pthread_cond_wait(&watch->work, &watch->lock);
        if (!watch->first)
            break;
        struct ww_watched *watched = leave_line(watch);
        watched->runs = true;
        pthread_mutex_unlock(&watch->lock);
        if (ww_watched_step(watched))
            ww_latency_add(&watch->latency, atomic_load(&watched->latency));
        pthread_mutex_lock(&watch->lock);
        watched->runs = false;
        if (ww_feed_is_ready(watched->feed))
            join_line(watch, watched);
        else
            pthread_cond_broadcast(&watch->rested);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

int ww_watch_open(struct ww_watch **watch, const struct ww_watch_options *options, struct ww_error *error)
{
    struct ww_watch *opened = calloc(1, sizeof *opened);
    *watch = NULL;
    if (opened)
        opened->threads = calloc((size_t)options->threads, sizeof *opened->threads);
    if (!opened || !opened->threads) {
        free(opened);
        return ww_fail(error, -ENOMEM, "cannot start watching: out of memory");
    }
    opened->options = *options;
    pthread_mutex_init(&opened->lock, NULL);
    pthread_cond_init(&opened->work, NULL);
    ww_condition_init(&opened->rested);
    for (int i = 0; i < options->threads; i++) {
        int failed = pthread_create(&opened->threads[i], NULL, work, opened);
        if (failed) {
            ww_watch_close(opened);
            return ww_fail(error, -failed, "cannot start %d threads: %s", options->threads, strerror(failed));
        }
        opened->started++;
    }
    *watch = opened;
    return 0;
}

int ww_watch_add(struct ww_watch *watch, struct ww_watched **watched, struct ww_camera *camera,
                 const struct ww_watched_options *options, struct ww_error *error)
{
    struct ww_watched *added = calloc(1, sizeof *added);
    *watched = NULL;
    if (!added || ww_watched_init(added, watch->options.sink, camera, options) != 0) {
        ww_camera_destroy(added ? &added->camera : camera);
        free(added);
        return ww_fail(error, -ENOMEM, "cannot watch another camera: out of memory");
    }
    added->watch = watch;
    added->view = ww_live_view_add(watch->options.views,
                                   added->camera.view.name); /* without one it is watched all the same */
    const struct ww_feed_options feed = {
        .name = added->camera.view.name,
        .location = options->location,
        .settings = options->settings,
        .type = options->type,
        .max_rate = added->camera.view.analysis_rate,
        .ready = ready,
        .told = ww_watched_told,
        .captured = added->camera.view.record == WW_RECORD_NONE ? NULL : ww_watched_captured,
        .context = added,
    };
    /* No thread looks at the camera before the feed's handle is there. */
    pthread_mutex_lock(&watch->lock);
    int code = ww_feed_start(&added->feed, &feed, error);
    pthread_mutex_unlock(&watch->lock);
    if (code != 0)
        ww_watched_free(added);
    else
        *watched = added;
    return code;
}

void ww_watched_stop(struct ww_watched *watched)
{
    ww_feed_stop(watched->feed);
}

int ww_watched_join(struct ww_watched *watched, double deadline)
{
    struct ww_watch *watch = watched->watch;
    int code = ww_feed_join(watched->feed, deadline);
    if (code != 0)
        return code;
    pthread_mutex_lock(&watch->lock);
    while ((watched->waits || watched->runs) && code != ETIMEDOUT)
        code = ww_condition_wait(&watch->rested, &watch->lock, deadline);
    pthread_mutex_unlock(&watch->lock);
    if (code == 0)
        ww_watched_ended(watched);
    return -code;
}

void ww_watched_free(struct ww_watched *watched)
{
    ww_feed_free(watched->feed);
    ww_drill_duty_destroy(watched->drills);
    ww_coverage_close(watched->coverage);
    ww_recorder_destroy(watched->recorder);
    ww_live_view_remove(watched->view);
    ww_camera_destroy(&watched->camera);
    pthread_mutex_destroy(&watched->lock);
    free(watched);
}

const struct ww_latency *ww_watch_latency(const struct ww_watch *watch)
{
    return &watch->latency;
}

void ww_watch_close(struct ww_watch *watch)
{
    if (!watch)
        return;
    pthread_mutex_lock(&watch->lock);
    watch->closing = true;
    pthread_cond_broadcast(&watch->work);
    pthread_mutex_unlock(&watch->lock);
    for (int i = 0; i < watch->started; i++)
        pthread_join(watch->threads[i], NULL);
    pthread_mutex_destroy(&watch->lock);
    pthread_cond_destroy(&watch->work);
    pthread_cond_destroy(&watch->rested);
    free(watch->threads);
    free(watch);
}
