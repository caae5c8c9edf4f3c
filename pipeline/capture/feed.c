/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/condition.h"
#include "base/pace.h"

enum { PICTURES_WAITING = 2, VIDEO_WAITING = 64 };
static const double settled = 20; /* seconds of frames after which a loss is a new one */

enum connection { NONE, OPEN, ENDED };

struct ww_feed {
    struct ww_feed_options options;
    char identity[WW_IDENTITY_TEXT];
    struct ww_backoff backoff;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum connection connection;
    struct ww_stream stream; /* of the connection */
    struct ww_packet queue[VIDEO_WAITING];
    size_t first, count;
    bool over;      /* the thread has nothing more to do */
    bool until_key; /* packets that lean on a dropped one are dropped */
    atomic_bool stopping, restarting, whole;
    struct ww_error restart_reason;

    struct ww_feed_counts counts;
    /* Of the thread alone. */
    bool was_online, is_lost;
    struct ww_error reason; /* of the loss, as it was told last */
    double lost_since, first_captured;
    struct ww_pace pace;
};

/* --- waiting and telling ------------------------------------------------------------------------ */

static int wants_no_more(void *context)
{
    struct ww_feed *feed = context;
    return atomic_load(&feed->stopping) || atomic_load(&feed->restarting);
}

/* Until then, or until the feed is stopped. */
static void wait_until(struct ww_feed *feed, double when)
{
    int code = 0;
    pthread_mutex_lock(&feed->lock);
    while (!wants_no_more(feed) && code != ETIMEDOUT)
        code = ww_condition_wait(&feed->changed, &feed->lock, when);
    pthread_mutex_unlock(&feed->lock);
}

static void tell(struct ww_feed *feed, enum ww_feed_news news, const char *reason)
{
    double lost_for = feed->is_lost ? ww_clock_monotonic() - feed->lost_since : 0;
    if (feed->options.told)
        feed->options.told(feed->options.context, news, reason, lost_for);
}

static void tell_loss(struct ww_feed *feed, const struct ww_error *error)
{
    if (feed->is_lost && strcmp(feed->reason.text, error->text) == 0)
        return;
    bool was_lost = feed->is_lost;
    feed->is_lost = true;
    feed->reason = *error;
    if (!was_lost) {
        feed->lost_since = ww_clock_monotonic();
        atomic_fetch_add(&feed->counts.lost, 1);
    }
    tell(feed, was_lost ? WW_FEED_STILL_LOST : WW_FEED_LOST, error->text);
}

static void tell_frames(struct ww_feed *feed)
{
    if (!feed->is_lost && feed->was_online)
        return;
    tell(feed, feed->was_online ? WW_FEED_RECOVERED : WW_FEED_ONLINE, "");
    feed->was_online = true;
    feed->is_lost = false;
}

/* --- the queue ---------------------------------------------------------------------------------- */

static bool is_video(const struct ww_feed *feed)
{
    return feed->stream.codec == WW_CODEC_AV;
}

/* With the lock held. */
static void drop_oldest(struct ww_feed *feed)
{
    ww_packet_release(&feed->queue[feed->first]);
    feed->first = (feed->first + 1) % VIDEO_WAITING;
    feed->count--;
    atomic_fetch_add(&feed->counts.dropped, 1);
}

/* With the lock held. */
static void make_room(struct ww_feed *feed, const struct ww_packet *packet)
{
    size_t most = is_video(feed) ? VIDEO_WAITING : PICTURES_WAITING;
    if (feed->count == most) {
        feed->until_key = is_video(feed);
        drop_oldest(feed);
        while (feed->until_key && feed->count > 0)
            drop_oldest(feed);
    }
    if (packet->key)
        feed->until_key = false;
}

static void push(struct ww_feed *feed, struct ww_packet *packet)
{
    pthread_mutex_lock(&feed->lock);
    make_room(feed, packet);
    bool takes = !feed->until_key;
    if (takes)
        feed->queue[(feed->first + feed->count++) % VIDEO_WAITING] = *packet;
    pthread_mutex_unlock(&feed->lock);
    if (!takes) {
        ww_packet_release(packet);
        atomic_fetch_add(&feed->counts.dropped, 1);
        return;
    }
    feed->options.ready(feed->options.context);
}

/* --- one connection ----------------------------------------------------------------------------- */

/* Pictures that are not wanted are not even queued; of video the decoder needs all. */
static bool is_wanted(struct ww_feed *feed, const struct ww_packet *packet)
{
    return is_video(feed) || ww_pace_takes(&feed->pace, packet->pts);
}

