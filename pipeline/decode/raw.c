/* Uncompressed frames, as cameras without an encoder and the built-in scenes give them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "base/raw_frame.h"
#include "decode/image.h"
#include "decode/scale.h"
#include "kernels.h"

struct ww_image_context {
    uint32_t width, height;
    struct ww_raw_layout raw;
    struct ww_plane unpacked; /* the luma of a packed format at full size */
    struct ww_plane scratch;
};

static struct ww_image_context *create(const struct ww_stream *stream)
{
    struct ww_image_context *context = calloc(1, sizeof *context);
    if (context) {
        context->width = stream->width;
        context->height = stream->height;
        context->raw = stream->raw;
    }
    return context;
}

static void destroy(struct ww_image_context *context)
{
    if (!context)
        return;
    ww_plane_free(&context->unpacked);
    ww_plane_free(&context->scratch);
    free(context);
}

static void unpack_row(enum ww_raw_format format, const uint8_t *packed, uint8_t *luma, uint32_t width)
{
    static const uint8_t rgb[3] = {77, 150, 29}, bgr[3] = {29, 150, 77}; /* ITU-R BT.601 */
    if (ww_raw_pixel_bytes(format) == 3)
        ww_kernels()->weigh_row(packed, luma, width, format == WW_RAW_RGB ? rgb : bgr);
    else
        ww_kernels()->every_second_row(packed + (format == WW_RAW_UYVY), luma, width);
}

static int unpack(struct ww_image_context *context, const uint8_t *bytes, struct ww_luma *luma)
{
    struct ww_plane *plane = &context->unpacked;
    if (ww_plane_resize(plane, context->width, context->height) != 0)
        return -ENOMEM;
    for (uint32_t y = 0; y < context->height; y++)
        unpack_row(context->raw.format, bytes + (size_t)y * context->raw.stride,
                   plane->pixels + y * plane->stride, context->width);
    *luma = ww_plane_view(plane);
    return 0;
}

static int luma(struct ww_image_context *context, const struct ww_packet *packet, uint32_t wanted_width,
                struct ww_plane *plane, struct ww_image_result *result)
{
    uint32_t width = context->width, height = context->height;
    *result = (struct ww_image_result){.width = width, .height = height, .damage = WW_DAMAGED};
    if (packet->size < ww_raw_frame_size(&context->raw, width, height))
        return 0;
    struct ww_luma full = {packet->bytes, (ptrdiff_t)context->raw.stride, width, height};
    if (ww_raw_pixel_bytes(context->raw.format) > 1) {
        int code = unpack(context, packet->bytes, &full);
        if (code != 0)
            return code;
    }
    result->damage = WW_INTACT;
    return ww_reduce(&result->luma, &full, ww_reduction(width, wanted_width), plane, &context->scratch);
}

static enum AVPixelFormat pixel_format(const struct ww_raw_layout *raw)
{
    switch (raw->format) {
    case WW_RAW_GREY: return AV_PIX_FMT_GRAY8;
    case WW_RAW_NV12: return AV_PIX_FMT_NV12;
    case WW_RAW_YUYV: return AV_PIX_FMT_YUYV422;
    case WW_RAW_UYVY: return AV_PIX_FMT_UYVY422;
    case WW_RAW_RGB: return AV_PIX_FMT_RGB24;
    case WW_RAW_BGR: return AV_PIX_FMT_BGR24;
    default: return raw->full_range ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
    }
}

static int colour(const struct ww_image_bytes *image, struct ww_picture *picture, struct ww_error *error)
{
    const struct ww_raw_layout *raw = &image->raw;
    if (image->size < ww_raw_frame_size(raw, image->width, image->height))
        return ww_fail(error, -EINVAL, "cannot decode %zu bytes as a frame of %ux%u", image->size,
                       image->width, image->height);
    const struct ww_raw_planes found = ww_raw_frame_planes(raw, image->height, image->bytes);
    const uint8_t *planes[4] = {found.planes[0], found.planes[1], found.planes[2]};
    const int strides[4] = {(int)found.strides[0], (int)found.strides[1], (int)found.strides[2]};
    return ww_scale_to_picture(planes, strides, (int)image->width, (int)image->height, pixel_format(raw),
                               picture, error);
}

const struct ww_image_type ww_image_raw = {NULL, create, destroy, luma, colour};
