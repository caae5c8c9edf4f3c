/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/image.h"

#include <errno.h>

const struct ww_image_type *ww_image_type_of(enum ww_codec codec)
{
    switch (codec) {
    case WW_CODEC_JPEG: return &ww_image_jpeg;
    case WW_CODEC_PNG: return &ww_image_png;
    case WW_CODEC_I420: return &ww_image_i420;
    default: return NULL;
    }
}

int ww_picture_create(struct ww_picture *picture, uint32_t width, uint32_t height, struct ww_error *error)
{
    *picture = (struct ww_picture){malloc((size_t)width * height * 3), width, height};
    if (!picture->pixels)
        return ww_fail(error, -ENOMEM, "cannot decode a picture of %ux%u: out of memory", width, height);
    return 0;
}

struct image_still {
    struct ww_still still;
    const struct ww_image_type *image;
    struct ww_packet packet;
    uint32_t width, height;
};

static int decode_still(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    const struct image_still *kept = (const struct image_still *)still;
    return kept->image->colour(kept->packet.bytes, kept->packet.size, kept->width, kept->height, picture,
                               error);
}

static void destroy_still(struct ww_still *still)
{
    struct image_still *kept = (struct image_still *)still;
    ww_packet_release(&kept->packet);
    free(kept);
}

static const struct ww_still_type image_still_type = {decode_still, destroy_still};

struct ww_still *ww_image_keep(const struct ww_image_type *type, struct ww_packet *packet, uint32_t width,
                               uint32_t height)
{
    struct image_still *kept = calloc(1, sizeof *kept);
    if (!kept)
        return NULL;
    kept->image = type;
    kept->packet = *packet;
    kept->width = width;
    kept->height = height;
    kept->still.type = &image_still_type;
    atomic_init(&kept->still.references, 1);
    if (type->extension) {
        kept->still.extension = type->extension;
        kept->still.bytes = packet->bytes;
        kept->still.size = packet->size;
    }
    *packet = (struct ww_packet){0};
    return &kept->still;
}
