/* Decoders of packets that are whole pictures. SPDX-License-Identifier: Apache-2.0
 *
 * A format is one file that fills a ww_image_type, and one line in image.c. */
#ifndef WW_DECODE_IMAGE_H
#define WW_DECODE_IMAGE_H

#include "base/packet.h"
#include "base/still.h"
#include "decode/frames.h"
#include "decode/plane.h"

/* What one thread needs to decode; kept from frame to frame. */
struct ww_image_context;

struct ww_image_result {
    struct ww_luma luma; /* lies in `plane`, or in the packet's bytes */
    uint32_t width, height;
    enum ww_damage damage;
};

/* A picture that was decoded once, to be decoded again. */
struct ww_image_bytes {
    const uint8_t *bytes;
    size_t size;
    uint32_t width, height;
    struct ww_raw_layout raw; /* of ww_image_raw */
};

struct ww_image_type {
    const char *extension; /* of a file with a packet's bytes; NULL where they are no file */
    struct ww_image_context *(*create)(const struct ww_stream *stream); /* NULL: no memory */
    void (*destroy)(struct ww_image_context *context);
    /* The luma, reduced towards wanted_width. Returns 0 (damage is in the result) or -ENOMEM. */
    int (*luma)(struct ww_image_context *context, const struct ww_packet *packet, uint32_t wanted_width,
                struct ww_plane *plane, struct ww_image_result *result);
    /* In colour, at full size. Returns 0 or a negative errno. */
    int (*colour)(const struct ww_image_bytes *image, struct ww_picture *picture, struct ww_error *error);
};

extern const struct ww_image_type ww_image_jpeg, ww_image_png, ww_image_raw;

/* NULL where packets of this codec are no whole pictures. */
const struct ww_image_type *ww_image_type_of(enum ww_codec codec);

/* Takes the packet over: *packet is empty afterwards; a copy is made of one that is scarce, and *packet
 * stays. image->bytes and size are set here. NULL: no memory, and *packet stays. */
struct ww_still *ww_image_keep(const struct ww_image_type *type, struct ww_packet *packet,
                               const struct ww_image_bytes *image);

/* Room for a picture. Returns 0 or -ENOMEM with a message. */
int ww_picture_create(struct ww_picture *picture, uint32_t width, uint32_t height, struct ww_error *error);

#endif
