/* PNG through libpng. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <png.h>
#include <stdlib.h>

#include "decode/image.h"

struct ww_image_context {
    struct ww_plane full, scratch;
};

static struct ww_image_context *create(const struct ww_stream *stream)
{
    (void)stream;
    return calloc(1, sizeof(struct ww_image_context));
}

static void destroy(struct ww_image_context *context)
{
    if (!context)
        return;
    ww_plane_free(&context->full);
    ww_plane_free(&context->scratch);
    free(context);
}

static int luma(struct ww_image_context *context, const struct ww_packet *packet, uint32_t wanted_width,
                struct ww_plane *plane, struct ww_image_result *result)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    int code = 0;
    *result = (struct ww_image_result){.damage = WW_DAMAGED};
    if (packet->size == 0 || !png_image_begin_read_from_memory(&image, packet->bytes, packet->size))
        return 0;
    result->width = image.width;
    result->height = image.height;
    if (!ww_size_is_watchable(image.width, image.height))
        goto done;
    image.format = PNG_FORMAT_GRAY;
    code = ww_plane_resize(&context->full, image.width, image.height);
    if (code != 0)
        goto done;
    const png_color black = {0};
    if (!png_image_finish_read(&image, &black, context->full.pixels, (png_int_32)context->full.stride,
                               NULL) ||
        image.warning_or_error != 0)
        goto done;
    struct ww_luma full = ww_plane_view(&context->full);
    uint32_t factor = ww_reduction(image.width, wanted_width);
    if (factor == 1) { /* the plane belongs to the frame, the context's to the thread */
        struct ww_plane decoded = context->full;
        context->full = *plane;
        *plane = decoded;
        result->luma = ww_plane_view(plane);
    } else {
        code = ww_reduce(&result->luma, &full, factor, plane, &context->scratch);
    }
    result->damage = WW_INTACT;
done:
    png_image_free(&image);
    return code;
}

static int colour(const struct ww_image_bytes *image, struct ww_picture *picture, struct ww_error *error)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    *picture = (struct ww_picture){0};
    if (!png_image_begin_read_from_memory(&png, image->bytes, image->size))
        return ww_fail(error, -EINVAL, "cannot decode a PNG in colour: %s", png.message);
    png.format = PNG_FORMAT_RGB;
    int code = ww_picture_create(picture, png.width, png.height, error);
    const png_color black = {0};
    if (code == 0 && !png_image_finish_read(&png, &black, picture->pixels, 0, NULL)) {
        code = ww_fail(error, -EINVAL, "cannot decode a PNG in colour: %s", png.message);
        ww_picture_free(picture);
    }
    png_image_free(&png);
    return code;
}

const struct ww_image_type ww_image_png = {"png", create, destroy, luma, colour};
