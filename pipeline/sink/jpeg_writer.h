/* Pictures as JPEG files. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_JPEG_WRITER_H
#define WW_SINK_JPEG_WRITER_H

#include "base/still.h"

enum ww_jpeg_colour { WW_JPEG_RGB, WW_JPEG_YCBCR, WW_JPEG_GREY };

/* A picture that is made row by row: `fill` puts one into `row`, 1 or 3 bytes a pixel; or lends another. */
struct ww_jpeg_rows {
    uint32_t width, height;
    enum ww_jpeg_colour colour;
    const uint8_t *(*fill)(const void *context, uint32_t y, uint8_t *row);
    const void *context;
};

int ww_jpeg_encode_rows(const struct ww_jpeg_rows *rows, int quality, const char *comment,
                        unsigned char **bytes, size_t *size, struct ww_error *error);

/* Encodes at `quality` (1–100), with `comment` (NULL: none) in a COM segment. *bytes is the caller's to
 * free. Returns 0 or a negative errno. */
int ww_jpeg_encode(const struct ww_picture *picture, int quality, const char *comment, unsigned char **bytes,
                   size_t *size, struct ww_error *error);

#endif
