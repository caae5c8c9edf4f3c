/* A feed, on a camera that does as it is told. SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "capture/feed.h"

/* What the camera is to do, and what became of it. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int to_give;   /* packets that it has ready */
    int key_every; /* of video; 0: pictures */
    double interval;
    int fail_opening;         /* so often */
    const char *fail_reading; /* once */
    struct ww_source_options own;
    int given, released, opened, closed, told[4];
    char reason[200];
} camera;

static int fake_open(void **state, struct ww_stream *stream, const char *location,
                     const struct ww_source_options *options, struct ww_error *error)
{
    (void)location;
    *state = &camera;
    pthread_mutex_lock(&camera.lock);
    bool fails = camera.fail_opening > 0;
    camera.fail_opening -= fails;
    camera.opened += !fails;
    camera.own = *options;
    *stream = (struct ww_stream){.codec = camera.key_every ? WW_CODEC_AV : WW_CODEC_JPEG, .live = true};
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
    return fails ? ww_fail(error, -ENODEV, "not there") : 0;
}

static void fake_release(void *lease)
{
    (void)lease;
    pthread_mutex_lock(&camera.lock);
    camera.released++;
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
}

static void wait_a_little(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 2000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&camera.changed, &camera.lock, &until);
}

static int fake_read(void *state, struct ww_packet *packet, struct ww_error *error)
{
    int code = 0;
    (void)state;
    pthread_mutex_lock(&camera.lock);
    while (code == 0) {
        if (camera.own.stopped(camera.own.stopped_context)) {
            code = ww_fail(error, -EINTR, "stopped");
        } else if (camera.fail_reading) {
            code = ww_fail(error, -EIO, "%s", camera.fail_reading);
            camera.fail_reading = NULL;
        } else if (camera.to_give > 0) {
            code = 1;
        } else {
            wait_a_little();
        }
    }
    if (code == 1) {
        camera.to_give--;
        *packet = (struct ww_packet){
            .bytes = (const uint8_t *)"x",
            .size = 1,
            .key = !camera.key_every || camera.given % camera.key_every == 0,
            .captured = 1000 + camera.interval * camera.given++,
            .release = fake_release,
        };
        pthread_cond_broadcast(&camera.changed);
    }
    pthread_mutex_unlock(&camera.lock);
    return code;
}

static void fake_close(void *state)
{
    (void)state;
    pthread_mutex_lock(&camera.lock);
    camera.closed++;
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
}

static const struct ww_source_type fake = {"fake", NULL, fake_open, fake_read, fake_close};

static void feed_ready(void *context)
{
    (void)context;
    pthread_mutex_lock(&camera.lock);
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
}

static void feed_told(void *context, enum ww_feed_news news, const char *reason, double lost_for)
{
    (void)context, (void)lost_for;
    pthread_mutex_lock(&camera.lock);
    camera.told[news]++;
    snprintf(camera.reason, sizeof camera.reason, "%s", reason);
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
}

/* Waits for what the feed's thread does; the test's own time-out ends what never comes. */
static void await(const int *value, int least)
{
    pthread_mutex_lock(&camera.lock);
    while (*value < least)
        pthread_cond_wait(&camera.changed, &camera.lock);
    pthread_mutex_unlock(&camera.lock);
}

static void await_told(enum ww_feed_news news, int least)
{
    await(&camera.told[news], least);
}

static void give(int packets)
{
    pthread_mutex_lock(&camera.lock);
    camera.to_give += packets;
    int wanted = camera.given + camera.to_give;
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
    await(&camera.given, wanted);
}

static void break_reading(const char *why)
{
    pthread_mutex_lock(&camera.lock);
    camera.fail_reading = why;
    pthread_cond_broadcast(&camera.changed);
    pthread_mutex_unlock(&camera.lock);
}

static struct ww_feed *start(double max_rate)
{
    struct ww_feed *feed;
    struct ww_error error;
    const struct ww_feed_options options = {
        .name = "fake",
        .location = "fake",
        .type = &fake,
        .max_rate = max_rate,
        .retry_first = 0.001,
        .retry_longest = 0.01,
        .ready = feed_ready,
        .told = feed_told,
    };
    assert_int_equal(ww_feed_start(&feed, &options, &error), 0);
    return feed;
}

static int prepare(void **state)
{
    (void)state;
    memset(&camera, 0, sizeof camera);
    pthread_mutex_init(&camera.lock, NULL);
    pthread_cond_init(&camera.changed, NULL);
    camera.interval = 0.1;
    return 0;
}

/* Reads all that waits. Returns how many, and the first and last packet's place. */
static int read_all(struct ww_feed *feed, int64_t *first, int64_t *last)
{
    struct ww_packet packet;
    int count = 0;
    while (ww_feed_read(feed, &packet, NULL) == 1) {
        if (count++ == 0)
            *first = packet.index;
        *last = packet.index;
        ww_packet_release(&packet);
    }
    return count;
}

/* Of a connection. */
static void read_to_the_end(struct ww_feed *feed)
{
    struct ww_packet packet;
    int code;
    while ((code = ww_feed_read(feed, &packet, NULL)) != 0)
        if (code == 1)
            ww_packet_release(&packet);
}

