/* Decoders of whole pictures: right, and unimpressed by damage. SPDX-License-Identifier: Apache-2.0 */
#include "decode/frames.h"
#include "decode/image.h"

#include <errno.h>
#include <png.h>

#include "sink/jpeg_writer.h"
#include "unit.h"

enum { WIDTH = 160, HEIGHT = 120 };

static void paint(struct ww_picture *picture, uint32_t width, uint32_t height)
{
    assert_int_equal(ww_picture_create(picture, width, height, NULL), 0);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            uint8_t grey = (uint8_t)(x * 255 / width / 2 + y * 255 / height / 2);
            memset(picture->pixels + ((size_t)y * width + x) * 3, grey, 3);
        }
}

/* A packet of its very size, so that a sanitizer sees every read too far. */
static struct ww_packet packet_of(const void *bytes, size_t size)
{
    uint8_t *copy = calloc(1, size + WW_PACKET_PADDING);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return (struct ww_packet){.bytes = copy, .size = size, .release = free, .lease = copy};
}

static unsigned char *encode(uint32_t width, uint32_t height, size_t *size)
{
    struct ww_picture picture;
    unsigned char *bytes;
    paint(&picture, width, height);
    assert_int_equal(ww_jpeg_encode(&picture, 90, NULL, &bytes, size, NULL), 0);
    ww_picture_free(&picture);
    return bytes;
}

static struct ww_image_result decode(const struct ww_image_type *type, struct ww_image_context *context,
                                     const void *bytes, size_t size, uint32_t wanted, struct ww_plane *plane)
{
    struct ww_image_result result;
    struct ww_packet packet = packet_of(bytes, size);
    assert_int_equal(type->luma(context, &packet, wanted, plane, &result), 0);
    ww_packet_release(&packet);
    return result;
}

static void test_a_jpeg_comes_out_at_the_wanted_size(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes = encode(1280, 720, &size);
    struct ww_image_context *context = ww_image_jpeg.create(NULL);
    struct ww_plane plane = {0};
    static const uint32_t wanted[][2] = {{0, 1280},  {1280, 1280}, {640, 640}, {320, 320},
                                         {160, 160}, {10, 160},    {900, 1280}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct ww_image_result result = decode(&ww_image_jpeg, context, bytes, size, wanted[i][0], &plane);
        assert_int_equal(result.damage, WW_INTACT);
        assert_int_equal(result.width, 1280);
        assert_int_equal(result.luma.width, wanted[i][1]);
        for (uint32_t y = 0; y < result.luma.height; y += 7)
            for (uint32_t x = 0; x < result.luma.width; x += 11) {
                int expected = (int)(x * 255 / result.luma.width / 2 + y * 255 / result.luma.height / 2);
                int got = result.luma.pixels[(ptrdiff_t)y * result.luma.stride + x];
                assert_in_range(got + 8, expected, expected + 16);
            }
    }
    ww_plane_free(&plane);
    ww_image_jpeg.destroy(context);
    free(bytes);
}

static void test_a_cut_jpeg_is_damaged(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes = encode(WIDTH, HEIGHT, &size);
    struct ww_image_context *context = ww_image_jpeg.create(NULL);
    struct ww_plane plane = {0};
    for (size_t cut = 0; cut < size - 2; cut += 3)
        assert_int_equal(decode(&ww_image_jpeg, context, bytes, cut, 640, &plane).damage, WW_DAMAGED);
    /* The context is none the worse for it. */
    assert_int_equal(decode(&ww_image_jpeg, context, bytes, size, 640, &plane).damage, WW_INTACT);
    ww_plane_free(&plane);
    ww_image_jpeg.destroy(context);
    free(bytes);
}

/* A copy without the segments of a marker. */
static unsigned char *without(unsigned char marker, const unsigned char *bytes, size_t size, size_t *kept)
{
    unsigned char *bare = malloc(size);
    size_t dropped = 0;
    assert_non_null(bare);
    memcpy(bare, bytes, 2);
    *kept = 2;
    for (size_t at = 2, length; at + 4 < size; at += length) { /* segments up to the scan, and all after it */
        bool scan = bytes[at + 1] == 0xda, drop = bytes[at + 1] == marker;
        length = scan ? size - at : 2 + (size_t)(bytes[at + 2] << 8 | bytes[at + 3]);
        dropped += drop;
        if (!drop)
            memcpy(bare + *kept, bytes + at, length);
        *kept += drop ? 0 : length;
    }
    assert_true(dropped > 0 && *kept < size);
    return bare;
}