/* A scene has no time of its own: its frames come when they would. */
static void pace(struct ww_feed *feed, double began, struct ww_packet *packet)
{
    packet->captured = began + packet->pts;
    wait_until(feed, packet->captured);
}

static void count_in(struct ww_feed *feed, struct ww_packet *packet)
{
    if (feed->first_captured <= 0)
        feed->first_captured = packet->captured;
    packet->pts = packet->captured - feed->first_captured;
    atomic_fetch_add(&feed->counts.dropped, packet->missed);
    /* The place in the source is the camera's: what was missed counts. */
    packet->index = atomic_fetch_add(&feed->counts.captured, 1 + (long long)packet->missed) + packet->missed;
}

static void free_bytes(void *lease)
{
    free(lease);
}

/* What is held for longer does not lie in the camera's buffers. */
static void copy_out(struct ww_packet *packet)
{
    uint8_t *copy = malloc(packet->size + WW_PACKET_PADDING);
    if (!copy)
        return;
    memcpy(copy, packet->bytes, packet->size);
    memset(copy + packet->size, 0, WW_PACKET_PADDING);
    ww_packet_release(packet);
    packet->bytes = copy;
    packet->scarce = false;
    packet->release = free_bytes;
    packet->lease = copy;
}

/* To who analyses, if it is wanted there; and then to who records. */
static void hand_on(struct ww_feed *feed, struct ww_packet *packet)
{
    bool wanted = is_wanted(feed, packet), raw = feed->stream.codec == WW_CODEC_RAW;
    bool recorded = feed->options.captured && (wanted || !raw);
    if (recorded && packet->scarce && !raw)
        copy_out(packet);
    struct ww_shared_packet *shared = recorded && !(packet->scarce && !raw) ? ww_packet_share(packet) : NULL;
    struct ww_packet lent = shared ? ww_shared_packet_lend(shared) : *packet;
    if (wanted)
        push(feed, &lent);
    else
        ww_packet_release(&lent);
    if (shared)
        feed->options.captured(feed->options.context, &feed->stream, shared);
    ww_shared_packet_release(shared);
}

/* Returns 0 where the source came to its end, else why it gave no more. */
static int capture(struct ww_feed *feed, struct ww_source *source, struct ww_error *error)
{
    struct ww_packet_reader reader = ww_source_reader(source);
    double began = ww_clock_monotonic();
    for (;;) {
        struct ww_packet packet = {0};
        int code = wants_no_more(feed) ? -EINTR : reader.read(reader.context, &packet, error);
        if (code <= 0)
            return code;
        if (!source->stream.live)
            pace(feed, began, &packet);
        if (atomic_load(&feed->whole))
            tell_frames(feed);
        if (feed->backoff.next > 0 && !feed->is_lost && ww_clock_monotonic() - began > settled)
            ww_backoff_reset(&feed->backoff);
        count_in(feed, &packet);
        hand_on(feed, &packet);
    }
}

static void set_connection(struct ww_feed *feed, enum connection connection)
{
    pthread_mutex_lock(&feed->lock);
    feed->connection = connection;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    feed->options.ready(feed->options.context);
}

static void wait_until_let_go(struct ww_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    while (feed->connection != NONE)
        pthread_cond_wait(&feed->changed, &feed->lock);
    while (feed->count > 0)
        drop_oldest(feed);
    feed->until_key = false;
    pthread_mutex_unlock(&feed->lock);
}

static int open_source(struct ww_feed *feed, struct ww_source *source, struct ww_error *error)
{
    const struct ww_feed_options *own = &feed->options;
    const struct ww_source_options options = {
        .capture = own->settings,
        .identity = feed->identity,
        .label = own->name,
        .stopped = wants_no_more,
        .stopped_context = feed,
    };
    if (!own->type)
        return ww_source_open_live(source, own->location, &options, error);
    *source = (struct ww_source){0};
    int code = own->type->open(&source->state, &source->stream, own->location, &options, error);
    if (code == 0)
        source->type = own->type;
    return code;
}

/* Returns 0 where the source ended by itself. */
static int connect_once(struct ww_feed *feed, struct ww_error *error)
{
    struct ww_source source;
    int code = open_source(feed, &source, error);
    if (code != 0)
        return code;
    feed->stream = source.stream;
    feed->stream.live = true; /* a scene is, here */
    atomic_store(&feed->whole, false);
    set_connection(feed, OPEN);
    code = capture(feed, &source, error);
    set_connection(feed, ENDED);
    wait_until_let_go(feed);
    ww_source_close(&source);
    return code;
}

