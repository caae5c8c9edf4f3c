/* The letters of minutes, by clocks that do what clocks do. SPDX-License-Identifier: Apache-2.0 */
#include "commands/coverage.h"

#include "base/file.h"
#include "unit.h"

static const int64_t second = 1000000;
static const int64_t begin = INT64_C(1717279200) * 1000000; /* 2024-06-01 22:00:00 */

static char *folder;
static struct ww_sink *sink;
static struct ww_coverage *coverage;
static const enum ww_view well = WW_VIEW_WELL, dark = WW_VIEW_DARK, blind = WW_VIEW_BLIND;
static const struct ww_camera_view view = {.name = "yard"};

static int set_up(void **state)
{
    (void)state;
    struct ww_error error;
    folder = unit_folder();
    const struct ww_sink_options options = {.folder = folder};
    assert_int_equal(ww_sink_open(&sink, &options, &error), 0);
    coverage = ww_coverage_create(&view, sink);
    assert_non_null(coverage);
    return 0;
}

/* What was written, as "HH:MM letters" and a blank after each line. */
static void expect(const char *wanted)
{
    char *path, *text, told[512] = "";
    size_t size;
    ww_coverage_close(coverage);
    assert_int_equal(ww_sink_finish(sink, NULL, NULL), 0);
    ww_sink_close(sink);
    assert_true(asprintf(&path, "%s/events.jsonl", folder) > 0);
    assert_int_equal(ww_read_file(path, 1 << 20, &text, &size, NULL), 0);
    for (char *line = text; (line = strstr(line, "\"time\":\"2024-06-")); line++) {
        char letters[16], *at = strstr(line, "\"coverage\":\"");
        assert_non_null(at);
        assert_int_equal(sscanf(at, "\"coverage\":\"%15[^\"]", letters), 1);
        snprintf(told + strlen(told), sizeof told - strlen(told), "%.5s %s ", line + 19, letters);
    }
    assert_string_equal(told, wanted);
    free(text);
    free(path);
    free(folder);
}

/* A frame a second, of seconds counted from the begin. */
static void see(int from, int to, bool armed, enum ww_view what)
{
    for (int t = from; t < to; t++)
        ww_coverage_note(coverage, begin + t * second, armed, &what);
}

static void test_ten_minutes_on_the_clock(void **state)
{
    (void)state;
    see(-125, 601, true, well); /* from 21:57:55 on */
    expect("21:57 www 22:00 wwwwwwwwww 22:10 w ");
}

static void test_a_minute_has_the_worst_that_lasted(void **state)
{
    (void)state;
    see(0, 70, true, well);
    see(70, 79, true, dark); /* nine seconds of the second minute */
    see(79, 130, true, well);
    see(130, 142, true, dark); /* twelve of the third */
    see(142, 190, true, well);
    see(190, 202, true, dark);
    see(202, 214, true, blind);
    see(214, 240, false, well); /* and of the fourth, which is worse in between */
    see(240, 300, false, dark); /* who is not armed needs not see */
    expect("22:00 wwdbo ");
}

static void test_a_short_run_has_a_letter_too(void **state)
{
    (void)state;
    see(10, 13, true, well);
    see(13, 16, true, dark);
    expect("22:00 d ");
}

/* A frame every four seconds is a slow camera; none for longer is none. */
static void test_frames_that_do_not_come(void **state)
{
    (void)state;
    for (int t = 0; t <= 120; t += 4)
        ww_coverage_note(coverage, begin + t * second, true, &well);
    see(300, 361, true, well);
    for (int t = 361; t < 430; t++)
        ww_coverage_wait(coverage, begin + t * second);
    expect("22:00 wwlllwll ");
}

/* A frame in ten seconds is a very slow camera, once that is known. */
static void test_a_very_slow_camera(void **state)
{
    (void)state;
    for (int t = 0; t <= 240; t += 10)
        ww_coverage_note(coverage, begin + t * second, true, &well);
    for (int t = 241; t < 330; t++)
        ww_coverage_wait(coverage, begin + t * second);
    expect("22:00 lwwwll ");
}

static void test_a_camera_that_never_comes(void **state)
{
    (void)state;
    for (int t = 0; t < 150; t++)
        ww_coverage_wait(coverage, begin + t * second);
    expect("22:00 lll ");
}

/* Set back by an hour, and put forward by two days: what is not known is not made up. */
static void test_a_clock_that_is_set(void **state)
{
    (void)state;
    see(0, 120, true, well);
    see(-3600, -3540, true, well);
    see(2 * 86400, 2 * 86400 + 60, true, dark);
    expect("22:00 ww 21:00 w 22:00 d ");
}

/* A second back is an NTP step: nothing of it is to be seen. */
static void test_a_clock_that_trembles(void **state)
{
    (void)state;
    for (int t = 0; t < 180; t++)
        ww_coverage_note(coverage, begin + t * second - (t % 2) * second, true, &well);
    expect("22:00 www ");
}

/* On a machine that cannot keep up, who waits is ahead of who sees. */
static void test_frames_that_are_late(void **state)
{
    (void)state;
    for (int t = 0; t < 120; t++) {
        ww_coverage_wait(coverage, begin + t * second);
        ww_coverage_note(coverage, begin + t * second - 20 * second, true, &well);
    }
    expect("22:00 ll ");
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ten_minutes_on_the_clock),     TEST(test_a_minute_has_the_worst_that_lasted),
        TEST(test_a_short_run_has_a_letter_too), TEST(test_frames_that_do_not_come),
        TEST(test_a_very_slow_camera),           TEST(test_a_camera_that_never_comes),
        TEST(test_a_clock_that_is_set),          TEST(test_a_clock_that_trembles),
        TEST(test_frames_that_are_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
