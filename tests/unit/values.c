/* Values as people write them: times, durations, sizes, numbers. SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/temperature.h"
#include "commands/arguments.h"
#include "config/schedule.h"
#include "config/units.h"
#include "unit.h"

static void add_zone(const char *root, int zone, const char *type, const char *temperature)
{
    struct ww_error error;
    char folder[256], path[300];
    snprintf(folder, sizeof folder, "%s/thermal_zone%d", root, zone);
    assert_int_equal(ww_make_folder(folder, &error), 0);
    const char *const files[][2] = {{"type", type}, {"temp", temperature}};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(files[i][1], file);
        fclose(file);
    }
}

static void test_the_processors_own_temperature_is_read(void **state)
{
    (void)state;
    char *root = unit_folder();
    assert_true(isnan(ww_temperature_read(root)));
    add_zone(root, 0, "acpitz\n", "27800\n");
    assert_true(fabs(ww_temperature_read(root) - 27.8) < 1e-9);
    add_zone(root, 1, "iwlwifi_1\n", "-273150\n"); /* switched off */
    add_zone(root, 2, "battery\n", "garbage\n");
    assert_true(fabs(ww_temperature_read(root) - 27.8) < 1e-9);
    add_zone(root, 3, "x86_pkg_temp\n", "26000\n");
    add_zone(root, 4, "cpu1-thermal\n", "61500\n");
    add_zone(root, 5, "gpu\n", "90000\n");
    assert_true(fabs(ww_temperature_read(root) - 61.5) < 1e-9);
    free(root);
}

static void test_times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds, micros;
    } good[] = {
        {"2024-06-01T22:00:00Z", 1717279200, 0},
        {"2024-06-01T22:00:00.250Z", 1717279200, 250000},
        {"2024-06-01 22:00Z", 1717279200, 0},
        {"2024-06-02T00:00:00+02:00", 1717279200, 0},
        {"2024-06-01T16:30-05:30", 1717279200, 0},
        {"2024-06-01", 1717200000 - 7200, 0}, /* local midnight, in summer */
        {"2024-01-01T00:00", 1704067200 - 3600, 0},
        {"2024-02-29", 1709164800 - 3600, 0},
    };
    static const char *const bad[] = {"",
                                      "now",
                                      "2024",
                                      "2024-13-01",
                                      "2024-02-30",
                                      "2023-02-29",
                                      "2024-06-01T",
                                      "2024-06-01T24:00",
                                      "2024-06-01T22:60",
                                      "2024-06-01T22:00:00.",
                                      "2024-06-01 22",
                                      "2024-06-01T22:00:00+2",
                                      "2024-06-01x",
                                      " 2024-06-01"};
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    int64_t us;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (ww_time_parse(good[i].text, &us) != 0)
            fail_msg("'%s' was refused", good[i].text);
        if (us != good[i].seconds * 1000000 + good[i].micros)
            fail_msg("'%s' was read as %lld", good[i].text, (long long)us);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ww_time_parse(bad[i], &us) == 0)
            fail_msg("'%s' was accepted", bad[i]);
}

static void test_times_are_written(void **state)
{
    (void)state;
    char text[WW_TIME_TEXT];
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    ww_time_utc(text, INT64_C(1717279200250999));
    assert_string_equal(text, "2024-06-01T22:00:00.250Z");
    ww_time_utc(text, -1);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    ww_time_local(text, INT64_C(1717279200250999));
    assert_string_equal(text, "2024-06-02 00:00:00 CEST");
}

static void test_durations_and_sizes(void **state)
{
    (void)state;
    double seconds;
    uint64_t bytes;
    assert_true(ww_parse_duration("250ms", &seconds) && seconds == 0.25);
    assert_true(ww_parse_duration("5s", &seconds) && seconds == 5);
    assert_true(ww_parse_duration("2 min", &seconds) && seconds == 120);
    assert_true(ww_parse_duration("1.5h", &seconds) && seconds == 5400);
    assert_true(ww_parse_duration("7d", &seconds) && seconds == 604800);
    assert_true(ww_parse_size("20GB", &bytes) && bytes == UINT64_C(20000000000));
    assert_true(ww_parse_size("1GiB", &bytes) && bytes == 1073741824);
    assert_true(ww_parse_size("0B", &bytes) && bytes == 0);
    static const char *const no_duration[] = {"", "5", "s", "-5s", "5 weeks", "5ss", "nan s", "inf s"};
    static const char *const no_size[] = {"", "5", "GB", "-1GB", "5GBs", "9999999999TB"};
    for (size_t i = 0; i < sizeof no_duration / sizeof *no_duration; i++)
        assert_false(ww_parse_duration(no_duration[i], &seconds));
    for (size_t i = 0; i < sizeof no_size / sizeof *no_size; i++)
        assert_false(ww_parse_size(no_size[i], &bytes));
}

