/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/line_hashes.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 16384, SHARE = 256, MOST_THREADS = 64 }; /* lines */

struct batch {
    struct ww_hashed_line *lines;
    size_t count;
    atomic_size_t next;
};

int ww_line_hashes_create(struct ww_line_hashes *hashes, int threads)
{
    hashes->threads = threads < MOST_THREADS ? threads : MOST_THREADS;
    hashes->lines = malloc(BATCH * sizeof *hashes->lines);
    return hashes->lines ? 0 : -ENOMEM;
}

void ww_line_hashes_destroy(struct ww_line_hashes *hashes)
{
    free(hashes->lines);
    hashes->lines = NULL;
}

static void *hash(void *argument)
{
    struct batch *batch = argument;
    size_t first;
    while ((first = atomic_fetch_add(&batch->next, SHARE)) < batch->count)
        for (size_t i = first; i < first + SHARE && i < batch->count; i++)
            ww_sha256_text(batch->lines[i].sha256, batch->lines[i].text, batch->lines[i].size);
    return NULL;
}

size_t ww_line_hashes_next(struct ww_line_hashes *hashes, const char **text, const char *end)
{
    struct batch batch = {.lines = hashes->lines};
    pthread_t threads[MOST_THREADS];
    const char *newline;
    int started = 0;
    while (batch.count < BATCH && *text < end && (newline = memchr(*text, '\n', (size_t)(end - *text)))) {
        batch.lines[batch.count].text = *text;
        batch.lines[batch.count++].size = (size_t)(newline - *text);
        *text = newline + 1;
    }
    while (started < hashes->threads - 1 && (size_t)(started + 1) * SHARE < batch.count &&
           pthread_create(&threads[started], NULL, hash, &batch) == 0)
        started++;
    hash(&batch);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return batch.count;
}