/* Many cameras send JPEGs without their Huffman tables, since these are always the same. */
static void test_a_jpeg_without_tables_is_the_same(void **state)
{
    (void)state;
    size_t size, kept;
    unsigned char *bytes = encode(WIDTH, HEIGHT, &size), *bare = without(0xc4, bytes, size, &kept);
    struct ww_image_context *contexts[] = {ww_image_jpeg.create(NULL), ww_image_jpeg.create(NULL)};
    struct ww_plane planes[2] = {0};
    struct ww_image_result whole = decode(&ww_image_jpeg, contexts[0], bytes, size, 0, &planes[0]);
    struct ww_image_result result = decode(&ww_image_jpeg, contexts[1], bare, kept, 0, &planes[1]);
    assert_int_equal(result.damage, WW_INTACT);
    for (uint32_t y = 0; y < HEIGHT; y++)
        assert_memory_equal(whole.luma.pixels + y * whole.luma.stride,
                            result.luma.pixels + y * result.luma.stride, WIDTH);
    for (int i = 0; i < 2; i++) {
        ww_plane_free(&planes[i]);
        ww_image_jpeg.destroy(contexts[i]);
    }
    free(bare);
    free(bytes);
}

/* Those for quantisation belong to the picture, not to the one before it. */
static void test_a_jpeg_that_lost_its_tables_is_damaged(void **state)
{
    (void)state;
    size_t size, kept;
    unsigned char *bytes = encode(WIDTH, HEIGHT, &size), *bare = without(0xdb, bytes, size, &kept);
    struct ww_image_context *context = ww_image_jpeg.create(NULL);
    struct ww_plane plane = {0};
    assert_int_equal(decode(&ww_image_jpeg, context, bytes, size, 0, &plane).damage, WW_INTACT);
    assert_int_equal(decode(&ww_image_jpeg, context, bare, kept, 0, &plane).damage, WW_DAMAGED);
    assert_int_equal(decode(&ww_image_jpeg, context, bytes, size, 0, &plane).damage, WW_INTACT);
    ww_plane_free(&plane);
    ww_image_jpeg.destroy(context);
    free(bare);
    free(bytes);
}

/* A frame in which every pixel has a luma of its own, and one colour: orange, of limited range. */
enum { RAW_WIDTH = 38, RAW_HEIGHT = 18, RAW_STRIDE = 96, ORANGE_U = 70, ORANGE_V = 180 };

static uint8_t raw_luma(uint32_t x, uint32_t y)
{
    return (uint8_t)(60 + x + 3 * y);
}

static uint8_t *make_raw(enum ww_raw_format format, size_t *size)
{
    bool packed = format == WW_RAW_YUYV || format == WW_RAW_UYVY;
    size_t luma = (size_t)RAW_STRIDE * RAW_HEIGHT;
    *size = luma + (packed || format == WW_RAW_GREY ? 0 : luma / 2);
    uint8_t *frame = calloc(1, *size);
    assert_non_null(frame);
    for (uint32_t y = 0; y < RAW_HEIGHT; y++)
        for (uint32_t x = 0; x < RAW_WIDTH; x++) {
            uint8_t *row = frame + (size_t)y * RAW_STRIDE, *chroma = frame + luma;
            uint8_t other = x % 2 ? ORANGE_V : ORANGE_U;
            row[packed ? 2 * x + (format == WW_RAW_UYVY) : x] = raw_luma(x, y);
            if (packed)
                row[2 * x + (format == WW_RAW_YUYV)] = other;
            if (format == WW_RAW_NV12)
                chroma[(size_t)(y / 2) * RAW_STRIDE + x] = other;
            if (format == WW_RAW_I420) {
                chroma[(size_t)(y / 2) * RAW_STRIDE / 2 + x / 2] = ORANGE_U;
                chroma[luma / 4 + (size_t)(y / 2) * RAW_STRIDE / 2 + x / 2] = ORANGE_V;
            }
        }
    return frame;
}

static void check_raw_colour(const struct ww_image_bytes *image, bool is_grey)
{
    struct ww_picture picture;
    struct ww_error error;
    assert_int_equal(ww_image_raw.colour(image, &picture, &error), 0);
    assert_int_equal(picture.width, RAW_WIDTH);
    const uint8_t *pixel = picture.pixels + ((size_t)9 * RAW_WIDTH + 20) * 3;
    if (is_grey) {
        assert_int_equal(pixel[0], raw_luma(20, 9));
        assert_int_equal(pixel[2], raw_luma(20, 9));
    } else { /* ITU-R BT.601 by hand: Y 107, U 70, V 180 */
        assert_in_range(pixel[0], 185, 193);
        assert_in_range(pixel[1], 82, 92);
        assert_in_range(pixel[2], 0, 4);
    }
    ww_picture_free(&picture);
}

