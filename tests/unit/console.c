/* Addresses that are served, and pictures of the size that is shown. SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#ifdef WW_HAVE_LIBMICROHTTPD

#include <errno.h>
#include <stdio.h>

#include <jpeglib.h>

#include "commands/console/picture.h"
#include "commands/live_view.h"
#include "console/http_address.h"
#include "sink/jpeg_writer.h"

static void test_addresses_are_served(void **state)
{
    static const struct {
        const char *text, *host;
        unsigned port;
        bool local;
    } served[] = {
        {"", "127.0.0.1", 8090, true},
        {":9000", "127.0.0.1", 9000, true},
        {"localhost", "127.0.0.1", 8090, true},
        {"localhost:1", "127.0.0.1", 1, true},
        {"127.3.2.1:80", "127.3.2.1", 80, true},
        {"[::1]", "[::1]", 8090, true},
        {"[::1]:65535", "[::1]", 65535, true},
        {":0", "127.0.0.1", 0, true},
        {"0.0.0.0", "0.0.0.0", 8090, false},
        {"10.0.0.1:443", "10.0.0.1", 443, false},
        {"128.0.0.1", "128.0.0.1", 8090, false},
        {"[::]:8443", "[::]", 8443, false},
        {"[2001:DB8:0::1]", "[2001:db8::1]", 8090, false},
        {"[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]", 8090, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof served / sizeof *served; i++) {
        struct ww_http_address address;
        struct ww_error error = {0};
        if (ww_http_address_read(&address, served[i].text, &error) != 0)
            fail_msg("%s: %s", served[i].text, error.text);
        assert_string_equal(address.host, served[i].host);
        assert_int_equal(address.port, served[i].port);
        assert_int_equal(address.local, served[i].local);
    }
}

static void test_what_is_no_address_is_refused(void **state)
{
    static const char *const refused[] = {"[::1",       "[::1]8090",   "::1", "example.org",
                                          "127.0.0.1:", ":70000",      ":-1", ":80x",
                                          "127.1",      "[127.0.0.1]", "[]",  "300.0.0.1"};
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct ww_http_address address;
        struct ww_error error = {0};
        if (ww_http_address_read(&address, refused[i], &error) != -EINVAL)
            fail_msg("'%s' is served", refused[i]);
        assert_says(error.text, refused[i]);
    }
}

static void test_a_request_names_the_address(void **state)
{
    struct ww_http_address address;
    struct ww_error error;
    (void)state;
    assert_int_equal(ww_http_address_read(&address, "127.0.0.1:8090", &error), 0);
    assert_true(ww_http_address_is_named(&address, "127.0.0.1:8090"));
    assert_true(ww_http_address_is_named(&address, "LocalHost:8090"));
    assert_false(ww_http_address_is_named(&address, "localhost"));
    assert_false(ww_http_address_is_named(&address, "127.0.0.1:80900"));
    assert_false(ww_http_address_is_named(&address, "127.0.0.1:8090.evil.example"));
    assert_false(ww_http_address_is_named(&address, NULL));
    assert_int_equal(ww_http_address_read(&address, "127.0.0.1:80", &error), 0);
    assert_true(ww_http_address_is_named(&address, "localhost")); /* a browser leaves the usual port out */
}

static void test_the_name_of_a_host_is_found(void **state)
{
    static const char *const hosts[][2] = {
        {"wall.example", "wall.example"},
        {"wall.example:8443", "wall.example"},
        {"[::1]:1", "::1"},
        {"[fd00::2]", "fd00::2"},
        {"10.0.0.1:443", "10.0.0.1"},
        {"", NULL},
        {":80", NULL},
        {"[::1", NULL},
        {"[::1]x", NULL},
        {"a:b", NULL},
        {"a:", NULL},
        {"[]", NULL},
    };
    char name[16];
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        bool found = ww_http_host_name(hosts[i][0], name, sizeof name);
        assert_int_equal(found, hosts[i][1] != NULL);
        if (found)
            assert_string_equal(name, hosts[i][1]);
    }
    assert_false(ww_http_host_name("a-name-that-has-no-room", name, sizeof name));
    assert_true(ww_http_is_literal("192.0.2.1"));
    assert_true(ww_http_is_literal("fd00::2"));
    assert_false(ww_http_is_literal("192.0.2.1.evil.example"));
    assert_false(ww_http_is_literal("1"));
}

enum { WIDTH = 640, HEIGHT = 360 };

