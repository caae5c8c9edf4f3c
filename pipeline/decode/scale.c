/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/scale.h"

#include <errno.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "decode/image.h"

int ww_scale_to_picture(const uint8_t *const planes[4], const int strides[4], int width, int height,
                        enum AVPixelFormat format, struct ww_picture *picture, struct ww_error *error)
{
    int code = ww_picture_create(picture, (uint32_t)width, (uint32_t)height, error);
    if (code != 0)
        return code;
    struct SwsContext *scaler =
        sws_getContext(width, height, format, width, height, AV_PIX_FMT_RGB24, SWS_POINT, NULL, NULL, NULL);
    if (!scaler) {
        ww_picture_free(picture);
        return ww_fail(error, -EINVAL, "cannot convert pixel format %s to colour",
                       av_get_pix_fmt_name(format));
    }
    uint8_t *const out[4] = {picture->pixels, NULL, NULL, NULL};
    const int out_strides[4] = {width * 3, 0, 0, 0};
    sws_scale(scaler, planes, strides, 0, height, out, out_strides);
    sws_freeContext(scaler);
    return 0;
}