static void test_raw_formats_have_the_same_luma(void **state)
{
    (void)state;
    static const enum ww_raw_format formats[] = {WW_RAW_I420, WW_RAW_NV12, WW_RAW_GREY, WW_RAW_YUYV,
                                                 WW_RAW_UYVY};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t size;
        uint8_t *frame = make_raw(formats[i], &size);
        const struct ww_stream stream = {.codec = WW_CODEC_RAW,
                                         .width = RAW_WIDTH,
                                         .height = RAW_HEIGHT,
                                         .raw = {.format = formats[i], .stride = RAW_STRIDE}};
        struct ww_image_context *context = ww_image_raw.create(&stream);
        struct ww_plane plane = {0};
        struct ww_image_result result;
        struct ww_packet packet = {.bytes = frame, .size = size}; /* the luma may be a view of it */
        assert_int_equal(ww_image_raw.luma(context, &packet, 0, &plane, &result), 0);
        assert_int_equal(result.damage, WW_INTACT);
        for (uint32_t y = 0; y < RAW_HEIGHT; y++)
            for (uint32_t x = 0; x < RAW_WIDTH; x++)
                assert_int_equal(result.luma.pixels[(ptrdiff_t)y * result.luma.stride + x], raw_luma(x, y));
        check_raw_colour(&(struct ww_image_bytes){frame, size, RAW_WIDTH, RAW_HEIGHT, stream.raw},
                         formats[i] == WW_RAW_GREY);
        /* A row that is not there is damage, not another frame's bytes. */
        assert_int_equal(decode(&ww_image_raw, context, frame, size - RAW_STRIDE, 0, &plane).damage,
                         WW_DAMAGED);
        ww_plane_free(&plane);
        ww_image_raw.destroy(context);
        free(frame);
    }
}

/* Red, green, blue and white, with a byte after each row. */
static void test_raw_colours_are_weighed(void **state)
{
    (void)state;
    enum { WIDTH = 40, HEIGHT = 32, STRIDE = 3 * WIDTH + 1 };
    static const uint8_t colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};
    static const uint8_t lumas[4] = {77, 149, 29, 255}; /* ITU-R BT.601, in 256ths */
    for (int swapped = 0; swapped < 2; swapped++) {
        uint8_t frame[STRIDE * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            for (int c = 0; c < 3; c++)
                frame[i / WIDTH * STRIDE + i % WIDTH * 3 + c] = colours[i % 4][swapped ? 2 - c : c];
        const struct ww_stream stream = {
            .codec = WW_CODEC_RAW,
            .width = WIDTH,
            .height = HEIGHT,
            .raw = {.format = swapped ? WW_RAW_BGR : WW_RAW_RGB, .stride = STRIDE, .full_range = true}};
        struct ww_image_context *context = ww_image_raw.create(&stream);
        struct ww_plane plane = {0};
        struct ww_image_result result;
        struct ww_packet packet = {.bytes = frame,
                                   .size = sizeof frame - 1}; /* the last row ends with its pixels */
        assert_int_equal(ww_image_raw.luma(context, &packet, 0, &plane, &result), 0);
        assert_int_equal(result.damage, WW_INTACT);
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            assert_int_equal(result.luma.pixels[i / WIDTH * result.luma.stride + i % WIDTH], lumas[i % 4]);
        struct ww_picture picture;
        struct ww_error error;
        const struct ww_image_bytes image = {frame, packet.size, WIDTH, HEIGHT, stream.raw};
        assert_int_equal(ww_image_raw.colour(&image, &picture, &error), 0);
        assert_memory_equal(picture.pixels, colours, sizeof colours);
        ww_picture_free(&picture);
        ww_plane_free(&plane);
        ww_image_raw.destroy(context);
    }
}

static void test_bytes_before_a_marker_are_suspect(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes = encode(WIDTH, HEIGHT, &size);
    unsigned char *padded = malloc(size + 9);
    memcpy(padded, bytes, size - 2);
    memset(padded + size - 2, 0x11, 9);
    memcpy(padded + size + 7, bytes + size - 2, 2);
    struct ww_image_context *context = ww_image_jpeg.create(NULL);
    struct ww_plane plane = {0};
    assert_int_equal(decode(&ww_image_jpeg, context, padded, size + 9, 640, &plane).damage, WW_SUSPECT);
    ww_plane_free(&plane);
    ww_image_jpeg.destroy(context);
    free(padded);
    free(bytes);
}