/* A restart that was asked for is a loss with a reason of its own. */
static void take_restart(struct ww_feed *feed, struct ww_error *error)
{
    pthread_mutex_lock(&feed->lock);
    if (atomic_load(&feed->restarting))
        *error = feed->restart_reason;
    atomic_store(&feed->restarting, false);
    pthread_mutex_unlock(&feed->lock);
}

static void *work(void *argument)
{
    struct ww_feed *feed = argument;
    while (!atomic_load(&feed->stopping)) {
        struct ww_error error;
        int code = connect_once(feed, &error);
        if (code == -EINTR)
            take_restart(feed, &error);
        if (atomic_load(&feed->stopping))
            break;
        if (code == 0) /* a scene begins again */
            continue;
        tell_loss(feed, &error);
        wait_until(feed, ww_clock_monotonic() + ww_backoff_next(&feed->backoff));
    }
    pthread_mutex_lock(&feed->lock);
    feed->over = true;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    return NULL;
}

/* --- the reader's side -------------------------------------------------------------------------- */

const struct ww_stream *ww_feed_connection(struct ww_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    const struct ww_stream *stream = feed->connection != NONE ? &feed->stream : NULL;
    pthread_mutex_unlock(&feed->lock);
    return stream;
}

bool ww_feed_is_ready(struct ww_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    bool ready = feed->count > 0 || feed->connection == ENDED;
    pthread_mutex_unlock(&feed->lock);
    return ready;
}

int ww_feed_read(void *argument, struct ww_packet *packet, struct ww_error *error)
{
    struct ww_feed *feed = argument;
    (void)error;
    pthread_mutex_lock(&feed->lock);
    int code = feed->connection == ENDED ? 0 : -EAGAIN;
    if (feed->count > 0) {
        *packet = feed->queue[feed->first];
        feed->first = (feed->first + 1) % VIDEO_WAITING;
        feed->count--;
        code = 1;
    }
    pthread_mutex_unlock(&feed->lock);
    return code;
}

void ww_feed_found_whole(struct ww_feed *feed)
{
    atomic_store(&feed->whole, true);
}

void ww_feed_let_go(struct ww_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    if (feed->connection == ENDED)
        feed->connection = NONE;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

void ww_feed_restart(struct ww_feed *feed, const char *reason)
{
    pthread_mutex_lock(&feed->lock);
    if (!atomic_load(&feed->restarting) && feed->connection == OPEN) {
        ww_fail(&feed->restart_reason, -EAGAIN, "%s", reason);
        atomic_store(&feed->restarting, true);
        pthread_cond_broadcast(&feed->changed);
    }
    pthread_mutex_unlock(&feed->lock);
}

const struct ww_feed_counts *ww_feed_counts(const struct ww_feed *feed)
{
    return &feed->counts;
}

/* --- life --------------------------------------------------------------------------------------- */

int ww_feed_start(struct ww_feed **feed, const struct ww_feed_options *options, struct ww_error *error)
{
    struct ww_feed *started = calloc(1, sizeof *started);
    *feed = NULL;
    if (!started)
        return ww_fail(error, -ENOMEM, "cannot watch '%s': out of memory", options->name);
    started->options = *options;
    started->pace = ww_pace_of(options->max_rate);
    started->backoff = (struct ww_backoff){
        .first = options->retry_first > 0 ? options->retry_first : 0.25,
        .longest = options->retry_longest > 0 ? options->retry_longest : 15,
        .seed = (uint32_t)(uintptr_t)started ^ (uint32_t)ww_clock_wall_us(),
    };
    pthread_mutex_init(&started->lock, NULL);
    ww_condition_init(&started->changed);
    /* The caller must be able to use *feed when it is first called back. */
    *feed = started;
    int failed = pthread_create(&started->thread, NULL, work, started);
    if (failed) {
        *feed = NULL;
        free(started);
        return ww_fail(error, -failed, "cannot start a thread for '%s': %s", options->name, strerror(failed));
    }
    return 0;
}

void ww_feed_stop(struct ww_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    atomic_store(&feed->stopping, true);
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

int ww_feed_join(struct ww_feed *feed, double deadline)
{
    int code = 0;
    pthread_mutex_lock(&feed->lock);
    while (!feed->over && code == 0)
        code = ww_condition_wait(&feed->changed, &feed->lock, deadline);
    bool over = feed->over;
    pthread_mutex_unlock(&feed->lock);
    if (over)
        pthread_join(feed->thread, NULL);
    return over ? 0 : -ETIMEDOUT;
}

void ww_feed_free(struct ww_feed *feed)
{
    if (!feed)
        return;
    pthread_mutex_destroy(&feed->lock);
    pthread_cond_destroy(&feed->changed);
    free(feed);
}
