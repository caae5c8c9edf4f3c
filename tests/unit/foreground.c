/* What lies between a plane and its blobs. SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "unit.h"

#include "detect/cleaner.h"
#include "detect/exposure.h"
#include "detect/foreground.h"
#include "detect/ghost.h"
#include "detect/glow.h"
#include "detect/noise.h"
#include "detect/scale.h"
#include "detect/shake.h"
#include "detect/sway.h"

enum { WIDTH = 200, HEIGHT = 120 };

static struct ww_bitplane raw, clean, near;
static uint8_t plane[WIDTH * HEIGHT];
static const struct ww_luma luma = {plane, WIDTH, WIDTH, HEIGHT};

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(ww_bitplane_create(&raw, WIDTH, HEIGHT), 0);
    assert_int_equal(ww_bitplane_create(&clean, WIDTH, HEIGHT), 0);
    assert_int_equal(ww_bitplane_create(&near, WIDTH, HEIGHT), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ww_bitplane_destroy(&raw);
    ww_bitplane_destroy(&clean);
    ww_bitplane_destroy(&near);
    return 0;
}

static bool bit(const struct ww_bitplane *bits, int x, int y)
{
    return ww_bitplane_row(bits, (uint32_t)y)[x / 64] >> (x % 64) & 1;
}

static void set_box(int left, int top, int right, int bottom, bool value)
{
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
            uint64_t *word = &ww_bitplane_row(&raw, (uint32_t)y)[x / 64];
            *word = value ? *word | UINT64_C(1) << (x % 64) : *word & ~(UINT64_C(1) << (x % 64));
        }
    }
}

static void run_cleaner(float person)
{
    struct ww_cleaner *cleaner = ww_cleaner_create(WIDTH, HEIGHT, person);
    assert_non_null(cleaner);
    ww_cleaner_run(cleaner, &raw, &clean, &near);
    ww_cleaner_destroy(cleaner);
}

static void test_specks_go_and_gaps_close(void **state)
{
    (void)state;
    set_box(100, 60, 101, 61, true);
    set_box(20, 20, 60, 60, true);
    set_box(40, 20, 41, 60, false);
    run_cleaner(0);
    assert_false(bit(&clean, 100, 60));
    assert_true(bit(&clean, 40, 40));
    assert_true(bit(&near, 61, 40) || bit(&near, 60, 40)); /* a little around it */
    assert_false(bit(&near, 66, 40));
    assert_int_equal(ww_bitplane_row(&clean, 30)[3] >> (WIDTH % 64), 0);
}

static int count_around(const struct ww_bitplane *mask, int x, int y, int radius)
{
    int count = 0;
    for (int row = y - radius; row <= y + radius; row++)
        for (int column = x - radius; column <= x + radius; column++)
            count += row >= 0 && row < (int)mask->height && column >= 0 && column < (int)mask->width &&
                     bit(mask, column, row);
    return count;
}

static void expect_counted(const struct ww_bitplane *mask, const struct ww_bitplane *majority,
                           const struct ww_bitplane *seventh, int radius)
{
    int area = (2 * radius + 1) * (2 * radius + 1);
    for (int y = 0; y < (int)mask->height; y++) {
        for (int x = 0; x < (int)mask->width; x++) {
            int count = count_around(mask, x, y, radius);
            assert_int_equal(bit(majority, x, y), 2 * count > area);
            assert_int_equal(bit(seventh, x, y), 7 * count >= area);
        }
    }
}

/* Bands of dense and of sparse noise, and as many rows between them without any. */
static void draw_bands(struct ww_bitplane *mask, uint32_t seed, uint32_t rows)
{
    uint32_t drawn = seed;
    memset(mask->words, 0, mask->stride * mask->height * sizeof *mask->words);
    for (uint32_t y = 0; y < mask->height; y++) {
        uint32_t band = y / rows;
        for (uint32_t x = 0; band % 2 == seed % 2 && x < mask->width; x++) {
            drawn = drawn * 1664525u + 1013904223u;
            if (drawn >> 28 < (band % 4 < 2 ? 12u : 3u))
                ww_bitplane_row(mask, y)[x / 64] |= UINT64_C(1) << (x % 64);
        }
    }
}

/* The bands without noise are as high as a window, or a little higher; of one frame nothing is left for the
 * next. */
