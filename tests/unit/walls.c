/* Acts at walls, of people whose way is known. SPDX-License-Identifier: Apache-2.0 */
#include "detect/walls.h"

#include <math.h>

#include "unit.h"

enum { WIDTH = 640, HEIGHT = 360, MOST = 64 };

/* What was told, in order. */
static struct ww_act told[MOST];
static size_t told_count;
static struct ww_walls *walls;
static struct ww_track tracks[4];
static size_t track_count;
static int64_t frame;
static double now, frame_seconds;

static void watch(const struct ww_region *regions, size_t count, double rate)
{
    const struct ww_detector_config config = {
        .width = WIDTH, .height = HEIGHT, .regions = regions, .region_count = count};
    ww_walls_destroy(walls);
    walls = ww_walls_create(&config);
    assert_non_null(walls);
    told_count = track_count = 0;
    frame = 0;
    now = 100;
    frame_seconds = 1 / rate;
}

/* Somebody whose feet are there, upright, a third as wide as tall. */
static void place(uint32_t id, float x, float y, float height)
{
    size_t i = 0;
    while (i < track_count && tracks[i].id != id)
        i++;
    if (i == track_count)
        tracks[track_count++] = (struct ww_track){.id = id, .confirmed = true};
    tracks[i].blob = (struct ww_blob){.left = (int)roundf(x - height / 6),
                                      .right = (int)roundf(x + height / 6),
                                      .top = (int)roundf(y - height),
                                      .bottom = (int)roundf(y)};
    tracks[i].extent = height;
    tracks[i].seen = true;
    tracks[i].frames++;
}

static void step(void)
{
    const struct ww_act *acts;
    size_t count = ww_walls_step(walls, tracks, track_count, frame++, now, &acts);
    now += frame_seconds;
    for (size_t i = 0; i < count; i++) {
        assert_true(told_count < MOST);
        told[told_count++] = acts[i];
    }
    for (size_t i = 0; i < track_count; i++)
        tracks[i].seen = false;
}

static void walk(uint32_t id, float x0, float y0, float x1, float y1, float height, double seconds)
{
    int frames = (int)ceil(seconds / frame_seconds);
    for (int i = 0; i <= frames; i++) {
        float part = (float)i / (float)frames;
        place(id, x0 + (x1 - x0) * part, y0 + (y1 - y0) * part, height);
        step();
    }
}

static size_t count_of(enum ww_event_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < told_count; i++)
        count += told[i].type == type;
    return count;
}

static const struct ww_act *the(enum ww_event_type type)
{
    const struct ww_act *act = NULL;
    assert_int_equal(count_of(type), 1);
    for (size_t i = 0; i < told_count; i++)
        if (told[i].type == type)
            act = &told[i];
    return act;
}

static struct ww_region wall_of(const struct ww_point *line, size_t count, enum ww_outside outside)
{
    return (struct ww_region){.kind = WW_REGION_WALL,
                              .points = line,
                              .point_count = count,
                              .strip = 0.1f,
                              .outside = outside,
                              .tells = WW_TELLS_OF_WALL | WW_TELLS(WW_EVENT_LOITER)};
}

static const struct ww_point level[] = {{0.1f, 0.5f}, {0.9f, 0.5f}}; /* at y = 180, from 64 to 576 */

/* Over it and back, either side being outside, at any speed and rate; the time is that of the feet. */
static void test_every_crossing_is_told_with_its_direction_and_time(void **state)
{
    (void)state;
    const double rates[] = {5, 12.5, 30}, metres[] = {0.2, 1, 4};
    for (int r = 0; r < 3; r++) {
        for (int m = 0; m < 3; m++) {
            for (int outside = 0; outside < 2; outside++) {
                for (int down = 0; down < 2; down++) {
                    const struct ww_region wall = wall_of(level, 2, (enum ww_outside)outside);
                    const float height = 40; /* 1.75 m */
                    double seconds = 200 / (metres[m] * (double)height / 1.75);
                    watch(&wall, 1, rates[r]);
                    double start = now;
                    walk(1, 300, down ? 80 : 280, 320, down ? 280 : 80, height, seconds);
                    bool inward = (outside == WW_OUTSIDE_LEFT) == (down == 1);
                    const struct ww_act *act = the(inward ? WW_EVENT_BREACH : WW_EVENT_EXIT);
                    assert_int_equal(count_of(inward ? WW_EVENT_EXIT : WW_EVENT_BREACH), 0);
                    assert_int_equal(act->direction, inward ? WW_INWARD : WW_OUTWARD);
                    double last = ceil(seconds / frame_seconds) * frame_seconds;
                    assert_true(fabs(act->since.pts - (start + last / 2)) < 0.3);
                    assert_true(fabsf(act->since.y - 180) < 1 && fabsf(act->since.x - 310) < 4);
                    assert_int_equal(count_of(WW_EVENT_APPROACH), inward ? 1 : 0);
                }
            }
        }
    }
}

