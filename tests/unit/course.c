/* Which glimpses of an event are kept, and which ones its sheet shows. SPDX-License-Identifier: Apache-2.0 */
#include "sink/course.h"

#include <math.h>

#include "unit.h"

enum { TILES = 8 };

static struct ww_glimpse *glimpse_of(void)
{
    struct ww_glimpse *glimpse = calloc(1, sizeof *glimpse);
    assert_non_null(glimpse);
    atomic_init(&glimpse->references, 1);
    return glimpse;
}

static void add(struct ww_course *course, struct ww_glimpse *glimpse, int first_quarter, int last_quarter)
{
    for (int quarter = first_quarter; quarter <= last_quarter; quarter++)
        ww_course_add(course, quarter * 0.25, glimpse);
}

/* However long it takes, a few are enough for even distances, and each is released. */
static void of_an_event_of_any_length_some_are_kept(void **state)
{
    (void)state;
    for (int seconds = 2; seconds <= 7200; seconds += seconds < 60 ? 1 : 61) {
        struct ww_glimpse *glimpse = glimpse_of();
        struct ww_course course = {0};
        size_t chosen[TILES];
        double spacing = (double)seconds / (TILES - 1);
        add(&course, glimpse, 0, 4 * seconds);
        assert_in_range(course.count, 1, WW_COURSE_MOST);
        assert_int_equal(glimpse->references, 1 + (int)course.count);
        assert_true(ww_course_choose(&course, 0, seconds, TILES, chosen));
        for (int tile = 0; tile < TILES; tile++) {
            assert_true(fabs(course.views[chosen[tile]].at - spacing * tile) <= spacing / 2);
            assert_true(tile == 0 || chosen[tile] > chosen[tile - 1]);
        }
        ww_course_clear(&course);
        assert_int_equal(glimpse->references, 1);
        ww_glimpse_release(glimpse);
    }
}

/* Then the clip itself is looked at. */
static void what_was_not_seen_is_not_shown(void **state)
{
    (void)state;
    struct ww_glimpse *glimpse = glimpse_of();
    struct ww_course course = {0};
    size_t chosen[TILES];
    assert_false(ww_course_choose(&course, 0, 10, TILES, chosen));
    add(&course, glimpse, 8, 40);
    assert_true(ww_course_choose(&course, 2, 10, TILES, chosen));
    assert_false(ww_course_choose(&course, 0, 10, TILES, chosen)); /* it began before */
    assert_false(ww_course_choose(&course, 2, 12, TILES, chosen)); /* and went on */
    assert_false(ww_course_choose(&course, 2, 3, TILES, chosen));  /* eight in a second were not kept */
    add(&course, glimpse, 60, 80);
    assert_false(ww_course_choose(&course, 2, 20, TILES, chosen)); /* five seconds are missing */
    ww_course_clear(&course);
    ww_glimpse_release(glimpse);
}

static void what_is_long_ago_is_forgotten(void **state)
{
    (void)state;
    struct ww_glimpse *glimpse = glimpse_of();
    struct ww_course course = {0};
    add(&course, glimpse, 0, 12);
    ww_course_trim(&course, 2);
    assert_int_equal(course.count, 5);
    assert_true(course.views[0].at == 2);
    assert_int_equal(glimpse->references, 6);
    ww_course_add(&course, 3.1, glimpse); /* the newest is always there */
    ww_course_add(&course, 3.15, glimpse);
    assert_int_equal(course.count, 6);
    assert_true(course.views[5].at == 3.15);
    assert_int_equal(glimpse->references, 7);
    ww_course_clear(&course);
    ww_glimpse_release(glimpse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_an_event_of_any_length_some_are_kept),
        cmocka_unit_test(what_was_not_seen_is_not_shown),
        cmocka_unit_test(what_is_long_ago_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
