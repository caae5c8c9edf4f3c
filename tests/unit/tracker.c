/* Who is followed, and who becomes somebody. SPDX-License-Identifier: Apache-2.0 */
#include "detect/tracker.h"

#include <math.h>

#include "unit.h"

enum { WIDTH = 640, HEIGHT = 360, PERSON = 14 };

static const double rates[] = {10, 15, 30};
static const struct ww_tracker_rules rules = {
    .width = WIDTH,
    .height = HEIGHT,
    .confirm_seconds = 0.26,
    .forget_seconds = 0.3,
    .min_travel = 4.6f,
    .max_travel = 21.6f,
    .min_straightness = 0.55f,
};

struct course {
    struct ww_tracker *tracker;
    double rate;
    int64_t frame;
    bool told;
};

static struct ww_blob blob_at(float x, float y, int width, int height, float full)
{
    struct ww_blob blob = {
        .left = (int)lroundf(x - (float)width / 2),
        .top = (int)lroundf(y - (float)height / 2),
        .area = (uint32_t)lroundf((float)(width * height) * full),
        .person = PERSON,
    };
    blob.right = blob.left + width;
    blob.bottom = blob.top + height;
    blob.x = (float)(blob.left + blob.right) / 2;
    blob.y = (float)(blob.top + blob.bottom) / 2;
    return blob;
}

/* The first second, in which anything may be clutter, shows nothing. */
static void begin(struct course *course, double rate)
{
    const struct ww_track *tracks;
    *course = (struct course){.tracker = ww_tracker_create(&rules), .rate = rate};
    assert_non_null(course->tracker);
    for (; course->frame <= (int64_t)rate; course->frame++)
        ww_tracker_step(course->tracker, NULL, 0, course->frame, (double)course->frame / rate, &tracks);
}

static void see(struct course *course, const struct ww_blob *blob)
{
    const struct ww_track *tracks;
    size_t count = ww_tracker_step(course->tracker, blob, 1, course->frame,
                                   (double)course->frame / course->rate, &tracks);
    course->frame++;
    for (size_t i = 0; i < count; i++)
        course->told |= tracks[i].confirmed;
}

static bool end(struct course *course)
{
    ww_tracker_destroy(course->tracker);
    return course->told;
}

/* Walks for a second, and fills so much of his box. */
static bool is_walker_told(double rate, float full)
{
    struct course course;
    begin(&course, rate);
    for (int i = 0; i < (int)rate; i++) {
        const struct ww_blob blob = blob_at(200 + (float)(i * 20 / rate), 250, 6, PERSON, full);
        see(&course, &blob);
    }
    return end(&course);
}

static void test_who_fills_his_box_is_told_and_what_is_sparse_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_true(is_walker_told(rates[i], 0.6f));
        assert_true(is_walker_told(rates[i], 0.4f));
        assert_false(is_walker_told(rates[i], 0.15f));
    }
}

/* Legs that close and arms that spread are sparse for a moment. */
static void test_one_who_is_sparse_for_a_moment_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct course course;
        begin(&course, rates[i]);
        for (int n = 0; n < (int)(1.5 * rates[i]); n++) {
            float full = n % (int)rates[i] < (int)(0.2 * rates[i]) ? 0.3f : 0.5f;
            const struct ww_blob blob = blob_at(200 + (float)(n * 20 / rates[i]), 250, 6, PERSON, full);
            see(&course, &blob);
        }
        assert_true(end(&course));
    }
}

static const float fall = 3 * PERSON; /* pixels a second */

/* Half a second down, and on along the ground. */
static void test_who_jumps_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct course course;
        begin(&course, rates[i]);
        for (int n = 0; n < (int)(1.5 * rates[i]); n++) {
            float t = (float)(n / rates[i]);
            const struct ww_blob blob =
                blob_at(200 + 20 * fmaxf(t - 0.5f, 0), 40 + fall * fminf(t, 0.5f), 5, 5, 0.8f);
            see(&course, &blob);
        }
        assert_true(end(&course));
    }
}

/* Another flake above it is in the same blob for a moment now and then: its middle goes up. */
static void test_snow_that_meets_snow_is_not_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct course course;
        begin(&course, rates[i]);
        for (int n = 0; n < (int)(4 * rates[i]); n++) {
            float t = (float)(n / rates[i]), y = 40 + fall * t;
            bool met = fmodf(t, 1.5f) > 1.32f;
            const struct ww_blob blob = met ? blob_at(200, y - 8, 5, 21, 0.5f) : blob_at(200, y, 5, 5, 0.8f);
            see(&course, &blob);
        }
        assert_false(end(&course));
    }
}

