/* Planes in, events out. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>

#include "drawn.h"

static void test_a_still_picture_is_silent(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 200; i++) {
        draw_background(120, 4);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
}

static void test_somebody_is_one_event(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 160; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 90, 70);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 2);
    const struct ww_event *start = &run.events[0], *end = &run.events[1];
    assert_int_equal(start->phase, WW_PHASE_START);
    assert_in_range(start->frame, 40, 42);
    assert_int_equal(end->phase, WW_PHASE_END);
    assert_int_equal(end->id, start->id);
    assert_in_range(end->frame, 87, 91);
    assert_true(fabs(end->duration - 5) < 0.4);
    assert_true(end->score > 0.5f && end->score <= 1);
    assert_true(run.best_count > 0);
    /* The box of the best frame is where the walker was in it. */
    int x = 20 + (int)(end->best_frame - 40) * 4;
    assert_in_range(end->box.x, x - 4, x + 4);
    assert_in_range(end->box.y, 66, 74);
    assert_in_range(end->box.width, 10, 22);
    assert_in_range(end->box.height, 36, 48);
}

static void test_boxes_are_in_pixels_of_the_source(void **state)
{
    (void)state;
    struct ww_detector_config config = whole_picture();
    config.source_width = 4 * WIDTH;
    config.source_height = 4 * HEIGHT;
    struct run run = begin(&config);
    for (int i = 0; i < 120; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 80, 70);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 2);
    const struct ww_event *end = &run.events[1];
    assert_in_range(end->box.height, 4 * 36, 4 * 48);
    assert_in_range(end->box.y, 4 * 66, 4 * 74);
}

static void test_a_gap_ends_an_event(void **state)
{
    (void)state;
    struct ww_detector_config config = whole_picture();
    for (int pass = 0; pass < 2; pass++) {
        config.event_gap = pass ? 6 : 0; /* the default is 2 seconds */
        struct run run = begin(&config);
        for (int i = 0; i < 200; i++) {
            draw_background(120, 4);
            draw_walker(i, 40, 80, 70);
            draw_walker(i, 120, 160, 70);
            step(&run);
        }
        finish(&run);
        assert_int_equal(run.count, pass ? 3 : 4); /* one event with an update, or two */
        assert_int_equal(run.events[1].phase, pass ? WW_PHASE_UPDATE : WW_PHASE_END);
    }
}

static void test_what_is_open_ends_with_the_recording(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 60; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 90, 70);
        step(&run);
    }
    assert_int_equal(run.count, 1);
    finish(&run);
    assert_int_equal(run.count, 2);
    assert_int_equal(run.events[1].phase, WW_PHASE_END);
    assert_int_equal(run.events[1].frame, 59);
}

static void test_only_the_zone_is_told(void **state)
{
    (void)state;
    const struct ww_point top[] = {{0, 0}, {1, 0}, {1, 0.3f}, {0, 0.3f}};
    const struct ww_point right[] = {{0.4f, 0.3f}, {1, 0.3f}, {1, 1}, {0.4f, 1}};
    const struct ww_region regions[] = {
        {.kind = WW_REGION_ZONE, .points = top, .point_count = 4},
        {.kind = WW_REGION_ZONE, .points = right, .point_count = 4},
    };
    struct ww_detector_config config = whole_picture();
    config.regions = regions;
    config.region_count = 2;
    struct run run = begin(&config);
    for (int i = 0; i < 160; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 90, 70);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 2);
    assert_int_equal(run.events[0].region, 1);
    /* It goes in at 0.4 × 320 = 128: 94 pixels after its start, with its right side. */
    assert_in_range(run.events[0].frame, 62, 66);
    /* The box is all of it, not what lies in the zone. */
    assert_in_range(run.events[0].box.width, 10, 22);
}

static void test_who_crosses_a_wall_is_told_with_place_and_time(void **state)
{
    (void)state;
    const struct ww_point line[] = {{0.5f, 0}, {0.5f, 1}};
    const struct ww_region wall = {.kind = WW_REGION_WALL,
                                   .points = line,
                                   .point_count = 2,
                                   .strip = 0.05f,
                                   .outside = WW_OUTSIDE_RIGHT};
    struct ww_detector_config config = whole_picture();
    config.regions = &wall;
    config.region_count = 1;
    struct run run = begin(&config);
    for (int i = 0; i < 160; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 100, 70);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 4);
    /* The strip is 9 pixels to each side of 160. */
    assert_int_equal(run.events[0].type, WW_EVENT_APPROACH);
    assert_in_range(run.events[0].frame, 68, 73);
    assert_int_equal(run.events[1].type, WW_EVENT_BREACH);
    assert_int_equal(run.events[1].direction, WW_INWARD);
    assert_true(run.events[1].crosses && run.events[1].path_count > 3);
    assert_in_range(run.events[1].crossing.x, 158, 162);
    assert_in_range(run.events[1].frame, 72, 76);
    assert_int_equal(run.events[2].id, run.events[0].id);
    assert_int_equal(run.events[3].phase, WW_PHASE_END);
    assert_true(run.events[3].duration < 1.5);
}

