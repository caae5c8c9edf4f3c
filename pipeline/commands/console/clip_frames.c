/* Where the pictures of a clip lie: browsers play no JPEG in MP4, but show them one by one, each taken out of
 * the file by a range request. SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/console/answers.h"

enum { OK = 200, NOT_FOUND = 404, UNSUPPORTED = 415 };

static json_t *read_frames(AVFormatContext *format)
{
    json_t *frames = json_array();
    AVPacket *packet = av_packet_alloc();
    const AVStream *stream = format->streams[0];
    while (packet && av_read_frame(format, packet) >= 0) {
        if (packet->stream_index == 0 && packet->pos >= 0)
            json_array_append_new(frames,
                                  json_pack("[f,I,i]", (double)packet->pts * av_q2d(stream->time_base),
                                            (json_int_t)packet->pos, packet->size));
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return frames;
}

static bool holds_pictures(const AVFormatContext *format)
{
    return format->nb_streams > 0 && format->streams[0]->codecpar->codec_id == AV_CODEC_ID_MJPEG;
}

struct ww_http_answer *ww_console_clip_frames(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    const char *name = ww_http_rest(request);
    AVFormatContext *format = NULL;
    char *path;
    if (*name == '.' || strchr(name, '/') || asprintf(&path, "%s/clips/%s", source->folder, name) < 0)
        return ww_http_refusal(NOT_FOUND, "there is no clip '%.200s'", name);
    int code = avformat_open_input(&format, path, NULL, NULL);
    free(path);
    if (code < 0)
        return ww_http_refusal(NOT_FOUND, "there is no clip '%.200s'; it may have expired", name);
    if (!holds_pictures(format)) {
        avformat_close_input(&format);
        return ww_http_refusal(UNSUPPORTED, "the clip is video; browsers play it");
    }
    json_t *json = json_pack("{s:o}", "frames", read_frames(format));
    avformat_close_input(&format);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(json);
    return ww_http_text(OK, "application/json", text);
}
