/* Uncompressed I420, as the built-in scenes are. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "decode/image.h"
#include "decode/scale.h"

struct ww_image_context {
    uint32_t width, height;
    struct ww_plane scratch;
};

static struct ww_image_context *create(const struct ww_stream *stream)
{
    struct ww_image_context *context = calloc(1, sizeof *context);
    if (context) {
        context->width = stream->width;
        context->height = stream->height;
    }
    return context;
}

static void destroy(struct ww_image_context *context)
{
    if (!context)
        return;
    ww_plane_free(&context->scratch);
    free(context);
}

static size_t frame_size(uint32_t width, uint32_t height)
{
    size_t chroma = (size_t)((width + 1) / 2) * ((height + 1) / 2);
    return (size_t)width * height + 2 * chroma;
}

static int luma(struct ww_image_context *context, const struct ww_packet *packet, uint32_t wanted_width,
                struct ww_plane *plane, struct ww_image_result *result)
{
    *result = (struct ww_image_result){
        .width = context->width,
        .height = context->height,
        .damage = WW_DAMAGED,
    };
    if (packet->size < frame_size(context->width, context->height))
        return 0;
    struct ww_luma full = {packet->bytes, (ptrdiff_t)context->width, context->width, context->height};
    result->damage = WW_INTACT;
    return ww_reduce(&result->luma, &full, ww_reduction(context->width, wanted_width), plane,
                     &context->scratch);
}

static int colour(const uint8_t *bytes, size_t size, uint32_t width, uint32_t height,
                  struct ww_picture *picture, struct ww_error *error)
{
    if (size < frame_size(width, height))
        return ww_fail(error, -EINVAL, "cannot decode %zu bytes as a frame of %ux%u", size, width, height);
    size_t full = (size_t)width * height;
    int half = (int)((width + 1) / 2);
    const uint8_t *const planes[4] = {bytes, bytes + full, bytes + full + (size_t)half * ((height + 1) / 2),
                                      NULL};
    const int strides[4] = {(int)width, half, half, 0};
    return ww_scale_to_picture(planes, strides, (int)width, (int)height, AV_PIX_FMT_YUVJ420P, picture, error);
}

const struct ww_image_type ww_image_i420 = {NULL, create, destroy, luma, colour};