/* Smeared by his own motion, but for one frame. */
static void test_the_sharpest_frame_is_the_best(void **state)
{
    (void)state;
    enum { SHARP = 62 };
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 140; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 85, 90);
        for (int stripe = 0; i == SHARP && stripe < 14; stripe += 4)
            draw_box(20 + (i - 40) * 4 + stripe, 90, 2, 40, 5);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 2);
    assert_int_equal(run.events[1].phase, WW_PHASE_END);
    assert_int_equal(run.events[1].best_frame, SHARP);
}

static void test_what_is_ignored_is_not_seen(void **state)
{
    (void)state;
    const struct ww_point all[] = {{0, 0.3f}, {1, 0.3f}, {1, 1}, {0, 1}};
    const struct ww_polygon ignored = {all, 4};
    struct ww_detector_config config = whole_picture();
    config.ignored = &ignored;
    config.ignored_count = 1;
    struct run run = begin(&config);
    for (int i = 0; i < 120; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 90, 70);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
}

/* Boughs of their own brightness that swing to and fro and turn. */
static void test_leaves_in_the_wind_are_silent(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 300; i++) {
        draw_background(120, 4);
        for (int leaf = 0; leaf < 120; leaf++) {
            int swing = (int)lround(3 * sin(i * 0.5 + leaf * 0.9)),
                drop = (int)lround(2 * cos(i * 0.4 + leaf));
            draw_box(200 + leaf % 12 * 6 + swing, 20 + leaf / 12 * 6 + drop, 4, 3,
                     (uint8_t)(50 + leaf % 5 * 8));
        }
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
}

static void test_light_that_changes_is_silent(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 200; i++) {
        draw_background(i < 80 ? 120 : i < 120 ? 60 : 150, 4);     /* off, and on */
        for (int lamp = 0; i >= 80 && i < 120 && lamp < 3; lamp++) /* and no gain makes that of the other */
            draw_box(20 + 100 * lamp, 20, 60, 120, 130);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
    assert_true(run.relearning > 0);
}

/* By night most of the picture is as dark as the cloth: only in the lit strip there is much foreground. */
static void draw_night(int covered)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int brick = (x / 8 + y / 8) % 2 * 9, lit = y > 60 && y < 85 ? 70 : 0;
            int grain = (int)(unit_random() % 5);
            plane[y * WIDTH + x] = (uint8_t)(x < covered ? 28 + grain : 22 + brick + lit + grain);
        }
    }
}

static void test_a_cloth_over_the_lens_is_nobody(void **state)
{
    (void)state;
    struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int frame = 0; frame < 12 * RATE; frame++) {
        draw_night(frame < 8 * RATE ? 0 : (frame - 8 * RATE) * WIDTH / 10);
        step(&run);
    }
    finish(&run);
    for (size_t i = 0; i < run.count; i++)
        assert_int_equal(run.events[i].type, WW_EVENT_TAMPER);
    assert_true(run.count > 0);
}

/* Half of the light, in which somebody is seen as before; both changes are told, once. */
static void test_a_factor_of_the_light_is_told(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 300; i++) {
        draw_background(120, 4);
        draw_walker(i, 130, 170, 70);
        for (int p = 0; p < WIDTH * HEIGHT && i >= 100 && i < 200; p++)
            plane[p] /= 2;
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.relearning, 0);
    assert_int_equal(run.count, 2);
    assert_in_range(run.events[0].frame, 130, 133);
    assert_int_equal(run.factor_count, 2);
    assert_true(fabs(run.factors[0] - 0.5) < 0.05 && fabs(run.factors[1] - 2) < 0.2);
}

/* A lamp that flickers is told ever more seldom. */
static void test_a_light_that_flickers_is_told_seldom(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 6000; i++) {
        draw_background(120, 4);
        for (int p = 0; p < WIDTH * HEIGHT && i / 15 % 2; p++)
            plane[p] /= 2;
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
    assert_in_range(run.factor_count, 1, 12);
}

static void test_somebody_is_seen_after_the_light_changed(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 200; i++) {
        draw_background(i < 80 ? 120 : 70, 4);
        draw_walker(i, 110, 175, 70);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 3); /* with an update */
    assert_in_range(run.events[0].frame, 110, 113);
}

static void test_something_that_is_put_down_is_learned(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 3000; i++) {
        draw_background(120, 4);
        if (i >= 50)
            draw_box(150, 80, 20, 20, 60);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0); /* it went nowhere */
}

