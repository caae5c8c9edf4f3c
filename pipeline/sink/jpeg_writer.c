/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/jpeg_writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

struct encoder {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    unsigned char *bytes;
    unsigned long size;
    uint8_t row[];
};

static void leave(j_common_ptr jpeg)
{
    struct encoder *encoder = jpeg->client_data;
    longjmp(encoder->escape, 1);
}

static void stay_silent(j_common_ptr jpeg)
{
    (void)jpeg;
}

static void write_rows(struct encoder *encoder, const struct ww_jpeg_rows *rows, int quality,
                       const char *comment)
{
    static const J_COLOR_SPACE spaces[] = {
        [WW_JPEG_RGB] = JCS_RGB, [WW_JPEG_YCBCR] = JCS_YCbCr, [WW_JPEG_GREY] = JCS_GRAYSCALE};
    struct jpeg_compress_struct *jpeg = &encoder->jpeg;
    jpeg_mem_dest(jpeg, &encoder->bytes, &encoder->size);
    jpeg->image_width = rows->width;
    jpeg->image_height = rows->height;
    jpeg->input_components = rows->colour == WW_JPEG_GREY ? 1 : 3;
    jpeg->in_color_space = spaces[rows->colour];
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    if (comment)
        jpeg_write_marker(jpeg, JPEG_COM, (const JOCTET *)comment, (unsigned)strlen(comment));
    while (jpeg->next_scanline < jpeg->image_height) {
        const uint8_t *filled = rows->fill(rows->context, jpeg->next_scanline, encoder->row);
        JSAMPROW row = (JSAMPROW)(uintptr_t)filled; /* it is only read */
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

static int run(struct encoder *encoder, const struct ww_jpeg_rows *rows, int quality, const char *comment,
               struct ww_error *error)
{
    if (setjmp(encoder->escape)) {
        char text[JMSG_LENGTH_MAX];
        encoder->errors.format_message((j_common_ptr)&encoder->jpeg, text);
        return ww_fail(error, -ENOMEM, "cannot encode a JPEG: %s", text);
    }
    jpeg_create_compress(&encoder->jpeg);
    encoder->jpeg.client_data = encoder;
    write_rows(encoder, rows, quality, comment);
    return 0;
}

int ww_jpeg_encode_rows(const struct ww_jpeg_rows *rows, int quality, const char *comment,
                        unsigned char **bytes, size_t *size, struct ww_error *error)
{
    struct encoder *encoder = calloc(1, sizeof *encoder + (size_t)rows->width * 3);
    if (!encoder)
        return ww_fail(error, -ENOMEM, "cannot encode a JPEG: out of memory");
    encoder->jpeg.err = jpeg_std_error(&encoder->errors);
    encoder->errors.error_exit = leave;
    encoder->errors.output_message = stay_silent;
    encoder->jpeg.client_data = encoder;
    int code = run(encoder, rows, quality, comment, error);
    jpeg_destroy_compress(&encoder->jpeg);
    if (code != 0)
        free(encoder->bytes);
    *bytes = code == 0 ? encoder->bytes : NULL;
    *size = code == 0 ? encoder->size : 0;
    free(encoder);
    return code;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): others fill it */
static const uint8_t *lend_row(const void *context, uint32_t y, uint8_t *row)
{
    const struct ww_picture *picture = context;
    (void)row;
    return picture->pixels + (size_t)y * picture->width * 3;
}

int ww_jpeg_encode(const struct ww_picture *picture, int quality, const char *comment, unsigned char **bytes,
                   size_t *size, struct ww_error *error)
{
    const struct ww_jpeg_rows rows = {picture->width, picture->height, WW_JPEG_RGB, lend_row, picture};
    return ww_jpeg_encode_rows(&rows, quality, comment, bytes, size, error);
}