static void test_a_wall_that_runs_away_from_the_camera(void **state)
{
    (void)state;
    const struct ww_point line[] = {{0.5f, 1},
                                    {0.5f, 0.3f}}; /* upwards: outside left is the picture's left */
    const struct ww_region wall = wall_of(line, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 200, 250, 440, 250, 60, 4);
    assert_int_equal(the(WW_EVENT_BREACH)->direction, WW_INWARD);
    assert_true(fabsf(the(WW_EVENT_BREACH)->since.x - 320) < 1);
    assert_int_equal(count_of(WW_EVENT_EXIT), 0);
    assert_int_equal(count_of(WW_EVENT_CLIMB), 0); /* along, not up */
}

static void test_who_is_faster_than_the_frames_has_crossed(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 5);
    place(1, 300, 130, 30);
    step();
    place(1, 300, 230, 30);
    step();
    assert_true(fabs(the(WW_EVENT_BREACH)->since.pts - 100.1) < 0.01);
    assert_true(fabsf(the(WW_EVENT_BREACH)->since.y - 180) < 1);
}

static void test_who_walks_along_or_stands_at_it_has_not(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    for (int foot = 150; foot <= 240; foot += 15) {
        walk((uint32_t)foot, 100, (float)foot, 540, (float)foot, 50, 6);
        walk((uint32_t)foot, 540, (float)foot, 540, (float)foot, 50, 3);
        track_count = 0;
        now += 5;
    }
    assert_int_equal(count_of(WW_EVENT_BREACH) + count_of(WW_EVENT_EXIT) + count_of(WW_EVENT_CLIMB), 0);
}

static void test_who_trembles_on_the_line_has_crossed_once_at_the_most(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 300, 120, 300, 178, 40, 2);
    for (int i = 0; i < 200; i++) {
        place(1, 300, 180 + (float)(int)(unit_random() % 7) - 3, 40);
        step();
    }
    assert_int_equal(count_of(WW_EVENT_BREACH) + count_of(WW_EVENT_EXIT), 0);
    walk(1, 300, 178, 300, 260, 40, 2);
    assert_int_equal(count_of(WW_EVENT_BREACH), 1);
    assert_int_equal(count_of(WW_EVENT_EXIT), 0);
}

/* Slow, with a foot that is lost in the ground again and again: when he passed is told by the frames in which
 * he is seen whole. */
static void test_a_foot_that_is_lost_does_not_tell_when_he_passed(void **state)
{
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    const float pixels_a_second = 3.5f;
    const int over = 300; /* the frame */
    (void)state;
    watch(&wall, 1, 30);
    double start = now;
    for (int i = 0; i < 2 * over; i++) {
        float y = 180 - (float)(i - over) * pixels_a_second / 30, lost = i % 16 < 8 ? 16 : 0;
        place(1, 300, y - lost, 60 - lost);
        step();
    }
    assert_true(fabs(the(WW_EVENT_EXIT)->since.pts - (start + over * frame_seconds)) < 0.3);
}

/* An arm below the line, while head and shoulders are above it. */
static void test_who_reaches_over_or_turns_back_has_not_crossed(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    for (int i = 0; i < 90; i++) {
        float arm = 18 * fabsf(sinf((float)i / 10));
        place(1, 300, 179 + arm, 45 + arm);
        step();
    }
    assert_int_equal(count_of(WW_EVENT_BREACH) + count_of(WW_EVENT_EXIT), 0);
    walk(1, 300, 179, 300, 196, 60, 1); /* half over */
    walk(1, 300, 196, 300, 170, 60, 1);
    walk(1, 300, 170, 300, 100, 60, 1);
    assert_int_equal(count_of(WW_EVENT_BREACH) + count_of(WW_EVENT_EXIT), 0);
}

/* He comes up behind it: what is seen of him ends at its top. Then down on this side. */
static void test_who_climbs_over_is_told_thrice(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    for (int i = 0; i <= 30; i++) {
        place(1, 300, 179, 6 + (float)i * 1.5f);
        step();
    }
    assert_int_equal(count_of(WW_EVENT_APPROACH), 1);
    assert_int_equal(count_of(WW_EVENT_CLIMB), 0);
    double over = now;
    walk(1, 300, 190, 300, 262, 85, 4); /* long out of the strip, and still before the wall */
    assert_true(the(WW_EVENT_APPROACH)->since.pts == 100);
    assert_int_equal(the(WW_EVENT_CLIMB)->direction, WW_INWARD);
    assert_true(fabs(the(WW_EVENT_BREACH)->since.pts - over) < 0.3);
    assert_int_equal(count_of(WW_EVENT_EXIT), 0);
}