static void test_time_that_stands_still_or_goes_back_is_survived(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 100; i++) {
        draw_background(120, 4);
        draw_walker(i, 40, 90, 70);
        step_at(&run, i % 7 == 0 ? 0 : (double)i / RATE);
    }
    finish(&run);
    for (size_t i = 1; i < run.count; i++)
        assert_true(run.events[i].pts >= run.events[0].pts);
    assert_int_equal(run.count, 2);
}

static void test_what_is_impossible_is_refused(void **state)
{
    (void)state;
    const struct ww_point line[] = {{0, 0}, {1, 1}, {0.5f, NAN}};
    const struct ww_region two_points = {.kind = WW_REGION_ZONE, .points = line, .point_count = 2};
    const struct ww_region no_number = {.kind = WW_REGION_ZONE, .points = line, .point_count = 3};
    const struct ww_region no_strip = {.kind = WW_REGION_WALL, .points = line, .point_count = 2};
    const struct ww_region *const regions[] = {&two_points, &no_number, &no_strip};
    const char *const reasons[] = {"at least 3", "not a number", "strip"};
    struct ww_error error;
    struct ww_detector *detector;
    for (size_t i = 0; i < 3; i++) {
        struct ww_detector_config config = whole_picture();
        config.regions = regions[i];
        config.region_count = 1;
        assert_int_equal(ww_detector_create(&detector, &config, &error), -EINVAL);
        assert_null(detector);
        assert_says(error.text, reasons[i]);
    }
    struct ww_detector_config config = whole_picture();
    config.width = 1;
    assert_int_equal(ww_detector_create(&detector, &config, &error), -EINVAL);
    config.width = WW_MAX_PLANE + 1;
    assert_int_equal(ww_detector_create(&detector, &config, &error), -EINVAL);
    config = whole_picture();
    config.event_gap = NAN;
    assert_int_equal(ww_detector_create(&detector, &config, &error), -EINVAL);
    config = whole_picture();
    config.region_count = WW_MAX_REGIONS + 1;
    assert_int_equal(ww_detector_create(&detector, &config, &error), -EINVAL);
    ww_detector_destroy(NULL);
}

static void test_a_plane_of_another_size_is_refused(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    struct ww_findings findings;
    struct ww_error error;
    const struct ww_luma luma = {plane, WIDTH, WIDTH - 1, HEIGHT};
    assert_int_equal(ww_detector_step(run.detector, &luma, 0, 0, &findings, &error), -EINVAL);
    assert_says(error.text, "319x180");
    finish(&run);
}

static void test_every_size_works(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{2, 2}, {2, 300}, {300, 2}, {63, 17}, {64, 64}, {65, 33}, {129, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct ww_detector_config config = {.width = sizes[i][0], .height = sizes[i][1]};
        struct run run = begin(&config);
        struct ww_findings findings;
        size_t size = (size_t)sizes[i][0] * sizes[i][1];
        uint8_t *pixels = malloc(size); /* of its very size, for the sanitizers */
        assert_non_null(pixels);
        for (int frame = 0; frame < 30; frame++) {
            for (size_t p = 0; p < size; p++)
                pixels[p] = (uint8_t)unit_random();
            const struct ww_luma luma = {pixels, (ptrdiff_t)sizes[i][0], sizes[i][0], sizes[i][1]};
            assert_int_equal(ww_detector_step(run.detector, &luma, frame, frame * 0.1, &findings, NULL), 0);
            collect(&run, &findings);
            assert_int_equal(findings.mask.width, sizes[i][0]);
        }
        free(pixels);
        finish(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_still_picture_is_silent),
        cmocka_unit_test(test_somebody_is_one_event),
        cmocka_unit_test(test_boxes_are_in_pixels_of_the_source),
        cmocka_unit_test(test_a_gap_ends_an_event),
        cmocka_unit_test(test_what_is_open_ends_with_the_recording),
        cmocka_unit_test(test_only_the_zone_is_told),
        cmocka_unit_test(test_who_crosses_a_wall_is_told_with_place_and_time),
        cmocka_unit_test(test_the_sharpest_frame_is_the_best),
        cmocka_unit_test(test_what_is_ignored_is_not_seen),
        cmocka_unit_test(test_leaves_in_the_wind_are_silent),
        cmocka_unit_test(test_light_that_changes_is_silent),
        cmocka_unit_test(test_a_cloth_over_the_lens_is_nobody),
        cmocka_unit_test(test_a_factor_of_the_light_is_told),
        cmocka_unit_test(test_a_light_that_flickers_is_told_seldom),
        cmocka_unit_test(test_somebody_is_seen_after_the_light_changed),
        cmocka_unit_test(test_something_that_is_put_down_is_learned),
        cmocka_unit_test(test_time_that_stands_still_or_goes_back_is_survived),
        cmocka_unit_test(test_what_is_impossible_is_refused),
        cmocka_unit_test(test_a_plane_of_another_size_is_refused),
        cmocka_unit_test(test_every_size_works),
    };
    return cmocka_run_group_tests_name("detector", tests, NULL, NULL);
}
