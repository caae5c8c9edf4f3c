/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/image.h"

#include <errno.h>
#include <string.h>

const struct ww_image_type *ww_image_type_of(enum ww_codec codec)
{
    switch (codec) {
    case WW_CODEC_JPEG: return &ww_image_jpeg;
    case WW_CODEC_PNG: return &ww_image_png;
    case WW_CODEC_RAW: return &ww_image_raw;
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
    const struct ww_image_type *type;
    struct ww_image_bytes image;
    struct ww_packet packet; /* empty: the bytes follow */
    uint8_t copy[];
};

static int decode_still(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    const struct image_still *kept = (const struct image_still *)still;
    return kept->type->colour(&kept->image, picture, error);
}

static void destroy_still(struct ww_still *still)
{
    struct image_still *kept = (struct image_still *)still;
    ww_packet_release(&kept->packet);
    free(kept);
}

static const struct ww_still_type image_still_type = {decode_still, destroy_still};

struct ww_still *ww_image_keep(const struct ww_image_type *type, struct ww_packet *packet,
                               const struct ww_image_bytes *image)
{
    struct image_still *kept = malloc(sizeof *kept + (packet->scarce ? packet->size : 0));
    if (!kept)
        return NULL;
    *kept = (struct image_still){.still.type = &image_still_type, .type = type, .image = *image};
    atomic_init(&kept->still.references, 1);
    kept->image.bytes = packet->bytes;
    kept->image.size = packet->size;
    if (packet->scarce) {
        memcpy(kept->copy, packet->bytes, packet->size);
        kept->image.bytes = kept->copy;
    } else {
        kept->packet = *packet;
        *packet = (struct ww_packet){0};
    }
    if (type->extension) {
        kept->still.extension = type->extension;
        kept->still.bytes = kept->image.bytes;
        kept->still.size = kept->image.size;
    }
    return &kept->still;
}
