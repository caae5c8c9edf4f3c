/* JPEG and PNG decoders, grey and in colour. The first byte chooses. SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "decode/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const uint32_t wanted[] = {0, 32, 640, 10000};
    if (size < 2)
        return 0;
    const struct ww_image_type *type = bytes[0] & 1 ? &ww_image_png : &ww_image_jpeg;
    uint8_t *copy = calloc(1, size - 1 + WW_PACKET_PADDING);
    if (!copy)
        return 0;
    memcpy(copy, bytes + 1, size - 1);
    const struct ww_packet packet = {.bytes = copy, .size = size - 1};
    struct ww_image_context *context = type->create(NULL);
    struct ww_plane plane = {0};
    struct ww_image_result result;
    struct ww_picture picture = {0};
    struct ww_image_bytes image = {.bytes = copy, .size = size - 1};
    struct ww_error error;
    unsigned long sum = 0;
    if (type->luma(context, &packet, wanted[bytes[0] >> 1 & 3], &plane, &result) == 0 &&
        result.damage != WW_DAMAGED) {
        for (uint32_t y = 0; y < result.luma.height; y++)
            for (uint32_t x = 0; x < result.luma.width; x++)
                sum += result.luma.pixels[(ptrdiff_t)y * result.luma.stride + x];
        if ((uint64_t)result.width * result.height < 1 << 20 && type->colour(&image, &picture, &error) == 0)
            ww_picture_free(&picture);
    }
    type->destroy(context);
    ww_plane_free(&plane);
    free(copy);
    return sum == 1; /* keeps the sum from being left out */
}