static void test_noise_in_a_jpeg_is_survived(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes = encode(WIDTH, HEIGHT, &size);
    struct ww_image_context *context = ww_image_jpeg.create(NULL);
    struct ww_plane plane = {0};
    for (int round = 0; round < 2000; round++) {
        unsigned char *noisy = malloc(size);
        memcpy(noisy, bytes, size);
        for (int i = 0; i < 1 + round % 8; i++)
            noisy[unit_random() % size] = (unsigned char)unit_random();
        struct ww_image_result result = decode(&ww_image_jpeg, context, noisy, size, 640, &plane);
        if (result.damage != WW_DAMAGED)
            assert_true(ww_size_is_watchable(result.width, result.height));
        free(noisy);
    }
    ww_plane_free(&plane);
    ww_image_jpeg.destroy(context);
    free(bytes);
}

static void test_absurd_sizes_are_damage(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {15, 400}, {8193, 16}};
    struct ww_image_context *context = ww_image_jpeg.create(NULL);
    struct ww_plane plane = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size;
        unsigned char *bytes = encode(sizes[i][0], sizes[i][1], &size);
        assert_int_equal(decode(&ww_image_jpeg, context, bytes, size, 640, &plane).damage, WW_DAMAGED);
        free(bytes);
    }
    ww_plane_free(&plane);
    ww_image_jpeg.destroy(context);
}

static unsigned char *encode_png(uint32_t width, uint32_t height, size_t *size)
{
    struct ww_picture picture;
    paint(&picture, width, height);
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB};
    png_alloc_size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
    unsigned char *bytes = malloc(room);
    assert_true(png_image_write_to_memory(&image, bytes, &room, 0, picture.pixels, 0, NULL));
    ww_picture_free(&picture);
    *size = room;
    return bytes;
}

static void test_a_png_is_exact_and_its_damage_seen(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes = encode_png(161, HEIGHT, &size);
    struct ww_image_context *context = ww_image_png.create(NULL);
    struct ww_plane plane = {0};
    struct ww_image_result result = decode(&ww_image_png, context, bytes, size, 0, &plane);
    assert_int_equal(result.damage, WW_INTACT);
    for (uint32_t y = 0; y < HEIGHT; y++)
        for (uint32_t x = 0; x < 161; x++)
            assert_int_equal(result.luma.pixels[(ptrdiff_t)y * result.luma.stride + x],
                             x * 255 / 161 / 2 + y * 255 / HEIGHT / 2);
    for (size_t cut = 0; cut < size - 12; cut += 5)
        assert_int_equal(decode(&ww_image_png, context, bytes, cut, 0, &plane).damage, WW_DAMAGED);
    ww_plane_free(&plane);
    ww_image_png.destroy(context);
    free(bytes);
}

static void test_reducing_is_the_mean(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{16, 16}, {33, 17}, {130, 71}, {257, 64}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t width = sizes[i][0], height = sizes[i][1];
        uint8_t *pixels = malloc((size_t)width * height);
        for (size_t p = 0; p < (size_t)width * height; p++)
            pixels[p] = (uint8_t)unit_random();
        const struct ww_luma from = {pixels, (ptrdiff_t)width, width, height};
        struct ww_plane plane = {0}, scratch = {0};
        for (uint32_t factor = 1; factor <= 8; factor *= 2) {
            struct ww_luma small;
            assert_int_equal(ww_reduce(&small, &from, factor, &plane, &scratch), 0);
            assert_int_equal(small.width, (width + factor - 1) / factor);
            assert_int_equal(small.height, (height + factor - 1) / factor);
            for (uint32_t y = 0; y + 1 < height / factor; y++)
                for (uint32_t x = 0; x + 1 < width / factor; x++) {
                    uint32_t sum = 0;
                    for (uint32_t p = 0; p < factor * factor; p++)
                        sum += pixels[(y * factor + p / factor) * width + x * factor + p % factor];
                    /* Rounding at each halving adds up to half a level each. */
                    assert_in_range(small.pixels[(ptrdiff_t)y * small.stride + x] + 2,
                                    sum / (factor * factor), sum / (factor * factor) + 4);
                }
        }
        ww_plane_free(&plane);
        ww_plane_free(&scratch);
        free(pixels);
    }
}

static void test_the_reduction_for_a_width(void **state)
{
    (void)state;
    assert_int_equal(ww_reduction(640, 640), 1);
    assert_int_equal(ww_reduction(960, 640), 1);
    assert_int_equal(ww_reduction(1280, 640), 2);
    assert_int_equal(ww_reduction(1920, 640), 2);
    assert_int_equal(ww_reduction(3840, 640), 4);
    assert_int_equal(ww_reduction(8192, 640), 8);
    assert_int_equal(ww_reduction(1280, 0), 1);
    assert_int_equal(ww_reduction(UINT32_MAX, 1), 8);
}