/* Seconds until somebody of 34 pixels is told whose head and shoulders come up behind a wall, a third of his
 * height a second, and are as large as somebody when they are so many pixels high. */
static double rise_seconds(double rate, int large_height)
{
    struct course course;
    begin(&course, rate);
    double began = (double)course.frame / rate, seconds = 0;
    while (!course.told && seconds < 3) {
        seconds = (double)course.frame / rate - began;
        int height = 5 + (int)(seconds * 34 / 3);
        struct ww_blob blob = blob_at(354, 112 - (float)height / 2, 12, height, 0.9f);
        blob.person = 34;
        blob.is_small = height < large_height;
        see(&course, &blob);
    }
    assert_true(end(&course));
    return seconds;
}

static void test_who_rises_is_told_as_soon_however_few_frames_there_are(void **state)
{
    (void)state;
    assert_true(rise_seconds(10, 0) < rise_seconds(30, 0) + 0.1); /* at the next of its frames */
}

static void test_who_rises_was_there_when_he_was_small(void **state)
{
    (void)state;
    double small_seconds = (9 - 5) / (34 / 3.0); /* then three sights are enough */
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        assert_true(rise_seconds(rates[i], 9) <=
                    fmax(rise_seconds(rates[i], 0), small_seconds + 4 / rates[i]));
}

/* Its right side goes out by so many pixels in a second, and stays there. */
static bool is_widening_told(double rate, int left, int by)
{
    struct course course;
    begin(&course, rate);
    for (int n = 0; n < (int)(2 * rate); n++) {
        int width = 6 + (int)fmin(by * n / rate, by);
        struct ww_blob blob = blob_at((float)left + (float)width / 2, 200, width, 5, 0.9f);
        see(&course, &blob);
    }
    return end(&course);
}

static void test_who_comes_over_the_edge_grows_and_a_shadow_widens(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        for (int by = 8; by <= 32; by += 8) {
            assert_true(is_widening_told(rates[i], 0, by));
            assert_false(is_widening_told(rates[i], 300, by));
        }
    }
}

/* A lorry drives by when nobody knows yet what sways there; a bough of its size only sways. */
static bool is_large_one_told(double rate, float speed, float sway)
{
    struct course course;
    begin(&course, rate);
    ww_tracker_doubt(course.tracker, 0, 100);
    for (int i = 0; i < 3 * rate; i++) {
        double t = i / rate;
        float x = 200 + speed * (float)t + sway * (float)sin(t * 3.14);
        struct ww_blob blob = blob_at(x, 180, 190, 120, 0.7f);
        blob.person = 0;
        see(&course, &blob);
    }
    return end(&course);
}

static void test_a_lorry_is_told_before_it_went_its_own_length_and_a_bough_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_true(is_large_one_told(rates[i], 50, 0));
        assert_false(is_large_one_told(rates[i], 0, 60));
    }
}

/* It comes up within a fifth of a second, stands, and is learned from its left side on; who stood there
 * goes. */
static bool is_told_after_standing(double rate, float goes)
{
    struct course course;
    begin(&course, rate);
    for (int n = 0; n < (int)(8 * rate); n++) {
        double t = n / rate;
        int right = 206 + (int)(7 * fmin(t / 0.2, 1)), left = t < 6 ? 196 : 203;
        struct ww_blob blob = blob_at((float)(left + right) / 2, 200, right - left, 4, 0.9f);
        if (goes > 0)
            blob = blob_at(200 + goes * fmaxf((float)t - 6, 0), 200, 6, PERSON, 0.6f);
        see(&course, &blob);
    }
    return end(&course);
}

static void test_a_patch_of_light_that_is_learned_goes_nowhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_false(is_told_after_standing(rates[i], 0));
        assert_true(is_told_after_standing(rates[i], PERSON * 0.7f));
    }
}

/* Whether what goes 8 pixels in 0.6 s, and stays there, is told. */
static bool is_mover_told(double rate, int width, int height)
{
    struct course course;
    begin(&course, rate);
    for (int n = 0; n < (int)(2 * rate); n++) {
        float away = 8 * (float)fmin(n / rate / 0.6, 1);
        struct ww_blob blob = blob_at(200 + away, 200, width, height, 0.8f);
        see(&course, &blob);
    }
    return end(&course);
}

