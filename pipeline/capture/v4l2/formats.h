/* What a camera offers, and which of it to take. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_V4L2_FORMATS_H
#define WW_CAPTURE_V4L2_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

#include "base/packet.h"
#include "capture/source.h"

/* Frames a second, high to low, or a range. */
struct ww_rates {
    double *list;
    size_t count;
    bool is_range; /* list[0] down to list[1] */
};

struct ww_frame_size {
    uint32_t width, height;                         /* the only one; else the smallest */
    uint32_t max_width, max_height, step_x, step_y; /* of a range; max_width 0: it is none */
    struct ww_rates rates;                          /* of a range: at its smallest size */
};

struct ww_camera_format {
    uint32_t fourcc;
    char name[32]; /* in the driver's words */
    struct ww_frame_size *sizes;
    size_t size_count;
};

struct ww_camera_formats {
    struct ww_camera_format *list;
    size_t count;
};

/* Asks for all. The caller frees. Returns 0 or a negative errno. */
int ww_camera_formats_read(struct ww_camera_formats *formats, int fd);
void ww_camera_formats_free(struct ww_camera_formats *formats);

struct ww_format_choice {
    uint32_t fourcc, width, height;
    double frame_rate; /* 0: the driver does not tell any */
};

/* The format by preference (MJPEG, then uncompressed ones that need no conversion, then any), unless one
 * is asked for; the size nearest to what is asked; the lowest rate that is not below what is asked, else
 * the highest. -EINVAL and a message that lists what there is where that format is not offered. */
int ww_camera_formats_choose(const struct ww_camera_formats *formats,
                             const struct ww_capture_settings *settings, struct ww_format_choice *choice,
                             struct ww_error *error);

/* How frames of this fourcc are decoded without conversion; false: it must be converted. */
bool ww_fourcc_is_native(uint32_t fourcc, enum ww_codec *codec, enum ww_raw_format *raw);

/* The names that configurations use: mjpeg, yuyv, uyvy, nv12, yu12, grey; else the fourcc's letters. */
void ww_format_name(uint32_t fourcc, char name[8]);

#endif
