/* Uncompressed frames as JPEG, for clips. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_RAW_JPEG_H
#define WW_SINK_RAW_JPEG_H

#include "base/packet.h"

/* Encodes a frame of this layout. *bytes is the caller's to free. -EINVAL: it is not whole. */
int ww_raw_jpeg_encode(const struct ww_raw_layout *layout, uint32_t width, uint32_t height,
                       const uint8_t *frame, size_t frame_size, unsigned char **bytes, size_t *size,
                       struct ww_error *error);

#endif
