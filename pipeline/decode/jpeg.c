/* JPEG through libjpeg-turbo: grey only, made smaller in the DCT domain; colour for stills.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#include "decode/image.h"

/* libjpeg leaves by longjmp; everything that it must not lose lies here. */
struct ww_image_context {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    enum ww_damage damage;
};

static void leave(j_common_ptr jpeg)
{
    struct ww_image_context *context = jpeg->client_data;
    longjmp(context->escape, 1);
}

/* Warnings have level -1. Only bytes that are left over at the end leave a whole picture. */
static void note(j_common_ptr jpeg, int level)
{
    struct ww_image_context *context = jpeg->client_data;
    if (level >= 0)
        return;
    enum ww_damage damage = jpeg->err->msg_code == JWRN_EXTRANEOUS_DATA ? WW_SUSPECT : WW_DAMAGED;
    if (damage > context->damage)
        context->damage = damage;
}

static void stay_silent(j_common_ptr jpeg)
{
    (void)jpeg;
}

static void prepare(struct ww_image_context *context)
{
    context->jpeg.err = jpeg_std_error(&context->errors);
    context->errors.error_exit = leave;
    context->errors.emit_message = note;
    context->errors.output_message = stay_silent;
    context->jpeg.client_data = context;
    context->damage = WW_INTACT;
}

static bool start(struct ww_image_context *context)
{
    prepare(context);
    if (setjmp(context->escape))
        return false;
    jpeg_create_decompress(&context->jpeg);
    context->jpeg.client_data = context;
    return true;
}

static struct ww_image_context *create(const struct ww_stream *stream)
{
    (void)stream;
    struct ww_image_context *context = calloc(1, sizeof *context);
    if (context && !start(context)) {
        free(context);
        return NULL;
    }
    return context;
}

static void destroy(struct ww_image_context *context)
{
    if (!context)
        return;
    jpeg_destroy_decompress(&context->jpeg);
    free(context);
}

/* libjpeg keeps tables from one picture to the next: one that lost its own would be decoded with those of
 * another, and differently on each thread. Returns false where the picture's size cannot be one that is
 * watched. */
static bool read_header(struct ww_image_context *context, const uint8_t *bytes, size_t size)
{
    jpeg_destroy_decompress(&context->jpeg);
    jpeg_create_decompress(&context->jpeg);
    jpeg_mem_src(&context->jpeg, bytes, size);
    jpeg_read_header(&context->jpeg, TRUE);
    return ww_size_is_watchable(context->jpeg.image_width, context->jpeg.image_height);
}

static int luma(struct ww_image_context *context, const struct ww_packet *packet, uint32_t wanted_width,
                struct ww_plane *plane, struct ww_image_result *result)
{
    struct jpeg_decompress_struct *jpeg = &context->jpeg;
    *result = (struct ww_image_result){.damage = WW_DAMAGED};
    context->damage = WW_INTACT;
    if (packet->size == 0)
        return 0;
    if (setjmp(context->escape)) {
        jpeg_abort_decompress(jpeg);
        result->damage = WW_DAMAGED;
        return 0;
    }
    bool watchable = read_header(context, packet->bytes, packet->size);
    result->width = jpeg->image_width;
    result->height = jpeg->image_height;
    if (!watchable) {
        jpeg_abort_decompress(jpeg);
        return 0;
    }
    jpeg->out_color_space = JCS_GRAYSCALE;
    jpeg->scale_num = 1;
    jpeg->scale_denom = ww_reduction(jpeg->image_width, wanted_width);
    jpeg_start_decompress(jpeg);
    if (ww_plane_resize(plane, jpeg->output_width, jpeg->output_height) != 0) {
        jpeg_abort_decompress(jpeg);
        return -ENOMEM;
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW rows[8];
        JDIMENSION first = jpeg->output_scanline;
        for (JDIMENSION i = 0; i < 8 && first + i < jpeg->output_height; i++)
            rows[i] = plane->pixels + (first + i) * plane->stride;
        JDIMENSION left = jpeg->output_height - first;
        jpeg_read_scanlines(jpeg, rows, left < 8 ? left : 8);
    }
    jpeg_finish_decompress(jpeg);
    result->luma = ww_plane_view(plane);
    result->damage = context->damage;
    return 0;
}

static int read_colour(struct ww_image_context *context, const uint8_t *bytes, size_t size,
                       struct ww_picture *picture, struct ww_error *error)
{
    struct jpeg_decompress_struct *jpeg = &context->jpeg;
    if (setjmp(context->escape)) {
        char text[JMSG_LENGTH_MAX];
        context->errors.format_message((j_common_ptr)jpeg, text);
        return ww_fail(error, -EINVAL, "cannot decode a JPEG in colour: %s", text);
    }
    if (!read_header(context, bytes, size))
        return ww_fail(error, -EINVAL, "cannot decode a JPEG of %ux%u", jpeg->image_width,
                       jpeg->image_height);
    jpeg->out_color_space = JCS_RGB;
    jpeg_start_decompress(jpeg);
    int code = ww_picture_create(picture, jpeg->output_width, jpeg->output_height, error);
    if (code != 0)
        return code;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = picture->pixels + (size_t)jpeg->output_scanline * picture->width * 3;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    return 0;
}

static int colour(const struct ww_image_bytes *image, struct ww_picture *picture, struct ww_error *error)
{
    *picture = (struct ww_picture){0};
    struct ww_image_context *context = create(NULL);
    if (!context)
        return ww_fail(error, -ENOMEM, "cannot decode a JPEG: out of memory");
    int code = read_colour(context, image->bytes, image->size, picture, error);
    if (code != 0)
        ww_picture_free(picture);
    destroy(context);
    return code;
}

const struct ww_image_type ww_image_jpeg = {"jpg", create, destroy, luma, colour};