static int draw(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    (void)still;
    (void)error;
    *picture = (struct ww_picture){malloc(WIDTH * HEIGHT * 3), WIDTH, HEIGHT};
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        picture->pixels[i * 3] = (uint8_t)(i % WIDTH * 255 / WIDTH);
        picture->pixels[i * 3 + 1] = 80;
        picture->pixels[i * 3 + 2] = (uint8_t)(i / WIDTH * 255 / HEIGHT);
    }
    return 0;
}

static void keep(struct ww_still *still)
{
    (void)still;
}

static const struct ww_still_type type = {draw, keep};

/* Decodes it; colours of the middle are those of the whole picture's. */
static void check_jpeg(const unsigned char *bytes, size_t size, unsigned width, unsigned height)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes, size);
    jpeg_read_header(&jpeg, TRUE);
    jpeg_start_decompress(&jpeg);
    assert_int_equal(jpeg.output_width, width);
    assert_int_equal(jpeg.output_height, height);
    JSAMPROW row = malloc((size_t)width * 3);
    for (unsigned y = 0; y <= height / 2; y++)
        jpeg_read_scanlines(&jpeg, &row, 1);
    assert_in_range(row[width / 2 * 3], 120, 136);
    assert_in_range(row[width / 2 * 3 + 1], 72, 88);
    assert_in_range(row[width / 2 * 3 + 2], 120, 136);
    free(row);
    jpeg_destroy_decompress(&jpeg);
}

static void test_pictures_are_as_large_as_they_are_shown(void **state)
{
    /* Of JPEGs a half, a quarter and an eighth are cheap; a third is not made, a half is enough. */
    static const struct {
        uint32_t asked, width, height, width_of_jpeg, height_of_jpeg;
    } sizes[] = {{320, 320, 180, 320, 180}, {319, 320, 180, 320, 180}, {213, 213, 120, 320, 180},
                 {160, 160, 90, 160, 90},   {100, 106, 60, 160, 90},   {80, 80, 45, 80, 45},
                 {40, 40, 22, 40, 22}};
    struct ww_error error;
    struct ww_picture picture;
    unsigned char *whole, *bytes;
    size_t whole_size, size;
    (void)state;
    struct ww_still drawn = {.type = &type}, jpeg = {.type = &type, .extension = "jpg"};
    assert_int_equal(draw(&drawn, &picture, &error), 0);
    assert_int_equal(ww_jpeg_encode(&picture, 90, NULL, &whole, &whole_size, &error), 0);
    free(picture.pixels);
    jpeg.bytes = whole;
    jpeg.size = whole_size;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(ww_console_jpeg(&drawn, WIDTH, sizes[i].asked, &bytes, &size, &error), 0);
        check_jpeg(bytes, size, sizes[i].width, sizes[i].height);
        free(bytes);
        assert_int_equal(ww_console_jpeg(&jpeg, WIDTH, sizes[i].asked, &bytes, &size, &error), 0);
        check_jpeg(bytes, size, sizes[i].width_of_jpeg, sizes[i].height_of_jpeg);
        free(bytes);
    }
    /* What came as a JPEG and stays as large is what it was. */
    for (uint32_t asked = 0; asked <= 2000; asked += 500) {
        assert_int_equal(ww_console_jpeg(&jpeg, WIDTH, asked, &bytes, &size, &error), 0);
        assert_int_equal(size, whole_size);
        assert_memory_equal(bytes, whole, size);
        free(bytes);
    }
    free(whole);
}

static void test_frames_are_put_only_for_who_waits(void **state)
{
    struct ww_live_frame frame;
    (void)state;
    struct ww_live_views *views = ww_live_views_create();
    struct ww_live_view *view = ww_live_view_add(views, "gate");
    assert_null(ww_live_view_find(views, "yard"));
    struct ww_live_view *found = ww_live_view_find(views, "gate");
    assert_ptr_equal(found, view);
    assert_false(ww_live_view_is_wanted(view));
    assert_false(ww_live_view_wait(found, 0.01, &frame));
    assert_true(ww_live_view_is_there(found));
    ww_live_view_remove(view);
    assert_false(ww_live_view_is_there(found));
    assert_null(ww_live_view_find(views, "gate"));
    assert_false(ww_live_view_wait(found, 60, &frame)); /* at once: the camera is gone */
    ww_live_view_release(found);
    ww_live_views_destroy(views);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_served),
        cmocka_unit_test(test_what_is_no_address_is_refused),
        cmocka_unit_test(test_the_name_of_a_host_is_found),
        cmocka_unit_test(test_a_request_names_the_address),
        cmocka_unit_test(test_pictures_are_as_large_as_they_are_shown),
        cmocka_unit_test(test_frames_are_put_only_for_who_waits),
    };
    return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}

#else

int main(void)
{
    return 0; /* the console was left out */
}

#endif
