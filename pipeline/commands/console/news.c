/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/news.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/condition.h"
#include "sink/event_log.h"

enum { BLOCK = 64 * 1024 };
static const double heartbeat = 10; /* seconds after which a listener hears that there is nothing new */

struct ww_console_news {
    const char *folder;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned long lines;
    bool ended;
};

struct listener {
    struct ww_console_news *news;
    char *path;
    int fd;         /* -1: there is no log yet */
    off_t at;       /* bytes of whole lines that were read */
    long long seen; /* seq of the last line that is not wanted; -1: all that come are */
    char *pending;  /* what waits to be sent */
    size_t size, sent;
};

struct ww_console_news *ww_console_news_create(const char *folder)
{
    struct ww_console_news *news = calloc(1, sizeof *news);
    if (!news)
        return NULL;
    news->folder = folder;
    pthread_mutex_init(&news->lock, NULL);
    ww_condition_init(&news->changed);
    return news;
}

void ww_console_news_tell(struct ww_console_news *news)
{
    pthread_mutex_lock(&news->lock);
    news->lines++;
    pthread_cond_broadcast(&news->changed);
    pthread_mutex_unlock(&news->lock);
}

void ww_console_news_end(struct ww_console_news *news)
{
    pthread_mutex_lock(&news->lock);
    news->ended = true;
    pthread_cond_broadcast(&news->changed);
    pthread_mutex_unlock(&news->lock);
}

void ww_console_news_destroy(struct ww_console_news *news)
{
    if (!news)
        return;
    pthread_mutex_destroy(&news->lock);
    pthread_cond_destroy(&news->changed);
    free(news);
}

/* --- one listener -------------------------------------------------------------------------------------- */

/* Whether there is another file than before: a day's first line begins one. */
static bool open_log(struct listener *listener)
{
    struct stat there, here;
    if (stat(listener->path, &there) != 0)
        return false;
    if (listener->fd >= 0 && fstat(listener->fd, &here) == 0 && here.st_ino == there.st_ino)
        return false;
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = open(listener->path, O_RDONLY | O_CLOEXEC);
    listener->at = 0;
    return listener->fd >= 0;
}

static void add_line(struct listener *listener, FILE *out, const char *line, size_t size)
{
    long long seq = -1;
    if (sscanf(line, "{\"v\":%*d,\"seq\":%lld", &seq) == 1 && seq <= listener->seen)
        return;
    fprintf(out, "id: %lld\ndata: %.*s\n\n", seq, (int)size, line);
}

/* Reads the whole lines that are there, a block at the most; false: there are none. */
static bool read_lines(struct listener *listener)
{
    char *block = malloc(BLOCK + 1);
    ssize_t got = block && listener->fd >= 0 ? pread(listener->fd, block, BLOCK, listener->at) : 0;
    const char *end = got > 0 ? memrchr(block, '\n', (size_t)got) : NULL;
    FILE *out = end ? open_memstream(&listener->pending, &listener->size) : NULL;
    if (out) {
        block[got] = '\0';
        for (const char *line = block; line <= end;) {
            const char *newline = strchr(line, '\n');
            add_line(listener, out, line, (size_t)(newline - line));
            line = newline + 1;
        }
        fclose(out);
        listener->at += end + 1 - block;
    }
    free(block);
    return end;
}

/* Until there is news, or for long enough; false: it is over. */
static bool wait_for_news(const struct listener *listener, unsigned long lines, bool *quiet)
{
    struct ww_console_news *news = listener->news;
    double end = ww_clock_monotonic() + heartbeat;
    int code = 0;
    pthread_mutex_lock(&news->lock);
    while (news->lines == lines && !news->ended && code != ETIMEDOUT)
        code = ww_condition_wait(&news->changed, &news->lock, end);
    bool ended = news->ended;
    pthread_mutex_unlock(&news->lock);
    *quiet = code == ETIMEDOUT;
    return !ended;
}

static unsigned long lines_of(struct ww_console_news *news)
{
    pthread_mutex_lock(&news->lock);
    unsigned long lines = news->lines;
    pthread_mutex_unlock(&news->lock);
    return lines;
}

static void drop_pending(struct listener *listener)
{
    free(listener->pending);
    listener->pending = NULL;
    listener->size = listener->sent = 0;
}

static bool say(struct listener *listener, const char *text)
{
    listener->pending = strdup(text);
    listener->size = listener->pending ? strlen(text) : 0;
    return listener->pending;
}

/* Fills what is pending; false: it is over. */
static bool find_news(struct listener *listener)
{
    bool quiet = false;
    drop_pending(listener);
    for (;;) {
        unsigned long lines =
            lines_of(listener->news); /* before reading: what comes meanwhile is not missed */
        while (read_lines(listener)) {
            if (listener->size > 0)
                return true;
            drop_pending(listener);
        }
        if (open_log(listener))
            continue;
        if (quiet)
            return say(listener, ": nothing new\n\n");
        if (!wait_for_news(listener, lines, &quiet))
            return false;
    }
}

static size_t read_news(void *context, char *bytes, size_t size)
{
    struct listener *listener = context;
    if (listener->sent == listener->size && !find_news(listener))
        return 0;
    size_t part = listener->size - listener->sent < size ? listener->size - listener->sent : size;
    memcpy(bytes, listener->pending + listener->sent, part);
    listener->sent += part;
    return part;
}

static void free_listener(void *context)
{
    struct listener *listener = context;
    if (listener->fd >= 0)
        close(listener->fd);
    free(listener->path);
    free(listener->pending);
    free(listener);
}

struct ww_http_answer *ww_console_news_listen(struct ww_console_news *news,
                                              const struct ww_http_request *request)
{
    struct listener *listener = calloc(1, sizeof *listener);
    if (!listener || asprintf(&listener->path, "%s/" WW_EVENT_LOG_NAME, news->folder) < 0) {
        free(listener);
        return NULL;
    }
    const char *seen = ww_http_header(request, "Last-Event-ID");
    listener->news = news;
    listener->fd = -1;
    listener->seen = seen && *seen ? atoll(seen) : -1;
    open_log(listener);
    if (!seen && listener->fd >= 0)
        listener->at = lseek(listener->fd, 0, SEEK_END);
    say(listener, ": listening\nretry: 2000\n\n"); /* so that a browser knows that it is connected */
    return ww_http_stream(request, "text/event-stream", read_news, free_listener, listener);
}
