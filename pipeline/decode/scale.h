/* Colour conversion by libswscale. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_SCALE_H
#define WW_DECODE_SCALE_H

#include <libavutil/pixfmt.h>

#include "base/still.h"

/* Converts planes of any format to a new picture of the same size. */
int ww_scale_to_picture(const uint8_t *const planes[4], const int strides[4], int width, int height,
                        enum AVPixelFormat format, struct ww_picture *picture, struct ww_error *error);

#endif
