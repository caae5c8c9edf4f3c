/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/live_view.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/condition.h"

/* Of a camera that is or was there. */
struct memory {
    struct memory *next;
    struct ww_hindsight *hindsight; /* NULL: no memory */
    char name[];
};

struct ww_live_view {
    struct ww_live_views *views;
    struct memory *memory; /* NULL: there is none */
    struct ww_live_view *next;
    char *name;
    int references;  /* under the lock of `views`, as all below */
    bool is_there;   /* its camera is */
    uint64_t number; /* of the frame */
    struct ww_live_frame frame;
    atomic_int waiting;
};

struct ww_live_views {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct ww_live_view *first;
    struct memory *memories;
    bool ended;
};

struct ww_live_views *ww_live_views_create(void)
{
    struct ww_live_views *views = calloc(1, sizeof *views);
    if (!views)
        return NULL;
    pthread_mutex_init(&views->lock, NULL);
    ww_condition_init(&views->changed);
    return views;
}

void ww_live_views_end(struct ww_live_views *views)
{
    if (!views)
        return;
    pthread_mutex_lock(&views->lock);
    views->ended = true;
    pthread_cond_broadcast(&views->changed);
    pthread_mutex_unlock(&views->lock);
}

void ww_live_views_destroy(struct ww_live_views *views)
{
    if (!views)
        return;
    while (views->memories) {
        struct memory *memory = views->memories;
        views->memories = memory->next;
        ww_hindsight_destroy(memory->hindsight);
        free(memory);
    }
    pthread_mutex_destroy(&views->lock);
    pthread_cond_destroy(&views->changed);
    free(views);
}

/* With the lock. NULL: no memory. */
static struct memory *memory_of(struct ww_live_views *views, const char *name)
{
    struct memory *memory = views->memories;
    while (memory && strcmp(memory->name, name) != 0)
        memory = memory->next;
    size_t size = strlen(name) + 1;
    if (memory || !(memory = malloc(sizeof *memory + size)))
        return memory;
    memcpy(memory->name, name, size);
    memory->hindsight = ww_hindsight_create(WW_REMEMBERED_SECONDS, WW_REMEMBERED_BYTES);
    memory->next = views->memories;
    views->memories = memory;
    return memory;
}

struct ww_hindsight *ww_live_view_hindsight(struct ww_live_view *view)
{
    return view->memory ? view->memory->hindsight : NULL;
}

struct ww_live_view *ww_live_view_add(struct ww_live_views *views, const char *name)
{
    struct ww_live_view *view = views ? calloc(1, sizeof *view) : NULL;
    char *copy = view ? strdup(name) : NULL;
    if (!copy) {
        free(view);
        return NULL;
    }
    view->views = views;
    view->name = copy;
    view->references = 1;
    view->is_there = true;
    pthread_mutex_lock(&views->lock);
    view->memory = memory_of(views, name);
    view->next = views->first;
    views->first = view;
    pthread_mutex_unlock(&views->lock);
    return view;
}

static void unlink_view(struct ww_live_view *view)
{
    struct ww_live_view **link = &view->views->first;
    while (*link != view)
        link = &(*link)->next;
    *link = view->next;
}

void ww_live_view_release(struct ww_live_view *view)
{
    pthread_mutex_lock(&view->views->lock);
    bool last = --view->references == 0;
    if (last)
        unlink_view(view);
    pthread_mutex_unlock(&view->views->lock);
    if (!last)
        return;
    ww_still_release(view->frame.still);
    free(view->name);
    free(view);
}

void ww_live_view_remove(struct ww_live_view *view)
{
    if (!view)
        return;
    pthread_mutex_lock(&view->views->lock);
    view->is_there = false;
    pthread_cond_broadcast(&view->views->changed);
    pthread_mutex_unlock(&view->views->lock);
    ww_live_view_release(view);
}

bool ww_live_view_is_wanted(const struct ww_live_view *view)
{
    return view && atomic_load_explicit(&view->waiting, memory_order_relaxed) > 0;
}

void ww_live_view_put(struct ww_live_view *view, const struct ww_live_frame *frame)
{
    if (!frame->still)
        return;
    pthread_mutex_lock(&view->views->lock);
    struct ww_still *before = view->frame.still;
    view->frame = *frame;
    view->number++;
    pthread_cond_broadcast(&view->views->changed);
    pthread_mutex_unlock(&view->views->lock);
    ww_still_release(before);
}

struct ww_live_view *ww_live_view_find(struct ww_live_views *views, const char *name)
{
    pthread_mutex_lock(&views->lock);
    struct ww_live_view *view = views->first;
    while (view && !(view->is_there && strcmp(view->name, name) == 0))
        view = view->next;
    if (view)
        view->references++;
    pthread_mutex_unlock(&views->lock);
    return view;
}

bool ww_live_view_is_there(struct ww_live_view *view)
{
    pthread_mutex_lock(&view->views->lock);
    bool there = view->is_there && !view->views->ended;
    pthread_mutex_unlock(&view->views->lock);
    return there;
}

bool ww_live_view_wait(struct ww_live_view *view, double seconds, struct ww_live_frame *frame)
{
    double end = ww_clock_monotonic() + seconds;
    int code = 0;
    pthread_mutex_lock(&view->views->lock);
    uint64_t number = view->number;
    atomic_fetch_add(&view->waiting, 1);
    while (view->number == number && view->is_there && !view->views->ended && code != ETIMEDOUT)
        code = ww_condition_wait(&view->views->changed, &view->views->lock, end);
    bool last = atomic_fetch_sub(&view->waiting, 1) == 1;
    bool came = view->number != number && view->frame.still;
    *frame = view->frame;
    frame->still = came ? ww_still_retain(view->frame.still) : NULL;
    struct ww_still *kept = last ? view->frame.still : NULL; /* a camera's buffer is not kept for nobody */
    if (last)
        view->frame.still = NULL;
    pthread_mutex_unlock(&view->views->lock);
    ww_still_release(kept);
    return came;
}