static void test_dimensions_and_hours(void **state)
{
    (void)state;
    uint32_t width, height;
    int from, to;
    assert_true(ww_parse_dimensions("1280x720", &width, &height) && width == 1280 && height == 720);
    assert_false(ww_parse_dimensions("1280", &width, &height));
    assert_false(ww_parse_dimensions("0x720", &width, &height));
    assert_false(ww_parse_dimensions("1280x720p", &width, &height));
    assert_true(ww_parse_hours("18:00-06:30", &from, &to) && from == 1080 && to == 390);
    assert_true(ww_parse_hours("0:00-24:00", &from, &to) && from == 0 && to == 1440);
    assert_false(ww_parse_hours("18:00", &from, &to));
    assert_false(ww_parse_hours("18:60-19:00", &from, &to));
    assert_false(ww_parse_hours("25:00-26:00", &from, &to));
}

static bool armed_at(const char *text, int64_t time)
{
    struct ww_schedule schedule;
    assert_true(ww_schedule_parse(&schedule, text));
    return ww_schedule_is_armed(&schedule, time);
}

static void test_schedules(void **state)
{
    (void)state;
    struct ww_schedule schedule;
    const int64_t monday = 1717372800, hour = 3600, day = 24 * hour; /* 2024-06-03 00:00 UTC */
    const char *const wrong[] = {"",      "18:00",           "18:00-18:00",  "mon-", "monday 18:00-06:00",
                                 "18-6",  "mon 25:00-26:00", "24:00-06:00",  ",",    "mon-fri 18:00-06:00,",
                                 "never", "fri 18:00 06:00", "18:00-06:00 x"};
    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(ww_schedule_parse(&schedule, wrong[i]));
    assert_true(armed_at("18:00-06:00", monday + 18 * hour));
    assert_false(armed_at("18:00-06:00", monday + 18 * hour - 1));
    assert_true(armed_at("18:00-06:00", monday + 6 * hour - 1));
    assert_false(armed_at("18:00-06:00", monday + 6 * hour));
    /* The night belongs to the day on which it begins, that of Saturday to Sunday's morning. */
    assert_true(armed_at("Fri 18:00-06:00", monday + 5 * day + 5 * hour));
    assert_false(armed_at("fri 18:00-06:00", monday + 4 * day + 5 * hour));
    assert_true(armed_at("sat 22:00-07:00", monday + 6 * day + 6 * hour));
    assert_true(armed_at("mon-fri 18:00-06:00, sat-sun", monday + 6 * day + 12 * hour));
    assert_false(armed_at("mon-fri 18:00-06:00, sat-sun", monday + 12 * hour));
    assert_true(armed_at("sat-mon", monday + 12 * hour)); /* around the week's end */
    assert_false(armed_at("sat-mon", monday + day));
    assert_true(armed_at("0:00-24:00", monday + 12 * hour));
}

/* The hour that comes twice in autumn is armed twice, the one that spring leaves out is not missed. */
static void test_schedules_follow_the_clock_on_the_wall(void **state)
{
    (void)state;
    const int64_t autumn = 1729983600; /* 2024-10-26 23:00 UTC, 2024-10-27 01:00 there */
    const int64_t spring = 1711846800; /* 2024-03-31 01:00 UTC, when 02:00 becomes 03:00 */
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    assert_false(armed_at("02:00-03:00", autumn + 3599));
    assert_true(armed_at("02:00-03:00", autumn + 3600));
    assert_true(armed_at("02:00-03:00", autumn + 3 * 3600 - 1));
    assert_false(armed_at("02:00-03:00", autumn + 3 * 3600));
    assert_true(armed_at("22:00-06:00", spring - 1));
    assert_true(armed_at("22:00-06:00", spring + 3 * 3600 - 1)); /* 05:59 */
    assert_false(armed_at("22:00-06:00", spring + 3 * 3600));
    setenv("TZ", "UTC", 1);
    tzset();
}

static void test_arguments(void **state)
{
    (void)state;
    double number;
    int integer, rectangle[4];
    assert_true(ww_argument_number("2.5", 0, 10, &number) && number == 2.5);
    assert_false(ww_argument_number("2.5x", 0, 10, &number));
    assert_false(ww_argument_number("", 0, 10, &number));
    assert_false(ww_argument_number("nan", 0, 10, &number));
    assert_false(ww_argument_number("11", 0, 10, &number));
    assert_true(ww_argument_integer("4", 1, 8, &integer) && integer == 4);
    assert_false(ww_argument_integer("4.0", 1, 8, &integer));
    assert_false(ww_argument_integer(" 4", 1, 8, &integer));
    assert_false(ww_argument_integer("99999999999999999999", 1, 8, &integer));
    assert_true(ww_argument_rectangle("631,532,210,127", rectangle) && rectangle[3] == 127);
    assert_false(ww_argument_rectangle("631,532,210", rectangle));
    assert_false(ww_argument_rectangle("1,2,3,4,5", rectangle));
    assert_false(ww_argument_rectangle("1,2,0,4", rectangle));
    assert_false(ww_argument_rectangle("-1,2,3,4", rectangle));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_read),
        cmocka_unit_test(test_the_processors_own_temperature_is_read),
        cmocka_unit_test(test_times_are_written),
        cmocka_unit_test(test_durations_and_sizes),
        cmocka_unit_test(test_dimensions_and_hours),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_schedules_follow_the_clock_on_the_wall),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
