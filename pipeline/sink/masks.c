/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/masks.h"

#include <errno.h>
#include <inttypes.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static void stretch(const struct ww_mask *mask, uint32_t width, uint32_t height, uint8_t *pixels)
{
    for (uint32_t y = 0; y < height; y++) {
        uint32_t from = (uint32_t)((uint64_t)y * mask->height / height);
        const uint64_t *row = mask->bits + (size_t)from * mask->stride;
        for (uint32_t x = 0; x < width; x++) {
            uint32_t column = (uint32_t)((uint64_t)x * mask->width / width);
            pixels[(size_t)y * width + x] = row[column / 64] >> (column % 64) & 1 ? 255 : 0;
        }
    }
}

int ww_mask_write(const char *folder, int64_t number, const struct ww_mask *mask, uint32_t width,
                  uint32_t height, struct ww_error *error)
{
    char name[32];
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = width,
        .height = height,
        .format = PNG_FORMAT_GRAY,
        .flags = PNG_IMAGE_FLAG_FAST,
    };
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *pixels = calloc(height, width);
    uint8_t *file = malloc(size);
    int code = 0;
    if (!pixels || !file) {
        code = ww_fail(error, -ENOMEM, "cannot write a mask: out of memory");
        goto done;
    }
    if (mask->bits)
        stretch(mask, width, height, pixels);
    if (!png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL))
        code = ww_fail(error, -EIO, "cannot encode a mask: %s", image.message);
    snprintf(name, sizeof name, "bin%06" PRId64 ".png", number);
    if (code == 0)
        code = ww_publish_file(folder, name, file, size, WW_WHOLE, error);
done:
    free(pixels);
    free(file);
    return code;
}
