/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/picture.h"

#include <errno.h>
#include <string.h>

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

static int encode(const struct ww_still *still, uint32_t width, unsigned char **bytes, size_t *size,
                  struct ww_error *error)
{
    struct ww_picture picture = {0};
    int code = still->type->decode(still, &picture, error);
    uint32_t by = code == 0 && width > 0 ? picture.width / width : 1;
    if (by > 1 && picture.height >= by)
        reduce(&picture, by);
    if (code == 0)
        code = ww_jpeg_encode(&picture, QUALITY, NULL, bytes, size, error);
    free(picture.pixels);
    return code;
}

int ww_console_jpeg(const struct ww_still *still, uint32_t full, uint32_t width, unsigned char **bytes,
                    size_t *size, struct ww_error *error)
{
    bool as_it_came = still->bytes && still->extension && strcmp(still->extension, "jpg") == 0;
    bool smaller = width > 0 && full / width > 1;
    if (!as_it_came || smaller)
        return encode(still, width, bytes, size, error);
    *bytes = malloc(still->size);
    if (!*bytes)
        return ww_fail(error, -ENOMEM, "out of memory");
    memcpy(*bytes, still->bytes, still->size);
    *size = still->size;
    return 0;
}
