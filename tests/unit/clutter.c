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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_there_at_first_is_no_clutter),
        cmocka_unit_test(test_rain_at_first_is_clutter_at_once),
        cmocka_unit_test(test_a_single_start_is_no_rate_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
