/* What walls that are drawn afterwards would have told. SPDX-License-Identifier: Apache-2.0 */
#include <wallwatch/wallwatch.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>

#include "unit.h"

enum { WIDTH = 320, HEIGHT = 180, RATE = 10, MOST = 64, LARGE = 1 << 22 };

static uint8_t plane[WIDTH * HEIGHT];

struct told {
    enum ww_event_type type;
    size_t region, path_count;
    enum ww_direction direction;
    double time, duration;
    struct ww_point first; /* of the path */
};

struct list {
    struct told told[MOST];
    size_t count;
};

static const struct ww_point upright[] = {{0.5f, 0.02f}, {0.5f, 0.98f}};
static const struct ww_point right_half[] = {{0.6f, 0}, {1, 0}, {1, 1}, {0.6f, 1}};
static const struct ww_point left_part[] = {{0, 0}, {0.56f, 0}, {0.56f, 1}, {0, 1}};

static const struct ww_region drawn[] = {
    {.kind = WW_REGION_WALL, .points = upright, .point_count = 2, .strip = 0.1f, .outside = WW_OUTSIDE_RIGHT},
    {.kind = WW_REGION_ZONE, .points = right_half, .point_count = 4},
};

static void draw(int frame)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        plane[i] = (uint8_t)(110 + (i % WIDTH / 8 + i / WIDTH / 6) % 2 * 6 + (int)(unit_random() % 5));
    for (int i = 0; i < 2; i++) { /* two come, one after the other, from left to right */
        int x = (frame - 40 - 130 * i) * 4, y = 60 + 30 * i;
        for (int row = y; row < y + 50; row++)
            for (int column = x; column < x + 16; column++)
                if (column >= 0 && column < WIDTH)
                    plane[row * WIDTH + column] = 30;
    }
}

static struct ww_detector *detector_of(const struct ww_region *regions, size_t count)
{
    const struct ww_detector_config config = {.width = WIDTH,
                                              .height = HEIGHT,
                                              .source_width = 2 * WIDTH,
                                              .source_height = 2 * HEIGHT,
                                              .regions = regions,
                                              .region_count = count};
    struct ww_detector *detector;
    struct ww_error error;
    assert_int_equal(ww_detector_create(&detector, &config, &error), 0);
    return detector;
}

static void keep(struct list *list, const struct ww_findings *findings, double zero)
{
    for (size_t i = 0; i < findings->event_count; i++) {
        const struct ww_event *event = &findings->events[i];
        if (event->phase != WW_PHASE_END)
            continue;
        assert_true(list->count < MOST);
        struct told *told = &list->told[list->count++];
        *told = (struct told){event->type,
                              event->region,
                              event->path_count,
                              event->direction,
                              zero + event->pts - event->duration,
                              event->duration,
                              {0, 0}};
        if (event->path_count > 0)
            told->first = (struct ww_point){(float)event->path[0].x / (2 * WIDTH),
                                            (float)event->path[0].y / (2 * HEIGHT)};
    }
}

/* The scene, for one that looks and tells and one that looks and is remembered; `zero` is when it begins. */
static void watch(struct list *list, struct ww_hindsight *hindsight, double zero)
{
    struct ww_detector *with = detector_of(drawn, 2), *without = detector_of(NULL, 0);
    const struct ww_luma luma = {plane, WIDTH, WIDTH, HEIGHT};
    struct ww_findings findings;
    struct ww_error error;
    for (int frame = 0; frame < 300; frame++) {
        double pts = (double)frame / RATE;
        draw(frame);
        assert_int_equal(ww_detector_step(with, &luma, frame, pts, &findings, &error), 0);
        keep(list, &findings, zero);
        assert_int_equal(ww_detector_step(without, &luma, frame, pts, &findings, &error), 0);
        ww_hindsight_note(hindsight, without, frame, pts, (int64_t)((zero + pts) * 1e6));
    }
    ww_detector_finish(with, &findings);
    keep(list, &findings, zero);
    ww_detector_destroy(with);
    ww_detector_destroy(without);
}

static void note(void *context, const struct ww_hindsight_event *event)
{
    struct list *list = context;
    assert_true(list->count < MOST);
    list->told[list->count++] =
        (struct told){event->type,
                      event->region,
                      event->path_count,
                      event->direction,
                      (double)event->time_us / 1e6,
                      event->duration,
                      event->path_count > 0 ? event->path[0] : (struct ww_point){0, 0}};
}

static void tell(struct list *list, struct ww_hindsight *hindsight, const struct ww_detector_config *config,
                 int64_t *since_us)
{
    struct ww_error error = {0};
    list->count = 0;
    if (ww_hindsight_tell(hindsight, config, note, list, since_us, &error) != 0)
        fail_msg("%s", error.text);
}

