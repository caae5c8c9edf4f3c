/* Pictures of a camera: one, or a stream of them. SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands/console/answers.h"
#include "commands/console/picture.h"

enum { OK = 200, BAD_REQUEST = 400, NOT_FOUND = 404, UNAVAILABLE = 503 };
static const double patience = 10;     /* seconds without a frame that end a stream */
static const double longest_nap = 0.1; /* seconds after which who sleeps looks whether it is over */

struct stream {
    struct ww_live_view *view;
    uint32_t width;
    double interval, due; /* seconds between frames; when the next one is, ww_clock_monotonic() */
    unsigned char *jpeg;
    size_t size, sent;
    char head[128];
    size_t head_size, head_sent;
    bool begun;
};

enum { BOXES_TEXT = WW_MAX_BOXES * 40 };

/* x,y,w,h of each, as fractions of the picture, with a semicolon between them. */
static void write_boxes(char text[BOXES_TEXT], const struct ww_live_frame *frame)
{
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = 0; i < frame->box_count && frame->width > 0; i++) {
        const struct ww_box *box = &frame->boxes[i];
        size += (size_t)snprintf(text + size, BOXES_TEXT - size, "%s%.4f,%.4f,%.4f,%.4f", i ? ";" : "",
                                 (double)box->x / frame->width, (double)box->y / frame->height,
                                 (double)box->width / frame->width, (double)box->height / frame->height);
    }
}

/* A frame of the camera as a JPEG; false: none came. `boxes` may be NULL. */
static bool take_frame(struct ww_live_view *view, uint32_t width, unsigned char **jpeg, size_t *size,
                       char *boxes)
{
    struct ww_error error;
    struct ww_live_frame frame;
    if (!ww_live_view_wait(view, patience, &frame))
        return false;
    bool taken = ww_console_jpeg(frame.still, frame.width, width, jpeg, size, &error) == 0;
    ww_still_release(frame.still);
    if (boxes)
        write_boxes(boxes, &frame);
    return taken;
}

static bool next_frame(struct stream *stream)
{
    double now = ww_clock_monotonic();
    free(stream->jpeg);
    stream->jpeg = NULL;
    stream->size = stream->sent = stream->head_sent = 0;
    while (now < stream->due && ww_live_view_is_there(stream->view)) {
        usleep((useconds_t)(fmin(stream->due - now, longest_nap) * 1e6));
        now = ww_clock_monotonic();
    }
    stream->due = now + stream->interval;
    if (!ww_live_view_is_there(stream->view) ||
        !take_frame(stream->view, stream->width, &stream->jpeg, &stream->size, NULL))
        return false;
    stream->head_size =
        (size_t)snprintf(stream->head, sizeof stream->head,
                         "%s--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %zu\r\n\r\n",
                         stream->begun ? "\r\n" : "", stream->size);
    stream->begun = true;
    return true;
}

static size_t pass_on(char *bytes, size_t room, const void *from, size_t size, size_t *sent)
{
    size_t part = size - *sent < room ? size - *sent : room;
    memcpy(bytes, (const char *)from + *sent, part);
    *sent += part;
    return part;
}

static size_t read_stream(void *context, char *bytes, size_t size)
{
    struct stream *stream = context;
    if (stream->sent == stream->size && !next_frame(stream))
        return 0;
    size_t filled = pass_on(bytes, size, stream->head, stream->head_size, &stream->head_sent);
    return filled + pass_on(bytes + filled, size - filled, stream->jpeg, stream->size, &stream->sent);
}

static void free_stream(void *context)
{
    struct stream *stream = context;
    ww_live_view_release(stream->view);
    free(stream->jpeg);
    free(stream);
}

static struct ww_http_answer *answer_frame(struct ww_live_view *view, uint32_t width)
{
    unsigned char *jpeg;
    size_t size;
    char boxes[BOXES_TEXT];
    bool taken = take_frame(view, width, &jpeg, &size, boxes);
    ww_live_view_release(view);
    if (!taken)
        return ww_http_refusal(UNAVAILABLE, "the camera gives no picture now");
    struct ww_http_answer *answer = ww_http_bytes("image/jpeg", jpeg, size);
    ww_http_set(answer, "Cache-Control", "no-store");
    ww_http_set(answer, "X-Boxes", boxes);
    return answer;
}

static struct ww_http_answer *answer_stream(const struct ww_http_request *request, struct ww_live_view *view,
                                            uint32_t width, double rate)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        ww_live_view_release(view);
        return NULL;
    }
    stream->view = view;
    stream->width = width;
    stream->interval = rate > 0 ? 1 / rate : 0;
    return ww_http_stream(request, "multipart/x-mixed-replace; boundary=frame", read_stream, free_stream,
                          stream);
}

struct ww_http_answer *ww_console_live(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    const char *rest = ww_http_rest(request), *slash = strrchr(rest, '/');
    const char *what = slash ? slash + 1 : "";
    double width = 0, rate = 0;
    if (strcmp(what, "frame.jpg") != 0 && strcmp(what, "stream") != 0)
        return ww_http_refusal(NOT_FOUND, "of a camera there are frame.jpg and stream");
    if (!ww_console_number(request, "width", 16, 8192, &width) ||
        !ww_console_number(request, "fps", 0.1, 60, &rate))
        return ww_http_refusal(BAD_REQUEST, "width is a number from 16 to 8192, fps one from 0.1 to 60");
    char *name = strndup(rest, (size_t)(slash - rest));
    struct ww_live_view *view = name ? ww_live_view_find(source->views, name) : NULL;
    free(name);
    if (!view)
        return ww_http_refusal(NOT_FOUND, "there is no such camera");
    return *what == 'f' ? answer_frame(view, (uint32_t)width)
                        : answer_stream(request, view, (uint32_t)width, rate);
}