/* --- decoding ahead ------------------------------------------------------------------------------ */

struct feed {
    const unsigned char *bytes;
    size_t size;
    int next, count, fail_at;
    atomic_int released;
};

static struct feed *feeding; /* release() gets only the lease */

static void release_fed(void *lease)
{
    free(lease);
    atomic_fetch_add(&feeding->released, 1);
}

static int read_fed(void *context, struct ww_packet *packet, struct ww_error *error)
{
    struct feed *feed = context;
    if (feed->next == feed->fail_at)
        return ww_fail(error, -EIO, "the cable was pulled");
    if (feed->next == feed->count)
        return 0;
    *packet = packet_of(feed->bytes, feed->next % 5 == 3 ? feed->size / 2 : feed->size);
    packet->release = release_fed;
    packet->index = feed->next;
    packet->pts = feed->next * 0.1;
    feed->next++;
    return 1;
}

static void run_ahead(int threads, int fail_at, double max_rate)
{
    size_t size;
    unsigned char *bytes = encode(WIDTH, HEIGHT, &size);
    struct feed feed = {.bytes = bytes, .size = size, .count = 40, .fail_at = fail_at};
    const struct ww_stream stream = {.codec = WW_CODEC_JPEG};
    const struct ww_decode_options options = {.analysis_width = 640,
                                              .threads = threads,
                                              .max_rate = max_rate};
    struct ww_frames *frames;
    struct ww_frame frame;
    struct ww_still *kept = NULL;
    struct ww_error error = {0};
    int code, count = 0, spare = 0;
    int64_t last = -1;
    feeding = &feed;
    assert_int_equal(
        ww_frames_open(&frames, &stream, (struct ww_packet_reader){read_fed, &feed}, &options, &error), 0);
    while ((code = ww_frames_next(frames, &frame, &error)) == 1) {
        assert_int_equal(frame.index, last + 1);
        last = frame.index;
        assert_int_equal(frame.damage, frame.index % 5 == 3 ? WW_DAMAGED : WW_INTACT);
        struct ww_still *still = ww_frames_keep(frames);
        assert_int_equal(still == NULL, frame.damage == WW_DAMAGED);
        if (frame.index == 7)
            kept = ww_still_retain(still);
        ww_still_release(still);
        count++;
        spare += frame.spare;
    }
    assert_int_equal(code, fail_at >= 0 ? -EIO : 0);
    if (fail_at >= 0)
        assert_says(error.text, "cable");
    assert_int_equal(count, fail_at >= 0 ? fail_at : 40);
    if (max_rate == 0)
        assert_int_equal(spare, 0);
    else
        assert_in_range(spare, 19, 21); /* 10 a second came, 5 were asked for */
    ww_frames_close(frames);
    if (kept) {
        struct ww_picture picture;
        assert_int_equal(kept->size, size);
        assert_memory_equal(kept->bytes, bytes, size);
        assert_int_equal(kept->type->decode(kept, &picture, &error), 0);
        assert_int_equal(picture.width, WIDTH);
        ww_picture_free(&picture);
        ww_still_release(kept);
    }
    assert_int_equal(feed.released, feed.next);
    free(bytes);
}

static void test_frames_come_in_order_however_many_decode(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 6; threads++) {
        run_ahead(threads, -1, 0);
        run_ahead(threads, 13, 0);
        run_ahead(threads, -1, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_jpeg_comes_out_at_the_wanted_size),
        cmocka_unit_test(test_a_cut_jpeg_is_damaged),
        cmocka_unit_test(test_a_jpeg_without_tables_is_the_same),
        cmocka_unit_test(test_a_jpeg_that_lost_its_tables_is_damaged),
        cmocka_unit_test(test_raw_formats_have_the_same_luma),
        cmocka_unit_test(test_raw_colours_are_weighed),
        cmocka_unit_test(test_bytes_before_a_marker_are_suspect),
        cmocka_unit_test(test_noise_in_a_jpeg_is_survived),
        cmocka_unit_test(test_absurd_sizes_are_damage),
        cmocka_unit_test(test_a_png_is_exact_and_its_damage_seen),
        cmocka_unit_test(test_reducing_is_the_mean),
        cmocka_unit_test(test_the_reduction_for_a_width),
        cmocka_unit_test(test_frames_come_in_order_however_many_decode),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
