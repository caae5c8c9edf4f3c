/* Who is told, and what is not. SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "drawn.h"

/* As wide as a step is long, and hardly a quarter of a second in each of its places. */
static void test_a_runner_is_followed(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 120; i++) {
        draw_background(120, 4);
        if (i >= 60)
            draw_box(-20 + (i - 60) * 18, 60, 20, 70, 40);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 2);
    assert_in_range(run.events[0].frame, 60, 63);
}

/* His legs swing farther than he gets: a quarter of a pixel a frame. */
static void test_who_walks_away_slowly_is_told(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int frame = 0; frame < 14 * RATE; frame++) {
        int y = 110 - frame / 4, wide = frame / 3 % 2 ? 20 : 6;
        draw_background(120, 2);
        if (frame >= 4 * RATE) {
            draw_box(150, y, 14, 26, 40);
            draw_box(157 - wide / 2, y + 26, wide, 14, 40);
        }
        step(&run);
    }
    finish(&run);
    assert_true(run.count > 0);
    assert_int_equal(run.events[0].type, WW_EVENT_MOTION);
}

/* The background knows nothing but him when he has gone again. */
static void test_who_crosses_in_the_first_second_is_told(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 100; i++) {
        draw_background(120, 4);
        draw_box(60 + i * 24, 60, 20, 50, 40);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 2); /* and where he was at first is not somebody */
    assert_in_range(run.events[0].frame, 0, 3);
    assert_in_range(run.events[1].frame, 9, 13);
}

/* In which frame somebody is told who comes up behind a wall from one frame on: a row more in each of thirty,
 * then no more. -1: in none. */
static int rising_is_told(const struct ww_detector_config *config, int from)
{
    struct run run = begin(config);
    int told = -1;
    for (int i = 0; i < from + 50; i++) {
        int shown = i < from ? 0 : i < from + 30 ? i - from : 30;
        draw_background(120, 4);
        draw_box(150, 100 - shown, 26, shown, 40);
        step(&run);
        told = told < 0 && run.count > 0 ? i : told;
    }
    finish(&run);
    return told;
}

/* He grows to one side, and is told before he is over it. */
static void test_who_rises_behind_a_wall_is_told(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    assert_in_range(rising_is_told(&config, 60), 62, 82);
}

/* He is as large as somebody with his thirteenth row; his way is known by then. */
static void test_who_comes_into_sight_is_told_when_he_is_large_enough(void **state)
{
    (void)state;
    const struct ww_person_height person = {0.5f, 1, 0.4f};
    struct ww_detector_config config = whole_picture();
    config.person = &person;
    config.person_count = 1;
    assert_in_range(rising_is_told(&config, 110), 110 + 13, 110 + 18);
}

/* It goes all the way, and seems as large as somebody now and then. */
static void test_who_is_too_small_is_not_told_however_far_he_goes(void **state)
{
    (void)state;
    const struct ww_person_height person = {0.5f, 1, 0.4f};
    struct ww_detector_config config = whole_picture();
    config.person = &person;
    config.person_count = 1;
    struct run run = begin(&config);
    for (int i = 0; i < 200; i++) {
        draw_background(120, 4);
        draw_box(i < 110 ? WIDTH : 30 + (i - 110) * 3, 120, 20, i % 4 < 2 ? 20 : 12, 40);
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
}

/* Its centre goes more than ten pixels, it goes nowhere; whether one side stays, or both draw in. */
static void test_what_shrinks_is_not_told(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    for (int drawn_in = 0; drawn_in <= 6; drawn_in += 6) {
        struct run run = begin(&config);
        for (int i = 0; i < 140; i++) {
            draw_background(120, 4);
            int left = i < 112 ? 100 : 134, right = i < 110 ? left : i < 112 ? 160 : 160 - drawn_in;
            draw_box(left, 80, right - left, 20, 40);
            step(&run);
        }
        finish(&run);
        assert_int_equal(run.count, 0);
    }
}

/* Blobs at random places are rain; among them somebody goes his way. */
static void test_somebody_in_the_rain_is_told_and_rain_is_not(void **state)
{
    (void)state;
    const struct ww_person_height person[] = {{0.5f, 0.5f, 0.15f}, {0.5f, 1.0f, 0.25f}};
    for (int pass = 0; pass < 2; pass++) {
        struct ww_detector_config config = whole_picture();
        config.person = person;
        config.person_count = 2;
        struct run run = begin(&config);
        for (int i = 0; i < 600; i++) {
            draw_background(120, 4);
            for (int drop = 0; drop < 14; drop++)
                draw_box((int)(unit_random() % WIDTH), (int)(unit_random() % HEIGHT), 5, 14, 200);
            if (pass)
                draw_walker(i, 500, 560, 80);
            step(&run);
        }
        finish(&run);
        assert_int_equal(run.count > 0, pass);
        if (pass)
            assert_in_range(run.events[0].frame, 490, 515);
    }
}

/* A spot of light without an outline wanders over a wall without texture. */
static void test_light_without_an_outline_is_silent(void **state)
{
    (void)state;
    const struct ww_detector_config config = whole_picture();
    struct run run = begin(&config);
    for (int i = 0; i < 140; i++) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                float away = hypotf((float)x - (float)(i - 60) * 6, (float)y - 90);
                float part = i < 60 ? 0 : fmaxf(0, 1 - away / 110), light = part * part * (3 - 2 * part);
                plane[y * WIDTH + x] = (uint8_t)(90 + 70 * light + (float)(unit_random() % 5));
            }
        }
        step(&run);
    }
    finish(&run);
    assert_int_equal(run.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_runner_is_followed),
        cmocka_unit_test(test_who_walks_away_slowly_is_told),
        cmocka_unit_test(test_who_crosses_in_the_first_second_is_told),
        cmocka_unit_test(test_who_rises_behind_a_wall_is_told),
        cmocka_unit_test(test_who_comes_into_sight_is_told_when_he_is_large_enough),
        cmocka_unit_test(test_who_is_too_small_is_not_told_however_far_he_goes),
        cmocka_unit_test(test_what_shrinks_is_not_told),
        cmocka_unit_test(test_somebody_in_the_rain_is_told_and_rain_is_not),
        cmocka_unit_test(test_light_without_an_outline_is_silent),
    };
    return cmocka_run_group_tests_name("intruders", tests, NULL, NULL);
}