static void expect_windows(uint32_t width, uint32_t height, int radius)
{
    struct ww_bitplane mask = {0}, majority = {0}, seventh = {0};
    struct ww_cleaner *cleaner = ww_cleaner_create(width, height, 0);
    assert_non_null(cleaner);
    assert_int_equal(ww_bitplane_create(&mask, width, height), 0);
    assert_int_equal(ww_bitplane_create(&majority, width, height), 0);
    assert_int_equal(ww_bitplane_create(&seventh, width, height), 0);
    for (uint32_t seed = 0; seed < 6; seed++) {
        draw_bands(&mask, seed, (uint32_t)(2 * radius + 1) + seed / 2);
        ww_cleaner_run(cleaner, &mask, &majority, &seventh);
        expect_counted(&mask, &majority, &seventh, radius);
    }
    ww_bitplane_destroy(&mask);
    ww_bitplane_destroy(&majority);
    ww_bitplane_destroy(&seventh);
    ww_cleaner_destroy(cleaner);
}

static void test_a_pixel_goes_by_its_whole_window(void **state)
{
    (void)state;
    expect_windows(1, 1, 1);
    expect_windows(130, 3, 1);
    expect_windows(257, 90, 1);
    expect_windows(70, 240, 2);
    expect_windows(64, 720, 5);
    expect_windows(65, 1000, 7);
}

/* Ten pixels tall, in its outline every other pixel is like the ground. */
static void test_who_is_two_pixels_wide_is_left(void **state)
{
    (void)state;
    memset(raw.words, 0, raw.stride * HEIGHT * sizeof *raw.words);
    set_box(50, 50, 52, 60, true);
    for (int y = 50; y < 60; y += 2)
        set_box(50, y, 51, y + 1, false);
    set_box(100, 60, 102, 61, true); /* noise is less */
    run_cleaner(0);
    assert_false(bit(&clean, 50, 54) && bit(&clean, 50, 55));
    run_cleaner(10);
    for (int y = 51; y < 59; y++)
        assert_true(bit(&clean, 51, y));
    assert_false(bit(&clean, 100, 60) || bit(&clean, 101, 60));
}

static void test_noise_is_measured(void **state)
{
    (void)state;
    struct ww_noise *noise = ww_noise_create(WIDTH, HEIGHT, 0);
    struct ww_noisiness found = {0};
    for (int frame = 0; frame < 30; frame++) {
        for (int i = 0; i < WIDTH * HEIGHT; i++) { /* the sum of 12 uniform numbers: deviation 8 */
            int sum = 0;
            for (int k = 0; k < 12; k++)
                sum += (int)(unit_random() % 1601) - 800;
            plane[i] = (uint8_t)(100 + sum / 200);
        }
        found = ww_noise_step(noise, &luma, frame / 10.0);
    }
    assert_in_range((int)(10 * found.deviation), 73, 87);
    assert_true(found.smooth);
    ww_noise_destroy(noise);
}

static void test_a_gain_is_found_and_a_person_is_not_one(void **state)
{
    (void)state;
    struct ww_exposure exposure = {0};
    for (int i = 0; i < 1000; i++) {
        int background = 40 + i % 120;
        ww_exposure_add(&exposure, i % 4 == 0 ? 20 : background * 5 / 4, background); /* a quarter hides it */
    }
    assert_in_range((int)(1000 * ww_exposure_gain(&exposure)), 1230, 1270);
    struct ww_exposure same = {0};
    for (int i = 0; i < 1000; i++)
        ww_exposure_add(&same, i % 3 == 0 ? 200 : 60 + i % 50, 60 + i % 50);
    assert_true(ww_exposure_gain(&same) == 1);
    assert_true(ww_exposure_gain(&(struct ww_exposure){0}) == 1);
}

static void test_small_blobs_are_told_from_persons_and_smaller_ones_go(void **state)
{
    (void)state;
    const struct ww_person_height heights[] = {{0.5f, 0.5f, 0.1f}, {0.5f, 1.0f, 0.3f}};
    struct ww_scale scale = ww_scale_fit(heights, 2, 160, 100);
    struct ww_blob blobs[] = {{.left = 9, .right = 20, .bottom = 99, .area = 62}, /* person: 30 pixels tall */
                              {.left = 9, .right = 20, .bottom = 99, .area = 50}, /* he may begin so */
                              {.left = 9, .right = 20, .bottom = 99, .area = 19},
                              {.left = 0, .right = 9, .bottom = 99, .area = 40}, /* the rest is outside */
                              {.left = 0, .right = 9, .top = 90, .bottom = 99, .area = 41}, /* or a cat */
                              {.left = 9, .right = 20, .bottom = 50, .area = 8}, /* 10 pixels tall */
                              /* Above the horizon none is smaller than that. */
                              {.left = 9, .right = 20, .bottom = 10, .area = 5}};
    assert_int_equal(ww_scale_drop(&scale, blobs, 7), 5);
    assert_int_equal(blobs[0].area, 62);
    assert_int_equal(blobs[1].area, 50);
    assert_int_equal(blobs[2].area, 40);
    assert_int_equal(blobs[3].area, 41);
    assert_int_equal(blobs[4].area, 8);
    for (int i = 0; i < 5; i++)
        assert_int_equal(blobs[i].is_small, i == 1 || i == 3);
    scale = ww_scale_fit(NULL, 0, 160, 100);
    assert_int_equal(ww_scale_drop(&scale, blobs, 2), 2);
}