static void test_what_is_longer_than_somebody_and_low_must_go_farther(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_true(is_mover_told(rates[i], 14, 5));      /* who crawls */
        assert_true(is_mover_told(rates[i], 26, PERSON)); /* two people */
        assert_false(is_mover_told(rates[i], 26, 5));     /* a shadow's edge */
    }
}

/* Leaves are seen for a moment here and there for half a minute; then somebody, or another leaf, moves on
 * through five frames, or rises. */
static bool is_told_among_leaves(int width, int height, int rises)
{
    enum { RATE = 10, SECONDS = 30 };
    struct course course;
    begin(&course, RATE);
    for (int n = 0; n < SECONDS * RATE; n++) {
        struct ww_blob leaf = blob_at((float)(40 + n * 97 % 560), (float)(20 + n * 61 % 120), 5, 5, 0.8f);
        leaf.is_small = n % 2; /* no leaf, then */
        see(&course, &leaf);
    }
    assert_false(course.told);
    for (int n = 0; n < 5; n++) {
        const int x = rises ? 200 : 200 + 3 * n, tall = height + rises * n;
        const struct ww_blob mover = blob_at((float)x, 300 - (float)tall / 2, width, tall, 0.8f);
        see(&course, &mover);
    }
    return end(&course);
}

static void test_more_is_asked_of_what_is_slight_among_leaves(void **state)
{
    (void)state;
    assert_true(is_told_among_leaves(6, PERSON, 0));
    assert_false(is_told_among_leaves(5, 5, 0));
    assert_true(is_told_among_leaves(3, 4, 1)); /* most of him is not to be seen yet */
}

/* Whether somebody, a patch of light or something else moves on for four seconds and is told; step: at his
 * outline, in the first second and then, 0 where it is not known. */
static bool is_outline_told(double rate, float step, float then, int width, int height, float person)
{
    struct course course;
    begin(&course, rate);
    for (int i = 0; i < (int)(4 * rate); i++) {
        struct ww_blob blob = blob_at(200 + (float)(i * 20 / rate), 250, width, height, 0.6f);
        blob.person = person;
        blob.step = i < rate ? step : then;
        see(&course, &blob);
    }
    return end(&course);
}

static void test_what_begins_gradually_is_light(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_false(is_outline_told(rates[i], 0.4f, 0.4f, 8, 9, PERSON));
        assert_false(is_outline_told(rates[i], 0.45f, 0.57f, 8, 9, PERSON)); /* now and then it has more */
        assert_true(is_outline_told(rates[i], 0.45f, 0.57f, 30, 30, 60));    /* hardly to be seen */
        assert_true(is_outline_told(rates[i], 0.55f, 0.55f, 8, 9, PERSON));
        assert_true(
            is_outline_told(rates[i], 0.4f, 0.9f, 8, 9, PERSON)); /* somebody comes out of the shadow */
        assert_true(is_outline_told(rates[i], 0, 0, 8, 9, PERSON));
        assert_true(is_outline_told(rates[i], 0.4f, 0.4f, 14, PERSON, PERSON)); /* all of somebody */
        assert_true(is_outline_told(rates[i], 0.4f, 0.4f, 5, 6, 10));           /* too few pixels to tell */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_fills_his_box_is_told_and_what_is_sparse_is_not),
        cmocka_unit_test(test_one_who_is_sparse_for_a_moment_is_told),
        cmocka_unit_test(test_who_jumps_is_told),
        cmocka_unit_test(test_snow_that_meets_snow_is_not_told),
        cmocka_unit_test(test_who_rises_is_told_as_soon_however_few_frames_there_are),
        cmocka_unit_test(test_who_rises_was_there_when_he_was_small),
        cmocka_unit_test(test_who_comes_over_the_edge_grows_and_a_shadow_widens),
        cmocka_unit_test(test_a_lorry_is_told_before_it_went_its_own_length_and_a_bough_is_not),
        cmocka_unit_test(test_a_patch_of_light_that_is_learned_goes_nowhere),
        cmocka_unit_test(test_what_is_longer_than_somebody_and_low_must_go_farther),
        cmocka_unit_test(test_more_is_asked_of_what_is_slight_among_leaves),
        cmocka_unit_test(test_what_begins_gradually_is_light),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