static void test_walls_tell_afterwards_what_they_would_have_told(void **state)
{
    static struct list then, now;
    const struct ww_detector_config config = {.regions = drawn, .region_count = 2};
    struct ww_hindsight *hindsight = ww_hindsight_create(600, LARGE);
    int64_t since;
    (void)state;
    tell(&now, hindsight, &config, &since);
    assert_int_equal(now.count, 0);
    assert_true(since == 0);
    watch(&then, hindsight, 1000);
    watch(&then, hindsight, 1100); /* the camera was opened again */
    tell(&now, hindsight, &config, &since);
    assert_true(since == 1000000000);
    assert_true(then.count >= 8); /* two, twice, at the wall and in the zone */
    assert_int_equal(now.count, then.count);
    size_t breaches = 0;
    for (size_t i = 0; i < now.count; i++) {
        const struct told *a = &then.told[i], *b = &now.told[i];
        assert_int_equal(a->type, b->type);
        assert_int_equal(a->region, b->region);
        assert_int_equal(a->direction, b->direction);
        bool zone = a->region == 1; /* of which the middle of the box is asked */
        assert_true(fabs(a->time - b->time) < (zone ? 0.45 : 1e-3));
        assert_true(fabs(a->duration - b->duration) < (zone ? 0.45 : 1e-3));
        assert_int_equal(a->path_count, b->path_count);
        assert_true(fabsf(a->first.x - b->first.x) < 0.01f && fabsf(a->first.y - b->first.y) < 0.01f);
        breaches += a->type == WW_EVENT_BREACH || a->type == WW_EVENT_EXIT;
    }
    assert_int_equal(breaches, 4);
    ww_hindsight_destroy(hindsight);
}

static size_t count_of(const struct list *list, size_t region)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->told[i].region == region;
    return count;
}

static void test_what_is_ignored_or_too_small_would_not_have_been_told(void **state)
{
    static struct list then, now;
    const struct ww_polygon ignored = {left_part, 4};
    const struct ww_person_height giants[] = {{0.5f, 0.9f, 2}, {0.5f, 0.3f, 2}};
    struct ww_detector_config config = {
        .regions = drawn, .region_count = 2, .ignored = &ignored, .ignored_count = 1};
    struct ww_hindsight *hindsight = ww_hindsight_create(600, LARGE);
    int64_t since;
    (void)state;
    watch(&then, hindsight, 1000);
    tell(&now, hindsight, &config, &since);
    assert_int_equal(count_of(&now, 1), 2);
    for (size_t i = 0; i < now.count; i++) /* who comes out of it comes from nowhere */
        assert_true(now.told[i].type != WW_EVENT_BREACH && now.told[i].type != WW_EVENT_EXIT);
    config =
        (struct ww_detector_config){.regions = drawn, .region_count = 2, .person = giants, .person_count = 2};
    tell(&now, hindsight, &config, &since);
    assert_int_equal(now.count, 0);
    config = (struct ww_detector_config){0}; /* the whole picture */
    tell(&now, hindsight, &config, &since);
    assert_in_range(now.count, 1, 2);
    assert_int_equal(now.told[0].type, WW_EVENT_MOTION);
    ww_hindsight_destroy(hindsight);
}

static void test_impossible_walls_are_refused(void **state)
{
    static struct list then;
    const struct ww_region point = {.kind = WW_REGION_WALL, .points = upright, .point_count = 1};
    const struct ww_detector_config config = {.regions = &point, .region_count = 1};
    struct ww_hindsight *hindsight = ww_hindsight_create(600, LARGE);
    struct ww_error error;
    int64_t since;
    (void)state;
    watch(&then, hindsight, 1000);
    assert_int_equal(ww_hindsight_tell(hindsight, &config, note, &then, &since, &error), -EINVAL);
    ww_hindsight_destroy(hindsight);
}

/* Old frames are forgotten, by age and where there is no room; a few minutes remain in any. */
static void test_what_is_old_is_forgotten(void **state)
{
    static struct list now;
    const struct ww_detector_config config = {.regions = drawn, .region_count = 2};
    struct ww_hindsight *brief = ww_hindsight_create(5, LARGE), *small = ww_hindsight_create(1e6, 0);
    struct ww_detector *detector = detector_of(NULL, 0);
    int64_t since;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        ww_hindsight_note(brief, detector, i, i / 10.0, (int64_t)i * 100000);
        ww_hindsight_note(small, detector, i, i / 10.0, (int64_t)i * 100000);
    }
    tell(&now, brief, &config, &since);
    assert_in_range(since / 1000000, 1500, 1995);
    tell(&now, small, &config, &since);
    assert_in_range(since / 1000000, 1500, 1999);
    ww_hindsight_note(NULL, detector, 0, 0, 0);
    ww_detector_destroy(detector);
    ww_hindsight_destroy(brief);
    ww_hindsight_destroy(small);
}

static void *ask(void *context)
{
    static struct list list;
    const struct ww_detector_config config = {.regions = drawn, .region_count = 2};
    int64_t since;
    for (int i = 0; i < 20; i++)
        tell(&list, context, &config, &since);
    return NULL;
}

static void test_it_is_asked_while_it_is_told(void **state)
{
    static struct list then;
    struct ww_hindsight *hindsight = ww_hindsight_create(600, LARGE);
    pthread_t asker;
    (void)state;
    assert_int_equal(pthread_create(&asker, NULL, ask, hindsight), 0);
    watch(&then, hindsight, 1000);
    pthread_join(asker, NULL);
    ww_hindsight_destroy(hindsight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walls_tell_afterwards_what_they_would_have_told),
        cmocka_unit_test(test_what_is_ignored_or_too_small_would_not_have_been_told),
        cmocka_unit_test(test_impossible_walls_are_refused),
        cmocka_unit_test(test_what_is_old_is_forgotten),
        cmocka_unit_test(test_it_is_asked_while_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
