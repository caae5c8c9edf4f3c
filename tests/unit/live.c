/* What live cameras need and no kernel: formats, controls, waiting, latency. SPDX-License-Identifier:
 * Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <linux/videodev2.h>

#include "base/backoff.h"
#include "capture/v4l2/controls.h"
#include "capture/v4l2/formats.h"
#include "commands/latency.h"

/* --- formats ------------------------------------------------------------------------------------------ */

static double slow[] = {10, 5}, webcam[] = {30, 25, 15, 10, 5}, any[] = {60, 1};

static struct ww_frame_size sizes_of_mjpeg[] = {{.width = 640, .height = 480, .rates = {webcam, 5, false}},
                                                {.width = 1280, .height = 720, .rates = {webcam, 5, false}},
                                                {.width = 1920, .height = 1080, .rates = {webcam, 5, false}}};
static struct ww_frame_size sizes_of_yuyv[] = {{.width = 640, .height = 480, .rates = {webcam, 5, false}},
                                               {.width = 1280, .height = 720, .rates = {slow, 2, false}}};
static struct ww_frame_size sizes_of_grey[] = {{.width = 32,
                                                .height = 32,
                                                .max_width = 2000,
                                                .max_height = 1500,
                                                .step_x = 8,
                                                .step_y = 2,
                                                .rates = {any, 2, true}}};
static struct ww_frame_size sizes_too_small[] = {{.width = 8, .height = 8, .rates = {webcam, 5, false}}};

static struct ww_camera_format offered[] = {
    {V4L2_PIX_FMT_RGB565, "24-bit RGB", sizes_of_yuyv, 2},
    {V4L2_PIX_FMT_GREY, "8-bit Greyscale", sizes_of_grey, 1},
    {V4L2_PIX_FMT_YUYV, "YUYV 4:2:2", sizes_of_yuyv, 2},
    {V4L2_PIX_FMT_MJPEG, "Motion-JPEG", sizes_of_mjpeg, 3},
};

static struct ww_format_choice choose(struct ww_camera_format *list, size_t count,
                                      const struct ww_capture_settings *settings)
{
    struct ww_format_choice choice;
    struct ww_error error;
    const struct ww_camera_formats formats = {list, count};
    assert_int_equal(ww_camera_formats_choose(&formats, settings, &choice, &error), 0);
    return choice;
}

static void test_formats_by_preference(void **state)
{
    (void)state;
    const struct ww_capture_settings nothing = {0};
    struct ww_format_choice choice = choose(offered, 4, &nothing);
    assert_int_equal(choice.fourcc, V4L2_PIX_FMT_MJPEG);
    assert_int_equal(choice.width, 1280);
    assert_float_equal(choice.frame_rate, 15, 0);
    assert_int_equal(choose(offered, 3, &nothing).fourcc, V4L2_PIX_FMT_YUYV);
    assert_int_equal(choose(offered, 2, &nothing).fourcc, V4L2_PIX_FMT_GREY);
    assert_int_equal(choose(offered, 1, &nothing).fourcc, V4L2_PIX_FMT_RGB565);
}

static void test_a_format_by_name(void **state)
{
    (void)state;
    assert_int_equal(choose(offered, 4, &(struct ww_capture_settings){.format = "yuyv"}).fourcc,
                     V4L2_PIX_FMT_YUYV);
    assert_int_equal(choose(offered, 4, &(struct ww_capture_settings){.format = "RGBP"}).fourcc,
                     V4L2_PIX_FMT_RGB565);
    assert_int_equal(choose(offered, 4, &(struct ww_capture_settings){.format = "MJPG"}).fourcc,
                     V4L2_PIX_FMT_MJPEG);
    struct ww_format_choice choice;
    struct ww_error error;
    const struct ww_camera_formats formats = {offered, 4};
    assert_int_equal(ww_camera_formats_choose(&formats, &(struct ww_capture_settings){.format = "nv12"},
                                              &choice, &error),
                     -EINVAL);
    assert_says(error.text, "does not offer nv12");
    assert_says(error.text, "RGBP, grey, yuyv, mjpeg");
}

static void test_the_nearest_size_and_rate(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        uint32_t width, height;
        double rate;
        uint32_t fit_width, fit_height;
        double fit_rate;
    } cases[] = {
        {"mjpeg", 640, 480, 12, 640, 480, 15}, /* never slower than asked, where that is offered */
        {"mjpeg", 700, 500, 60, 640, 480, 30}, /* else the fastest */
        {"mjpeg", 4000, 3000, 1, 1920, 1080, 5},
        {"mjpeg", 1600, 900, 29.97, 1920, 1080, 30},
        {"yuyv", 1280, 720, 15, 1280, 720, 10},
        {"grey", 333, 251, 12.5, 336, 250, 12.5}, /* a range has steps */
        {"grey", 1, 1, 0.5, 32, 32, 1},
        {"grey", 9999, 9999, 100, 2000, 1500, 60},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ww_capture_settings settings = {.format = cases[i].format,
                                                     .width = cases[i].width,
                                                     .height = cases[i].height,
                                                     .frame_rate = cases[i].rate};
        struct ww_format_choice choice = choose(offered, 4, &settings);
        assert_int_equal(choice.width, cases[i].fit_width);
        assert_in_range(choice.height, cases[i].fit_height, cases[i].fit_height + 2);
        assert_float_equal(choice.frame_rate, cases[i].fit_rate, 0);
    }
}

