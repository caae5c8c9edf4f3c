/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/v4l2/converter.h"

#include <errno.h>
#include <stdlib.h>

#include "base/packet.h"
#include "capture/v4l2/device.h"

#ifdef WW_HAVE_V4LCONVERT
#include <libv4lconvert.h>

struct ww_converter {
    struct v4lconvert_data *data;
    struct v4l2_format from, to;
};

int ww_converter_open(struct ww_converter **converter, int fd, const struct v4l2_format *format,
                      struct ww_error *error)
{
    char name[5];
    struct ww_converter *opened = calloc(1, sizeof *opened);
    *converter = NULL;
    if (!opened || !(opened->data = v4lconvert_create(fd))) {
        free(opened);
        return ww_fail(error, -ENOMEM, "cannot convert its frames: out of memory");
    }
    opened->from = opened->to = *format;
    struct v4l2_pix_format *to = &opened->to.fmt.pix;
    to->pixelformat = V4L2_PIX_FMT_YUV420;
    to->bytesperline = to->width;
    to->sizeimage = to->width * to->height * 3 / 2;
    if (!v4lconvert_supported_dst_format(to->pixelformat) || to->width % 2 || to->height % 2) {
        ww_fourcc_text(format->fmt.pix.pixelformat, name);
        ww_converter_close(opened);
        return ww_fail(error, -ENOTSUP, "libv4lconvert cannot convert its frames (%s, %ux%u)", name,
                       format->fmt.pix.width, format->fmt.pix.height);
    }
    *converter = opened;
    return 0;
}

unsigned char *ww_converter_convert(struct ww_converter *converter, const unsigned char *bytes, size_t size,
                                    size_t *converted_size)
{
    size_t room = converter->to.fmt.pix.sizeimage;
    unsigned char *frame = malloc(room + WW_PACKET_PADDING);
    if (!frame)
        return NULL;
    /* Its prototype lacks a const; it does not write there. */
    int made = v4lconvert_convert(converter->data, &converter->from, &converter->to,
                                  (unsigned char *)(uintptr_t)bytes, (int)size, frame, (int)room);
    if (made < 0) {
        free(frame);
        return NULL;
    }
    *converted_size = (size_t)made;
    return frame;
}

void ww_converter_close(struct ww_converter *converter)
{
    if (!converter)
        return;
    v4lconvert_destroy(converter->data);
    free(converter);
}

#else

int ww_converter_open(struct ww_converter **converter, int fd, const struct v4l2_format *format,
                      struct ww_error *error)
{
    char name[5];
    (void)fd;
    *converter = NULL;
    ww_fourcc_text(format->fmt.pix.pixelformat, name);
    return ww_fail(error, -ENOTSUP,
                   "its frames (%s) need libv4lconvert, which this program was built without", name);
}

unsigned char *ww_converter_convert(struct ww_converter *converter, const unsigned char *bytes, size_t size,
                                    size_t *converted_size)
{
    (void)converter, (void)bytes, (void)size;
    *converted_size = 0;
    return NULL;
}

void ww_converter_close(struct ww_converter *converter)
{
    (void)converter;
}
#endif