static void test_who_goes_around_its_end_has_not_crossed(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 560, 150, 620, 180, 40, 2);
    walk(1, 620, 180, 560, 260, 40, 2);
    assert_int_equal(count_of(WW_EVENT_BREACH), 0);
    const struct ww_point whole[] = {{0, 0.5f}, {1, 0.5f}}; /* ends at the picture's edge are none */
    const struct ww_region to_the_edge = wall_of(whole, 2, WW_OUTSIDE_LEFT);
    watch(&to_the_edge, 1, 15);
    walk(1, 639, 120, 640, 240, 40, 3);
    assert_int_equal(count_of(WW_EVENT_BREACH), 1);
}

static void test_corners_have_sides_too(void **state)
{
    (void)state;
    const struct ww_point corner[] = {{0.2f, 0.8f}, {0.5f, 0.3f}, {0.8f, 0.8f}}; /* a roof; inside below it */
    const struct ww_region wall = wall_of(corner, 3, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 320, 60, 320, 200, 30, 3); /* right over its tip */
    assert_int_equal(count_of(WW_EVENT_BREACH), 1);
    walk(2, 100, 100, 540, 100, 30, 4); /* past it */
    assert_int_equal(count_of(WW_EVENT_BREACH), 1);
    assert_int_equal(count_of(WW_EVENT_EXIT), 0);
}

static void test_two_people_are_two(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    for (int i = 0; i <= 60; i++) {
        place(1, 200, 120 + 2 * (float)i, 40);
        place(2, 400, 240 - 2 * (float)i, 40);
        step();
    }
    assert_int_equal(the(WW_EVENT_BREACH)->subject, 1);
    assert_int_equal(the(WW_EVENT_EXIT)->subject, 2);
}

/* Another track of the same person, who was out of sight on top of the wall. */
static void test_who_is_lost_on_the_wall_and_found_is_the_same(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 300, 120, 300, 176, 40, 2);
    track_count = 0;
    for (int i = 0; i < 10; i++)
        step();
    walk(2, 304, 220, 306, 270, 40, 2);
    assert_int_equal(the(WW_EVENT_BREACH)->subject, 1);
    struct ww_presence presence;
    assert_true(ww_walls_find(walls, 0, 1, &presence));
    assert_true(presence.path_count > 2 && presence.path[0].y == 120);
}

/* The first track was only hidden, and goes over the wall after the second. */
static void test_who_was_taken_for_another_is_told_as_well(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 300, 120, 300, 170, 40, 2);
    step();
    walk(2, 310, 172, 320, 270, 40, 2);
    walk(1, 300, 170, 290, 270, 40, 2);
    assert_int_equal(count_of(WW_EVENT_BREACH), 2);
    assert_true(told[told_count - 1].subject != 1);
    struct ww_presence presence;
    assert_true(ww_walls_find(walls, 0, told[told_count - 1].subject, &presence));
    assert_ptr_equal(presence.track, &tracks[0]);
}

static void test_who_is_born_well_inside_has_not_crossed(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 300, 200, 300, 300, 60, 3); /* his head is above the line, he walks away from it */
    walk(1, 300, 300, 300, 200, 60, 3); /* and back */
    assert_int_equal(told_count, 0);
}

/* A wall's upper edge at y = 180. What is above it hid him: first seen, his head is at the line. */
static void test_who_is_first_seen_as_he_drops_from_it_has_crossed(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    walk(1, 320, 241, 320, 290, 60, 1.2);
    assert_int_equal(the(WW_EVENT_BREACH)->direction, WW_INWARD);
    assert_int_equal(the(WW_EVENT_BREACH)->since.frame, 0);
    watch(&wall, 1, 15);
    walk(1, 320, 241, 320, 290, 60, 4); /* at a walk */
    assert_int_equal(count_of(WW_EVENT_BREACH), 0);
    watch(&wall, 1, 15);
    walk(1, 320, 260, 320, 310, 60, 1.2); /* lower down from the beginning */
    assert_int_equal(count_of(WW_EVENT_BREACH), 0);
}

/* What is above the line is ignored, and a little more or less: he comes down from under it. */
static bool is_told_from_under(int ignored, float speed)
{
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    for (int i = 0; i < 30; i++) {
        place(1, 320, 205 + speed * (float)i / 15, 60);
        tracks[0].blob.person = 60;
        tracks[0].blob.top = tracks[0].blob.top < ignored ? ignored : tracks[0].blob.top;
        step();
    }
    return count_of(WW_EVENT_BREACH) > 0;
}