/* Ground of grains, brighter by `gain`, moved to the right. */
static void draw_ground(float gain, int moved)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            uint32_t grain = (uint32_t)((x - moved + 400) / 3 * 7919 + y / 3 * 104729) * 2654435761u;
            grain = (grain ^ grain >> 15) * 2246822519u;
            grain = (grain ^ grain >> 13) * 3266489917u;
            plane[y * WIDTH + x] = (uint8_t)(((float)(grain >> 28) * 3 + 70) * gain);
        }
    }
}

static void draw_box(int left, int top, int right, int bottom, uint8_t value)
{
    for (int y = top; y < bottom; y++)
        memset(plane + y * WIDTH + left, value, (size_t)(right - left));
}

static struct ww_foreground *learned_ground(void)
{
    const struct ww_foreground_rules rules = {
        .threshold = 17, .dark = 6, .warm_up_seconds = 1, .absorb_seconds = 10, .threads = 1};
    struct ww_foreground *foreground = ww_foreground_create(WIDTH, HEIGHT, &rules);
    assert_non_null(foreground);
    draw_ground(1, 0);
    for (int i = 0; i < 60; i++)
        ww_foreground_step(foreground, &luma, i / 10.0, &near, &near);
    return foreground;
}

static bool is_dropped(const struct ww_foreground *foreground)
{
    const struct ww_sway_rules rules = {.reach = WW_MOST_REACH, .in_place = 0.25f, .displaced = 0.42f};
    struct ww_blob blob = {.left = 60, .top = 30, .right = 120, .bottom = 90, .area = 3600};
    set_box(60, 30, 120, 90, true);
    return ww_sway_drop(&blob, 1, &luma, foreground, &raw, &near, &rules) == 0;
}

static void brighten(int left, int top, int right, int bottom, int by)
{
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            plane[y * WIDTH + x] = (uint8_t)(plane[y * WIDTH + x] + by);
}

/* Something is there for a third of every second, eight times; then something fainter is: how many of its 900
 * pixels are foreground. */
static size_t faint_after_sway(double rate, bool is_expected)
{
    const struct ww_extent extent = {80, 40, 110, 70};
    struct ww_foreground *foreground = learned_ground();
    struct ww_bitplane *mask;
    for (int i = 1; i <= (int)(8 * rate); i++) {
        draw_ground(1, 0);
        if (i % (int)rate < (int)(rate / 3))
            brighten(extent.left, extent.top, extent.right, extent.bottom, 70);
        if (is_expected)
            ww_foreground_expect(foreground, extent);
        ww_foreground_step(foreground, &luma, 6 + i / rate, &near, &near);
    }
    draw_ground(1, 0);
    ww_foreground_step(foreground, &luma, 14.5, &near, &near);
    brighten(extent.left, extent.top, extent.right, extent.bottom, 27);
    mask = ww_foreground_step(foreground, &luma, 14.6, &near, &near);
    size_t seen = ww_bitplane_count(mask);
    ww_foreground_destroy(foreground);
    return seen;
}

static void test_what_sways_is_learned_as_well_in_many_frames_and_somebody_is_not(void **state)
{
    (void)state;
    static const double rates[] = {5, 10, 15, 30};
    for (int i = 0; i < 4; i++) {
        assert_in_range(faint_after_sway(rates[i], false), 0, 90);
        assert_in_range(faint_after_sway(rates[i], true), 700, 1000);
    }
}

static void test_light_and_sway_keep_the_texture_and_somebody_does_not(void **state)
{
    (void)state;
    struct ww_foreground *foreground = learned_ground();
    draw_ground(1.6f, 0);
    assert_true(is_dropped(foreground)); /* a headlight */
    draw_ground(0.6f, 0);
    assert_true(is_dropped(foreground)); /* a shadow */
    draw_ground(1, 3);
    assert_true(is_dropped(foreground)); /* the ground moves */
    draw_ground(1, 0);
    draw_box(60, 30, 120, 90, 40);
    draw_box(70, 50, 110, 70, 60);
    assert_false(is_dropped(foreground));
    draw_ground(1, 60); /* somebody in a coat like the ground */
    assert_false(is_dropped(foreground));
    ww_foreground_destroy(foreground);
}