static void test_nothing_that_can_be_watched(void **state)
{
    (void)state;
    struct ww_camera_format tiny[] = {{V4L2_PIX_FMT_MJPEG, "Motion-JPEG", sizes_too_small, 1}};
    struct ww_format_choice choice;
    struct ww_error error;
    const struct ww_camera_formats formats = {tiny, 1}, none = {0};
    const struct ww_capture_settings settings = {0};
    assert_int_equal(ww_camera_formats_choose(&formats, &settings, &choice, &error), -EINVAL);
    assert_int_equal(ww_camera_formats_choose(&none, &settings, &choice, &error), -EINVAL);
    assert_string_equal(error.text, "it offers no format");
}

/* --- controls ----------------------------------------------------------------------------------------- */

static void test_controls_by_name_and_value(void **state)
{
    (void)state;
    struct ww_menu_entry menu[] = {{0, "Disabled"}, {1, "50 Hz"}, {2, "60 Hz"}};
    struct ww_control list[] = {
        {.type = V4L2_CTRL_TYPE_INTEGER, .name = "brightness", .low = -64, .high = 64, .step = 2},
        {.type = V4L2_CTRL_TYPE_MENU,
         .name = "power_line_frequency",
         .high = 2,
         .step = 1,
         .menu = menu,
         .menu_count = 3},
        {.type = V4L2_CTRL_TYPE_INTEGER, .name = "light", .high = 9, .step = 1, .read_only = true},
        {.type = V4L2_CTRL_TYPE_BOOLEAN, .name = "auto_focus", .high = 1, .step = 1},
    };
    static const struct {
        const char *name, *value;
        int64_t means; /* -1: refused, with the words */
        const char *words;
    } cases[] = {
        {"brightness", "10", 10, NULL},
        {"brightness", "0x10", 16, NULL},
        {"brightness", "65", -1, "brightness takes -64 to 64 in steps, not '65'"},
        {"brightness", "11", -1, "not '11'"},
        {"brightness", "12x", -1, "not '12x'"},
        {"power_line_frequency", "50 hz", 1, NULL},
        {"power_line_frequency", "2", 2, NULL},
        {"power_line_frequency", "3", -1, "takes 0 (Disabled), 1 (50 Hz), 2 (60 Hz), not '3'"},
        {"auto_focus", "true", 1, NULL},
        {"light", "1", -1, "can only be read"},
        {"contrast", "1", -1,
         "has no control 'contrast'; it has brightness, power_line_frequency, light, auto_focus"},
    };
    const struct ww_controls controls = {list, 4};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ww_control_setting setting = {cases[i].name, cases[i].value};
        const struct ww_control *control;
        int64_t value;
        struct ww_error error;
        int code = ww_controls_resolve(&controls, &setting, &control, &value, &error);
        assert_int_equal(code, cases[i].means == -1 ? -EINVAL : 0);
        if (cases[i].words)
            assert_says(error.text, cases[i].words);
        else
            assert_int_equal(value, cases[i].means);
    }
}

/* --- waiting ------------------------------------------------------------------------------------------- */

static void test_waits_grow_and_differ(void **state)
{
    (void)state;
    struct ww_backoff a = {.first = 0.25, .longest = 15, .seed = 1},
                      b = {.first = 0.25, .longest = 15, .seed = 2};
    double expected = 0.25;
    int alike = 0;
    for (int i = 0; i < 40; i++) {
        double wait = ww_backoff_next(&a);
        assert_true(wait >= expected * 0.8 && wait <= expected * 1.2);
        alike += wait == ww_backoff_next(&b);
        expected = expected * 2 < 15 ? expected * 2 : 15;
    }
    assert_int_equal(alike, 0);
    ww_backoff_reset(&a);
    assert_true(ww_backoff_next(&a) <= 0.3);
}

static void test_latency_quantiles(void **state)
{
    (void)state;
    struct ww_latency *latency = calloc(1, sizeof *latency);
    assert_float_equal(ww_latency_quantile(latency, 0.5), 0, 0);
    for (int i = 0; i < 99; i++)
        ww_latency_add(latency, 0.0101);
    ww_latency_add(latency, 99);
    assert_float_equal(ww_latency_quantile(latency, 0.5), 10.5, 0.001);
    assert_float_equal(ww_latency_quantile(latency, 0.99), 10.5, 0.001);
    assert_float_equal(ww_latency_quantile(latency, 1), 2000, 0.001);
    free(latency);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_by_preference),      cmocka_unit_test(test_a_format_by_name),
        cmocka_unit_test(test_the_nearest_size_and_rate),  cmocka_unit_test(test_nothing_that_can_be_watched),
        cmocka_unit_test(test_controls_by_name_and_value), cmocka_unit_test(test_waits_grow_and_differ),
        cmocka_unit_test(test_latency_quantiles),
    };
    return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