static void finish(struct ww_feed *feed)
{
    int64_t first, last;
    ww_feed_stop(feed);
    /* It may only just be opening; its thread ends when we let go of that, too. */
    while (ww_feed_join(feed, ww_clock_monotonic() + 0.01) != 0) {
        read_all(feed, &first, &last);
        ww_feed_let_go(feed);
    }
    assert_int_equal(camera.opened, camera.closed);
    assert_int_equal(camera.given, camera.released); /* nothing is kept, nothing given back twice */
    ww_feed_free(feed);
}

/* What is read is never old: of ten pictures that nobody read, the last two are left. */
static void test_the_oldest_pictures_are_dropped(void **state)
{
    (void)state;
    int64_t first, last;
    struct ww_feed *feed = start(0);
    give(10);
    await(&camera.released, 8);
    assert_true(ww_feed_is_ready(feed));
    int count = read_all(feed, &first, &last);
    assert_int_equal(count, 2);
    assert_int_equal(first, 8);
    assert_int_equal(last, 9);
    assert_int_equal(ww_feed_counts(feed)->captured, 10);
    assert_int_equal(ww_feed_counts(feed)->dropped, 8);
    finish(feed);
}

/* A picture of video that leans on a dropped one is worth nothing. */
static void test_video_is_dropped_up_to_a_key_frame(void **state)
{
    (void)state;
    int64_t first, last;
    camera.key_every = 50;
    struct ww_feed *feed = start(0);
    give(64);
    give(1); /* one too many: all go, and those up to the next key frame, number 100 */
    await(&camera.released, 65);
    give(40);
    await(&camera.released, 100);
    int count = read_all(feed, &first, &last);
    assert_int_equal(first, 100);
    assert_in_range(count, 4, 5); /* the last may be on its way */
    assert_int_equal(ww_feed_counts(feed)->dropped, 100);
    finish(feed);
}

/* analyse: {fps: 5} of a camera that gives 10. */
static void test_what_is_not_analysed_is_not_queued(void **state)
{
    (void)state;
    int64_t first, last;
    struct ww_feed *feed = start(5);
    for (int i = 0; i < 20; i += 2) {
        give(1);
        while (read_all(feed, &first, &last) == 0)
            ;
        assert_int_equal(last, i);
        give(1);
        await(&camera.released, i + 2); /* without anybody having read it */
        assert_int_equal(read_all(feed, &first, &last), 0);
    }
    assert_int_equal(ww_feed_counts(feed)->dropped, 0);
    assert_int_equal(ww_feed_counts(feed)->captured, 20);
    finish(feed);
}

static void test_a_loss_is_told_once_and_ends_in_frames(void **state)
{
    (void)state;
    int64_t first, last;
    struct ww_feed *feed = start(0);
    give(1);
    ww_feed_found_whole(feed);
    give(1);
    await_told(WW_FEED_ONLINE, 1);
    camera.fail_opening = 5;
    break_reading("unplugged");
    read_to_the_end(feed);
    assert_int_equal(camera.closed, 0); /* the driver's buffers are there until we let go */
    ww_feed_let_go(feed);
    await_told(WW_FEED_STILL_LOST, 1);
    assert_string_equal(camera.reason, "not there");
    await(&camera.opened, 2);
    give(1);
    assert_int_equal(camera.told[WW_FEED_RECOVERED], 0); /* a frame may be damaged */
    ww_feed_found_whole(feed);
    give(1);
    await_told(WW_FEED_RECOVERED, 1);
    assert_int_equal(camera.told[WW_FEED_LOST], 1);
    assert_int_equal(camera.told[WW_FEED_STILL_LOST], 1);
    assert_int_equal(ww_feed_counts(feed)->lost, 1);
    do /* it is told before its packet waits */
        last = -1;
    while (read_all(feed, &first, &last) == 0 || last != 3); /* the camera's frames are counted on */
    finish(feed);
}

static void test_a_restart_has_the_reason_that_was_given(void **state)
{
    (void)state;
    struct ww_feed *feed = start(0);
    give(1);
    ww_feed_restart(feed, "all frames are damaged");
    read_to_the_end(feed);
    ww_feed_let_go(feed);
    await_told(WW_FEED_LOST, 1);
    assert_string_equal(camera.reason, "all frames are damaged");
    await(&camera.opened, 2);
    finish(feed);
}

static void test_a_feed_that_never_opens_can_be_stopped(void **state)
{
    (void)state;
    camera.fail_opening = 1000000;
    struct ww_feed *feed = start(0);
    await_told(WW_FEED_LOST, 1);
    finish(feed);
    assert_int_equal(camera.told[WW_FEED_LOST], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_oldest_pictures_are_dropped, prepare),
        cmocka_unit_test_setup(test_video_is_dropped_up_to_a_key_frame, prepare),
        cmocka_unit_test_setup(test_what_is_not_analysed_is_not_queued, prepare),
        cmocka_unit_test_setup(test_a_loss_is_told_once_and_ends_in_frames, prepare),
        cmocka_unit_test_setup(test_a_restart_has_the_reason_that_was_given, prepare),
        cmocka_unit_test_setup(test_a_feed_that_never_opens_can_be_stopped, prepare),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
