/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/indexer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/condition.h"
#include "base/log.h"
#include "commands/log_search.h"

enum { INTERVAL_SECONDS = 2 };

struct ww_indexer {
    const char *folder;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;
    struct ww_event_index *index; /* of the thread */
    struct ww_error said;
};

static bool is_stopping(void *context)
{
    struct ww_indexer *indexer = context;
    pthread_mutex_lock(&indexer->lock);
    bool stopping = indexer->stopping;
    pthread_mutex_unlock(&indexer->lock);
    return stopping;
}

/* Whether to go on. */
static bool rest(struct ww_indexer *indexer)
{
    double until = ww_clock_monotonic() + INTERVAL_SECONDS;
    int code = 0;
    pthread_mutex_lock(&indexer->lock);
    while (!indexer->stopping && code != ETIMEDOUT)
        code = ww_condition_wait(&indexer->changed, &indexer->lock, until);
    bool goes_on = !indexer->stopping;
    pthread_mutex_unlock(&indexer->lock);
    return goes_on;
}

/* The index is only ever derived: what goes wrong with it is said once. */
static void note(struct ww_indexer *indexer, int code, const struct ww_error *error)
{
    if (code == 0 || code == -EINTR || code == -ENOTSUP || code == indexer->said.code)
        return;
    indexer->said = *error;
    ww_log(WW_LOG_WARNING, "%s; the log is read instead", error->text);
}

static void update(struct ww_indexer *indexer)
{
    const struct ww_index_watcher watcher = {.stopped = is_stopping, .context = indexer};
    struct ww_error error = {0};
    int code = 0;
    if (!indexer->index && ww_log_is_worth_an_index(indexer->folder))
        code = ww_event_index_open(&indexer->index, indexer->folder, &error);
    if (code == 0 && indexer->index)
        code = ww_event_index_update(indexer->index, &watcher, &error);
    note(indexer, code, &error);
    if (code == 0 || code == -EINTR)
        return;
    ww_event_index_close(indexer->index);
    indexer->index = NULL;
}

static void *work(void *argument)
{
    struct ww_indexer *indexer = argument;
    while (rest(indexer))
        update(indexer);
    ww_event_index_close(indexer->index);
    return NULL;
}

struct ww_indexer *ww_indexer_start(const char *folder)
{
    struct ww_indexer *indexer = calloc(1, sizeof *indexer);
    if (!indexer)
        return NULL;
    indexer->folder = folder;
    pthread_mutex_init(&indexer->lock, NULL);
    ww_condition_init(&indexer->changed);
    if (pthread_create(&indexer->thread, NULL, work, indexer) == 0)
        return indexer;
    free(indexer);
    return NULL;
}

void ww_indexer_stop(struct ww_indexer *indexer)
{
    if (!indexer)
        return;
    pthread_mutex_lock(&indexer->lock);
    indexer->stopping = true;
    pthread_cond_broadcast(&indexer->changed);
    pthread_mutex_unlock(&indexer->lock);
    pthread_join(indexer->thread, NULL);
    pthread_mutex_destroy(&indexer->lock);
    pthread_cond_destroy(&indexer->changed);
    free(indexer);
}