static void test_who_drops_from_what_is_ignored_has_crossed(void **state)
{
    (void)state;
    for (int ignored = 175; ignored <= 185; ignored += 5) { /* the line is at 180 */
        assert_true(is_told_from_under(ignored, 60));
        assert_false(is_told_from_under(ignored, 20)); /* at a walk */
    }
}

static void test_who_stays_loiters(void **state)
{
    (void)state;
    const struct ww_point square[] = {{0, 0}, {0.5f, 0}, {0.5f, 1}, {0, 1}};
    struct ww_region regions[] = {wall_of(level, 2, WW_OUTSIDE_LEFT),
                                  {.kind = WW_REGION_ZONE,
                                   .points = square,
                                   .point_count = 4,
                                   .tells = WW_TELLS(WW_EVENT_LOITER),
                                   .dwell = 3}};
    regions[0].dwell = 5;
    watch(regions, 2, 10);
    for (int i = 0; i < 100; i++) {
        place(1, 300, 170, 40);
        tracks[0].blob.regions = 3;
        if (i % 20 > 15)
            tracks[0].seen = false; /* for less than a second */
        step();
    }
    assert_int_equal(count_of(WW_EVENT_LOITER), 2);
    for (size_t i = 0; i < told_count; i++)
        if (told[i].type == WW_EVENT_LOITER)
            assert_true(fabs(told[i].since.pts - (told[i].region == 1 ? 103 : 105)) < 0.5);
    assert_int_equal(count_of(WW_EVENT_BREACH) + count_of(WW_EVENT_EXIT), 0);
}

static void test_only_what_is_asked_is_told(void **state)
{
    (void)state;
    struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    wall.tells = WW_TELLS(WW_EVENT_EXIT);
    watch(&wall, 1, 15);
    walk(1, 300, 100, 300, 260, 40, 3);
    assert_int_equal(told_count, 0);
    walk(1, 300, 260, 300, 100, 40, 3);
    assert_int_equal(told_count, 1);
}

static void test_who_is_not_known_to_be_somebody_is_told_later(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    place(1, 300, 100, 40);
    tracks[0].confirmed = false;
    step();
    walk(1, 300, 100, 300, 240, 40, 1);
    assert_int_equal(told_count, 0);
    tracks[0].confirmed = true;
    place(1, 300, 242, 40);
    step();
    assert_true(the(WW_EVENT_BREACH)->since.pts < now - 0.3);
    assert_int_equal(count_of(WW_EVENT_APPROACH), 1);
}

/* Clocks are set back, and frames come twice. */
static void test_time_that_stands_still(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level, 2, WW_OUTSIDE_LEFT);
    watch(&wall, 1, 15);
    frame_seconds = 0;
    for (int i = 0; i <= 60; i++) {
        place(1, 300, 120 + 2 * (float)i, 40);
        step();
    }
    assert_int_equal(count_of(WW_EVENT_BREACH), 1);
}

static int tear_down(void **state)
{
    (void)state;
    ww_walls_destroy(walls);
    walls = NULL;
    return 0;
}

#define TEST(function) cmocka_unit_test_teardown(function, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_crossing_is_told_with_its_direction_and_time),
        TEST(test_a_wall_that_runs_away_from_the_camera),
        TEST(test_who_is_faster_than_the_frames_has_crossed),
        TEST(test_who_walks_along_or_stands_at_it_has_not),
        TEST(test_who_trembles_on_the_line_has_crossed_once_at_the_most),
        TEST(test_a_foot_that_is_lost_does_not_tell_when_he_passed),
        TEST(test_who_reaches_over_or_turns_back_has_not_crossed),
        TEST(test_who_climbs_over_is_told_thrice),
        TEST(test_who_goes_around_its_end_has_not_crossed),
        TEST(test_corners_have_sides_too),
        TEST(test_two_people_are_two),
        TEST(test_who_is_lost_on_the_wall_and_found_is_the_same),
        TEST(test_who_was_taken_for_another_is_told_as_well),
        TEST(test_who_is_born_well_inside_has_not_crossed),
        TEST(test_who_is_first_seen_as_he_drops_from_it_has_crossed),
        TEST(test_who_drops_from_what_is_ignored_has_crossed),
        TEST(test_who_stays_loiters),
        TEST(test_only_what_is_asked_is_told),
        TEST(test_who_is_not_known_to_be_somebody_is_told_later),
        TEST(test_time_that_stands_still),
    };
    return cmocka_run_group_tests_name("walls", tests, NULL, NULL);
}