/* Dark sky over a lit wall, and perhaps somebody in plain clothes who comes up behind it. */
static void draw_wall(bool somebody)
{
    enum { WALL_TOP = 60 };
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            plane[y * WIDTH + x] = (uint8_t)((y < WALL_TOP ? 36 : 110) + unit_random() % 7);
    for (int y = 34; y < WALL_TOP && somebody; y++)
        for (int x = 70; x < 96; x++)
            plane[y * WIDTH + x] = (uint8_t)(12 + unit_random() % 7);
}

static void test_the_edge_that_somebody_rises_behind_is_not_his(void **state)
{
    (void)state;
    const struct ww_sway_rules rules = {.reach = WW_MOST_REACH, .in_place = 0.25f, .displaced = 0.42f};
    struct ww_blob blob = {.left = 70, .top = 34, .right = 96, .bottom = 60, .area = 26 * 26};
    struct ww_foreground *foreground = learned_ground();
    ww_foreground_relearn(foreground);
    for (int i = 60; i < 120; i++) {
        draw_wall(false);
        ww_foreground_step(foreground, &luma, i / 10.0, &near, &near);
    }
    draw_wall(true);
    set_box(blob.left, blob.top, blob.right, blob.bottom, true);
    assert_int_equal(ww_sway_drop(&blob, 1, &luma, foreground, &raw, &near, &rules), 1);
    ww_foreground_destroy(foreground);
}

static void test_a_ghost_is_told_from_somebody(void **state)
{
    (void)state;
    const struct ww_blob blob = {.left = 60, .top = 30, .right = 120, .bottom = 90, .area = 3600};
    struct ww_foreground *foreground = learned_ground();
    set_box(60, 30, 120, 90, true);
    draw_box(60, 30, 120, 90, 200);
    assert_false(ww_ghost_is(&blob, &luma, foreground, &raw));
    ww_foreground_relearn(foreground); /* with the box in it */
    for (int i = 60; i < 120; i++)
        ww_foreground_step(foreground, &luma, i / 10.0, &near, &near);
    draw_ground(1, 0);
    assert_true(ww_ghost_is(&blob, &luma, foreground, &raw));
    ww_foreground_destroy(foreground);
}

enum { WIDE = 320, HIGH = 180 };

static uint8_t scene[WIDE * HIGH];

/* Stones of 5 × 7 pixels, displaced. */
static void draw_stones(int by_x, int by_y, float gain, int noise)
{
    for (int y = 0; y < HIGH; y++) {
        for (int x = 0; x < WIDE; x++) {
            uint32_t stone =
                (uint32_t)((x - by_x + 400) / 5 * 7919 + (y - by_y + 400) / 7 * 104729) * 2654435761u;
            stone = (stone ^ stone >> 15) * 2246822519u;
            float level = (float)(stone >> 27) * 2 + 60;
            scene[y * WIDE + x] =
                (uint8_t)(level * gain + (float)(noise ? (int)(unit_random() % (uint32_t)noise) : 0));
        }
    }
}

static void test_a_shaking_camera_is_told_from_somebody(void **state)
{
    (void)state;
    static const struct ww_shift places[] = {{0, 0}, {3, -2}, {-5, 4}, {0, 8}, {-8, 0}, {1, 1}, {0, 0}};
    const struct ww_luma view = {scene, WIDE, WIDE, HIGH};
    struct ww_shake *shake = ww_shake_create(WIDE, HIGH);
    assert_non_null(shake);
    int frame = 0;
    for (size_t i = 0; i < 5 * sizeof places / sizeof *places; i++, frame++) {
        const struct ww_shift *place = &places[i % (sizeof places / sizeof *places)];
        draw_stones(place->x, place->y, frame < 10 ? 1 : 1.3f, 9); /* light is no movement */
        struct ww_shift shift = ww_shake_step(shake, &view, frame / 10.0);
        assert_int_equal(shift.x, place->x);
        assert_int_equal(shift.y, place->y);
    }
    for (int i = 0; i < 30; i++, frame++) { /* somebody large walks through */
        draw_stones(0, 0, 1.3f, 9);
        for (int y = 30; y < HIGH; y++)
            memset(scene + y * WIDE + 8 * i, 30 + y % 40, 70);
        struct ww_shift shift = ww_shake_step(shake, &view, frame / 10.0);
        assert_int_equal(shift.x, 0);
        assert_int_equal(shift.y, 0);
    }
    ww_shake_destroy(shake);
    shake = ww_shake_create(WIDE, HIGH);
    assert_non_null(shake);
    for (int i = 0; i < 30; i++) { /* fog: nothing to hold on to */
        for (int p = 0; p < WIDE * HIGH; p++)
            scene[p] = (uint8_t)(120 + unit_random() % 8);
        struct ww_shift shift = ww_shake_step(shake, &view, i / 10.0);
        assert_int_equal(shift.x, 0);
        assert_int_equal(shift.y, 0);
    }
    ww_shake_destroy(shake);
}

