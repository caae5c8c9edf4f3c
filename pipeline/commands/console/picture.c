/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/picture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "sink/jpeg_writer.h"

enum { QUALITY = 80 };

/* The mean of blocks of `by` × `by`, in place: what is written was read before. */
static void reduce(struct ww_picture *picture, uint32_t by)
{
    uint32_t width = picture->width / by, height = picture->height / by, area = by * by;
    uint8_t *out = picture->pixels;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            uint32_t sum[3] = {area / 2, area / 2, area / 2};
            for (uint32_t row = 0; row < by; row++) {
                const uint8_t *in =
                    picture->pixels + ((size_t)(y * by + row) * picture->width + (size_t)x * by) * 3;
                for (uint32_t column = 0; column < by * 3; column++)
                    sum[column % 3] += in[column];
            }
            for (int c = 0; c < 3; c++)
                *out++ = (uint8_t)(sum[c] / area);
        }
    }
    picture->width = width;
    picture->height = height;
}

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
    struct ww_picture picture;
};

static void leave(j_common_ptr jpeg)
{
    longjmp(((struct decoder *)jpeg->client_data)->failed, 1);
}

static void stay_silent(j_common_ptr jpeg)
{
    (void)jpeg;
}

/* A half, a quarter or an eighth of a JPEG costs less than all of it. False: it is no such JPEG. */
static bool decode_part(struct decoder *decoder, const struct ww_still *still, uint32_t part)
{
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    jpeg->err = jpeg_std_error(&decoder->errors);
    decoder->errors.error_exit = leave;
    decoder->errors.output_message = stay_silent;
    if (setjmp(decoder->failed)) {
        jpeg_destroy_decompress(jpeg);
        free(decoder->picture.pixels);
        return false;
    }
    jpeg->client_data = decoder;
    jpeg_create_decompress(jpeg);
    jpeg_mem_src(jpeg, still->bytes, still->size);
    jpeg_read_header(jpeg, TRUE);
    jpeg->scale_num = 1;
    jpeg->scale_denom = part;
    jpeg->out_color_space = JCS_RGB;
    jpeg_start_decompress(jpeg);
    decoder->picture.width = jpeg->output_width;
    decoder->picture.height = jpeg->output_height;
    decoder->picture.pixels = malloc((size_t)jpeg->output_width * jpeg->output_height * 3);
    if (!decoder->picture.pixels)
        longjmp(decoder->failed, 1);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = decoder->picture.pixels + (size_t)jpeg->output_scanline * jpeg->output_width * 3;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    jpeg_destroy_decompress(jpeg);
    return true;
}

static bool is_jpeg(const struct ww_still *still)
{
    return still->bytes && still->extension && strcmp(still->extension, "jpg") == 0;
}

static int decode(const struct ww_still *still, uint32_t by, struct ww_picture *picture,
                  struct ww_error *error)
{
    uint32_t part = by >= 8 ? 8 : by >= 4 ? 4 : by >= 2 ? 2 : 1;
    struct decoder *decoder = part > 1 && is_jpeg(still) ? calloc(1, sizeof *decoder) : NULL;
    bool decoded = decoder && decode_part(decoder, still, part);
    if (decoded)
        *picture = decoder->picture;
    free(decoder);
    int code = decoded ? 0 : still->type->decode(still, picture, error);
    uint32_t rest = decoded ? by / part : by;
    if (code == 0 && rest > 1 && picture->height >= rest && picture->width >= rest)
        reduce(picture, rest);
    return code;
}

static int encode(const struct ww_still *still, uint32_t by, unsigned char **bytes, size_t *size,
                  struct ww_error *error)
{
    struct ww_picture picture = {0};
    int code = decode(still, by, &picture, error);
    if (code == 0)
        code = ww_jpeg_encode(&picture, QUALITY, NULL, bytes, size, error);
    free(picture.pixels);
    return code;
}

int ww_console_jpeg(const struct ww_still *still, uint32_t full, uint32_t width, unsigned char **bytes,
                    size_t *size, struct ww_error *error)
{
    uint32_t by = width > 0 && full / width > 1 ? full / width : 1;
    if (by > 1 || !is_jpeg(still))
        return encode(still, by, bytes, size, error);
    *bytes = malloc(still->size);
    if (!*bytes)
        return ww_fail(error, -ENOMEM, "out of memory");
    memcpy(*bytes, still->bytes, still->size);
    *size = still->size;
    return 0;
}
