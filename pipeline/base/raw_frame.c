/* SPDX-License-Identifier: Apache-2.0 */
#include "base/raw_frame.h"

static uint32_t chroma_stride(const struct ww_raw_layout *layout)
{
    return layout->format == WW_RAW_I420 ? (layout->stride + 1) / 2 : layout->stride;
}

size_t ww_raw_frame_size(const struct ww_raw_layout *layout, uint32_t width, uint32_t height)
{
    size_t stride = layout->stride, chroma_rows = ((size_t)height + 1) / 2,
           chroma_width = ((size_t)width + 1) / 2;
    switch (layout->format) {
    case WW_RAW_GREY:
    case WW_RAW_YUYV:
    case WW_RAW_UYVY:
    case WW_RAW_RGB:
    case WW_RAW_BGR: return stride * (height - 1) + (size_t)width * ww_raw_pixel_bytes(layout->format);
    case WW_RAW_NV12: return stride * height + stride * (chroma_rows - 1) + chroma_width * 2;
    default: return stride * height + (size_t)chroma_stride(layout) * (2 * chroma_rows - 1) + chroma_width;
    }
}

struct ww_raw_planes ww_raw_frame_planes(const struct ww_raw_layout *layout, uint32_t height,
                                         const uint8_t *frame)
{
    struct ww_raw_planes planes = {{frame}, {layout->stride}};
    size_t chroma_rows = ((size_t)height + 1) / 2;
    if (layout->format != WW_RAW_I420 && layout->format != WW_RAW_NV12)
        return planes;
    planes.planes[1] = frame + (size_t)layout->stride * height;
    planes.strides[1] = chroma_stride(layout);
    if (layout->format == WW_RAW_I420) {
        planes.planes[2] = planes.planes[1] + chroma_rows * planes.strides[1];
        planes.strides[2] = planes.strides[1];
    }
    return planes;
}