/* Without the shift taken out, the edge of each stone would be foreground. */
static void test_the_mask_of_a_shaking_camera_is_empty(void **state)
{
    (void)state;
    const struct ww_luma view = {scene, WIDE, WIDE, HIGH};
    const struct ww_foreground_rules rules = {
        .threshold = 14, .dark = 5, .warm_up_seconds = 1, .absorb_seconds = 10, .threads = 1};
    struct ww_foreground *foreground = ww_foreground_create(WIDE, HIGH, &rules);
    struct ww_bitplane none;
    assert_non_null(foreground);
    assert_int_equal(ww_bitplane_create(&none, WIDE, HIGH), 0);
    for (int i = 0; i < 60; i++) {
        int away = i < 40 ? 0 : i % 2 ? 6 : -6;
        draw_stones(away, away / 2, 1, 3);
        const struct ww_bitplane *mask = ww_foreground_step(foreground, &view, i / 10.0, &none, &none);
        assert_true(i < 10 || ww_bitplane_count(mask) < WIDE * HIGH / 100);
        assert_int_equal(ww_foreground_shift(foreground).x, away);
    }
    ww_bitplane_destroy(&none);
    ww_foreground_destroy(foreground);
}

/* Brighter by 60 levels in the middle, and so much that it is told within 12 pixels of it; `soft` pixels from
 * there to where it ends. What is learned of it: the step at its outline; negative: it is light. */
static float step_of_patch(float soft)
{
    enum { X = 100, Y = 60, RADIUS = 12 };
    struct ww_foreground *foreground = learned_ground();
    struct ww_blob blob = {
        .left = X - RADIUS, .top = Y - RADIUS, .right = X + RADIUS + 1, .bottom = Y + RADIUS + 1};
    set_box(0, 0, WIDTH, HEIGHT, false);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float out = hypotf((float)(x - X), (float)(y - Y)) - RADIUS; /* of the outline */
            float part = soft > 0 ? fminf(fmaxf(0.5f - out / soft, 0), 1) : out <= 0;
            plane[y * WIDTH + x] = (uint8_t)(plane[y * WIDTH + x] + lroundf(60 * part));
            if (out <= 0)
                set_box(x, y, x + 1, y + 1, true);
        }
    }
    size_t kept = ww_glow_drop(&blob, 1, &luma, foreground, &raw, &near);
    ww_foreground_destroy(foreground);
    return kept ? blob.step : -1;
}

static void test_the_step_at_an_outline_tells_things_from_light(void **state)
{
    (void)state;
    assert_in_range(lroundf(100 * step_of_patch(0)), 85, 115);
    assert_true(step_of_patch(3) > 0.7f); /* out of focus */
    assert_true(step_of_patch(12) < 0.5f);
    assert_true(step_of_patch(24) < 0);
    assert_true(step_of_patch(12) > step_of_patch(24));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_shaking_camera_is_told_from_somebody),
        cmocka_unit_test(test_the_mask_of_a_shaking_camera_is_empty),
        cmocka_unit_test(test_a_pixel_goes_by_its_whole_window),
        cmocka_unit_test_setup_teardown(test_specks_go_and_gaps_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_is_two_pixels_wide_is_left, set_up, tear_down),
        cmocka_unit_test(test_noise_is_measured),
        cmocka_unit_test(test_a_gain_is_found_and_a_person_is_not_one),
        cmocka_unit_test(test_small_blobs_are_told_from_persons_and_smaller_ones_go),
        cmocka_unit_test_setup_teardown(test_light_and_sway_keep_the_texture_and_somebody_does_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_what_sways_is_learned_as_well_in_many_frames_and_somebody_is_not,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_edge_that_somebody_rises_behind_is_not_his, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_ghost_is_told_from_somebody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_step_at_an_outline_tells_things_from_light, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("foreground", tests, NULL, NULL);
}
