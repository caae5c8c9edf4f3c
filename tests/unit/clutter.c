/* How much must be told of somebody, given what begins around him. SPDX-License-Identifier: Apache-2.0 */
#include "detect/clutter.h"

#include "unit.h"

enum { RATE = 15 };

/* After so many seconds, of which the first frame with any has `first` starts and every other one `later`. */
static float needed_after(double seconds, int first, int later)
{
    struct ww_clutter clutter;
    ww_clutter_begin(&clutter, 640, 360);
    ww_clutter_step(&clutter, 0);
    for (int frame = 1; frame <= seconds * RATE; frame++) {
        int starts = frame == 1 ? first : later;
        for (int i = 0; i < starts; i++)
            ww_clutter_start(&clutter);
        ww_clutter_step(&clutter, 1.0 / RATE);
    }
    return ww_clutter_needed(&clutter);
}

/* Cars that drive by when a recording begins are gone soon. */
static void test_who_is_there_at_first_is_no_clutter(void **state)
{
    (void)state;
    assert_true(needed_after(0.7, 10, 0) <= needed_after(0.7, 0, 0));
}

static void test_rain_at_first_is_clutter_at_once(void **state)
{
    (void)state;
    assert_true(needed_after(0.2, 14, 14) > needed_after(0.2, 14, 0) + 3);
    assert_true(needed_after(1, 14, 14) > needed_after(1, 14, 0) + 5);
}

static void test_a_single_start_is_no_rate_yet(void **state)
{
    (void)state;
    assert_true(needed_after(0.14, 10, 1) < needed_after(10, 10, 1));
}

/* In the first seconds cars and people begin as well. */
static void test_more_is_asked_for_once_it_is_known_what_begins(void **state)
{
    (void)state;
    assert_true(needed_after(30, 3, 3) > needed_after(8, 3, 3) + 0.5f);
}

/* A leaf is as large as a tenth of the square of somebody's height. */
static void test_more_is_asked_for_of_what_is_small_for_somebody(void **state)
{
    (void)state;
    struct ww_blob blob = {.area = 20, .person = 14};
    assert_true(ww_clutter_needed_of(&blob, 13) > 20);
    assert_true(ww_clutter_needed_of(&blob, 8) < 12); /* hardly anything begins here */
    blob.area = 50;
    assert_true(ww_clutter_needed_of(&blob, 13) < 13.01f);
    blob.person = 0; /* nobody knows how large somebody is */
    blob.area = 1;
    assert_true(ww_clutter_needed_of(&blob, 13) < 13.01f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_there_at_first_is_no_clutter),
        cmocka_unit_test(test_rain_at_first_is_clutter_at_once),
        cmocka_unit_test(test_a_single_start_is_no_rate_yet),
        cmocka_unit_test(test_more_is_asked_for_once_it_is_known_what_begins),
        cmocka_unit_test(test_more_is_asked_for_of_what_is_small_for_somebody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
