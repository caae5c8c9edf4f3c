/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/raw_jpeg.h"

#include <errno.h>
#include <string.h>

#include "base/raw_frame.h"
#include "sink/jpeg_writer.h"

enum { QUALITY = 75 }; /* a night of noise would cost twice as much at 85 */

struct frame {
    struct ww_raw_layout layout;
    uint32_t width, height;
    struct ww_raw_planes planes;
    uint8_t luma[256], chroma[256]; /* from the frame's range to that of JPEG */
};

/* ITU-R BT.601: video has luma of 16 to 235 and chroma of 16 to 240; JPEG has all of 0 to 255. */
static void set_range(struct frame *frame)
{
    for (int i = 0; i < 256; i++) {
        int luma = ((i - 16) * 255 + 109) / 219;
        int chroma = 128 + ((i - 128) * 255 + (i < 128 ? -112 : 112)) / 224;
        if (frame->layout.full_range)
            luma = chroma = i;
        frame->luma[i] = (uint8_t)(luma < 0 ? 0 : luma > 255 ? 255 : luma);
        frame->chroma[i] = (uint8_t)(chroma < 0 ? 0 : chroma > 255 ? 255 : chroma);
    }
}

/* Of the first plane. */
static const uint8_t *row_of(const struct frame *frame, uint32_t y)
{
    uint32_t row = frame->layout.bottom_up ? frame->height - 1 - y : y;
    return frame->planes.planes[0] + (size_t)row * frame->planes.strides[0];
}

static const uint8_t *fill_grey(const void *context, uint32_t y, uint8_t *row)
{
    const struct frame *frame = context;
    const uint8_t *from = row_of(frame, y);
    if (frame->layout.full_range)
        return from;
    for (uint32_t x = 0; x < frame->width; x++)
        row[x] = frame->luma[from[x]];
    return row;
}

static const uint8_t *fill_packed(const void *context, uint32_t y, uint8_t *row)
{
    const struct frame *frame = context;
    const uint8_t *from = row_of(frame, y);
    uint32_t late = frame->layout.format == WW_RAW_UYVY; /* luma comes after chroma */
    for (uint32_t x = 0; x < frame->width; x++) {
        const uint8_t *pair = from + (size_t)(x / 2) * 4;
        row[3 * x] = frame->luma[pair[2 * (x & 1) + late]];
        row[3 * x + 1] = frame->chroma[pair[1 - late]];
        row[3 * x + 2] = frame->chroma[pair[3 - late]];
    }
    return row;
}

static const uint8_t *fill_planar(const void *context, uint32_t y, uint8_t *row)
{
    const struct frame *frame = context;
    const struct ww_raw_planes *planes = &frame->planes;
    bool turns = frame->layout.format == WW_RAW_NV12;
    const uint8_t *luma = planes->planes[0] + (size_t)y * planes->strides[0];
    const uint8_t *blue = planes->planes[1] + (size_t)(y / 2) * planes->strides[1];
    const uint8_t *red = turns ? blue + 1 : planes->planes[2] + (size_t)(y / 2) * planes->strides[2];
    uint32_t step = turns ? 2 : 1;
    for (uint32_t x = 0; x < frame->width; x++) {
        row[3 * x] = frame->luma[luma[x]];
        row[3 * x + 1] = frame->chroma[blue[(size_t)(x / 2) * step]];
        row[3 * x + 2] = frame->chroma[red[(size_t)(x / 2) * step]];
    }
    return row;
}

static const uint8_t *fill_rgb(const void *context, uint32_t y, uint8_t *row)
{
    const struct frame *frame = context;
    const uint8_t *from = row_of(frame, y);
    if (frame->layout.format == WW_RAW_RGB)
        return from;
    for (size_t x = 0; x < frame->width; x++) {
        row[3 * x] = from[3 * x + 2];
        row[3 * x + 1] = from[3 * x + 1];
        row[3 * x + 2] = from[3 * x];
    }
    return row;
}

int ww_raw_jpeg_encode(const struct ww_raw_layout *layout, uint32_t width, uint32_t height,
                       const uint8_t *frame, size_t frame_size, unsigned char **bytes, size_t *size,
                       struct ww_error *error)
{
    struct frame described = {.layout = *layout, .width = width, .height = height};
    struct ww_jpeg_rows rows = {.width = width, .height = height, .context = &described};
    if (frame_size < ww_raw_frame_size(layout, width, height))
        return ww_fail(error, -EINVAL, "a frame of %ux%u is not whole", width, height);
    described.planes = ww_raw_frame_planes(layout, height, frame);
    set_range(&described);
    switch (layout->format) {
    case WW_RAW_GREY:
        rows.colour = WW_JPEG_GREY;
        rows.fill = fill_grey;
        break;
    case WW_RAW_YUYV:
    case WW_RAW_UYVY:
        rows.colour = WW_JPEG_YCBCR;
        rows.fill = fill_packed;
        break;
    case WW_RAW_RGB:
    case WW_RAW_BGR:
        rows.colour = WW_JPEG_RGB;
        rows.fill = fill_rgb;
        break;
    default:
        rows.colour = WW_JPEG_YCBCR;
        rows.fill = fill_planar;
        break;
    }
    return ww_jpeg_encode_rows(&rows, QUALITY, NULL, bytes, size, error);
}
