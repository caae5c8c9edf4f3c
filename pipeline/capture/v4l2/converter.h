/* Formats that only libv4lconvert knows, made I420. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_V4L2_CONVERTER_H
#define WW_CAPTURE_V4L2_CONVERTER_H

#include <linux/videodev2.h>
#include <stddef.h>

#include <wallwatch/error.h>

struct ww_converter;

/* For frames as *format (what VIDIOC_S_FMT answered) describes them. -ENOTSUP and a message where
 * libv4lconvert does not know the format either, or was not built in. */
int ww_converter_open(struct ww_converter **converter, int fd, const struct v4l2_format *format,
                      struct ww_error *error);

/* Returns a new frame for the caller to free(), rows without padding, or NULL: damaged, or no memory. */
unsigned char *ww_converter_convert(struct ww_converter *converter, const unsigned char *bytes, size_t size,
                                    size_t *converted_size);

void ww_converter_close(struct ww_converter *converter);

#endif
