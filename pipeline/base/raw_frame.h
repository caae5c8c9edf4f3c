/* Where the planes of an uncompressed frame lie. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_RAW_FRAME_H
#define WW_BASE_RAW_FRAME_H

#include "base/packet.h"

/* As many as the format has; the others are NULL and 0. */
struct ww_raw_planes {
    const uint8_t *planes[3];
    uint32_t strides[3]; /* bytes */
};

/* Bytes of a whole frame; its last row may end where its pixels do. */
size_t ww_raw_frame_size(const struct ww_raw_layout *layout, uint32_t width, uint32_t height);

struct ww_raw_planes ww_raw_frame_planes(const struct ww_raw_layout *layout, uint32_t height,
                                         const uint8_t *frame);

#endif
