/* Video through libavcodec: when a frame was, and whether it can be relied on.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libavutil/avutil.h>
#include <math.h>
#include <stdlib.h>

#include "base/pace.h"
#include "decode/frames_type.h"
#include "decode/video_pictures.h"

/* Frames after damage lean on it, and what is wrong in them moves with what is right. They are not trusted
 * until the next key frame, or for so long: most cameras send one every second or two. */
static const double distrust_seconds = 5;

struct video {
    struct ww_frames frames;
    struct ww_video_pictures *pictures;
    struct ww_pace pace;
    double time_base, frame_rate;
    bool live;
    bool usable;   /* the frame that was handed out last */
    int64_t index; /* of the next frame */
    int64_t first_ticks;
    double last_pts;
    double distrust_until; /* seconds; frames before that are damaged */
};

static double pts_of(struct video *video, const struct ww_video_picture *picture)
{
    if (video->live) /* the clock of a network camera is its own */
        return picture->newest.pts;
    double pts = video->index > 0 ? video->last_pts + 1 / video->frame_rate : 0;
    if (!picture->hole && picture->ticks != AV_NOPTS_VALUE) {
        if (video->first_ticks == AV_NOPTS_VALUE)
            video->first_ticks = picture->ticks;
        pts = (double)(picture->ticks - video->first_ticks) * video->time_base;
    }
    video->last_pts = pts;
    return pts;
}

static bool is_trusted(struct video *video, const struct ww_video_picture *picture, double pts)
{
    if (picture->corrupt) {
        video->distrust_until = pts + distrust_seconds;
        return false;
    }
    if (picture->key)
        video->distrust_until = -INFINITY;
    return pts >= video->distrust_until;
}

static int video_next(struct ww_frames *frames, struct ww_frame *frame, struct ww_error *error)
{
    struct video *video = (struct video *)frames;
    struct ww_video_picture picture;
    double pts;
    video->usable = false;
    int code = video->pictures->type->next(video->pictures, &picture, error);
    if (code <= 0)
        return code;
    pts = pts_of(video, &picture);
    video->index++;
    bool is_spare = !ww_pace_takes(&video->pace, pts);
    if (!is_spare)
        code = video->pictures->type->reduce(video->pictures, &picture, error);
    if (code < 0)
        return code;
    video->usable = is_trusted(video, &picture, pts);
    *frame = (struct ww_frame){
        .luma = picture.luma,
        .width = picture.width,
        .height = picture.height,
        .index = video->live ? picture.newest.index : video->index - 1,
        .pts = pts,
        .captured = video->live ? picture.newest.captured : 0,
        .damage = video->usable ? WW_INTACT : WW_DAMAGED,
        .spare = is_spare,
        .glimpse = video->usable ? picture.glimpse : NULL,
    };
    return 1;
}

static struct ww_still *video_keep(struct ww_frames *frames)
{
    struct video *video = (struct video *)frames;
    return video->usable ? video->pictures->type->keep(video->pictures) : NULL;
}

static double video_cpu(struct ww_frames *frames)
{
    const struct video *video = (const struct video *)frames;
    return video->pictures->type->cpu(video->pictures);
}

static void video_close(struct ww_frames *frames)
{
    struct video *video = (struct video *)frames;
    if (video->pictures)
        video->pictures->type->close(video->pictures);
    free(video);
}

static const struct ww_frames_type video_type = {video_next, video_keep, video_cpu, video_close};

int ww_video_open(struct ww_frames **frames, const struct ww_stream *stream, struct ww_packet_reader reader,
                  const struct ww_decode_options *options, struct ww_error *error)
{
    struct video *video = calloc(1, sizeof *video);
    *frames = NULL;
    if (!video)
        return ww_fail(error, -ENOMEM, "cannot start decoding: out of memory");
    *video = (struct video){
        .frames.type = &video_type,
        .pace = ww_pace_of(options->max_rate),
        .live = stream->live,
        .time_base = stream->time_base,
        .frame_rate = stream->frame_rate > 0 ? stream->frame_rate : 25,
        .first_ticks = AV_NOPTS_VALUE,
        .distrust_until = -INFINITY,
    };
    int code = options->threads > 1 && !stream->live
                   ? ww_video_ahead_open(&video->pictures, stream, reader, options, error)
                   : ww_video_live_open(&video->pictures, stream, reader, options, error);
    if (code != 0) {
        video_close(&video->frames);
        return code;
    }
    *frames = &video->frames;
    return 0;
}
