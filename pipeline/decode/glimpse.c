/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/glimpse.h"

#include <libavutil/pixdesc.h>
#include <math.h>
#include <string.h>

#include "decode/frames.h"

enum { WIDTH = 640 }; /* about; pixels */

static const double every = 0.25; /* seconds */

struct ww_glimpse_pace ww_glimpse_pace_of(const struct ww_stream *stream, bool wanted)
{
    double rate = stream->frame_rate > 0 ? stream->frame_rate : 25;
    return (struct ww_glimpse_pace){
        .wanted = wanted && stream->time_base > 0,
        .time_base = stream->time_base,
        .frame_seconds = fmin(1 / rate, every),
    };
}

bool ww_glimpse_is_due(const struct ww_glimpse_pace *pace, int64_t ticks)
{
    if (!pace->wanted || ticks == AV_NOPTS_VALUE)
        return false;
    double seconds = (double)ticks * pace->time_base;
    return floor(seconds / every) != floor((seconds - pace->frame_seconds) / every);
}

/* Whether it has three planes of bytes, none of them turned round. */
static bool is_planar(const AVFrame *frame)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
    const uint64_t unlike = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_FLOAT;
    if (!format || (format->flags & unlike) || format->nb_components != 3)
        return false;
    for (int i = 0; i < 3; i++)
        if (format->comp[i].plane != i || format->comp[i].step != 1 || format->comp[i].depth != 8)
            return false;
    return true;
}

/* 0 or -ENOMEM. */
static int reduce_plane(const struct ww_luma *from, uint32_t factor, struct ww_plane *plane,
                        struct ww_plane *scratch)
{
    struct ww_luma reduced;
    int code = ww_reduce(&reduced, from, factor, plane, scratch);
    if (code != 0 || reduced.pixels == plane->pixels)
        return code;
    code = ww_plane_resize(plane, from->width, from->height);
    for (uint32_t y = 0; code == 0 && y < from->height; y++)
        memcpy(plane->pixels + y * plane->stride, from->pixels + (ptrdiff_t)y * from->stride, from->width);
    return code;
}

static bool fill(struct ww_glimpse *glimpse, const AVFrame *frame, struct ww_plane *scratch)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
    uint32_t factor = ww_reduction((uint32_t)frame->width, WIDTH);
    for (int i = 0; i < 3; i++) {
        int across = i > 0 ? format->log2_chroma_w : 0, down = i > 0 ? format->log2_chroma_h : 0;
        const struct ww_luma full = {frame->data[i], frame->linesize[i],
                                     (uint32_t)AV_CEIL_RSHIFT(frame->width, across),
                                     (uint32_t)AV_CEIL_RSHIFT(frame->height, down)};
        struct ww_plane plane = {0};
        int code = reduce_plane(&full, factor, &plane, scratch);
        glimpse->planes[i] = plane.pixels;
        glimpse->strides[i] = (int)plane.stride;
        glimpse->bytes += plane.capacity;
        if (code != 0)
            return false;
        if (i == 0) {
            glimpse->width = plane.width;
            glimpse->height = plane.height;
        }
    }
    return true;
}

struct ww_glimpse *ww_glimpse_of(const AVFrame *frame, struct ww_plane *scratch)
{
    struct ww_glimpse *glimpse = is_planar(frame) ? calloc(1, sizeof *glimpse) : NULL;
    if (!glimpse)
        return NULL;
    atomic_init(&glimpse->references, 1);
    glimpse->format = frame->format;
    if (fill(glimpse, frame, scratch))
        return glimpse;
    ww_glimpse_release(glimpse);
    return NULL;
}
