/* Cameras of this machine, by V4L2. SPDX-License-Identifier: Apache-2.0
 *
 * The kernel's buffers are lent to decoding and given back: no frame is copied that is not kept. The
 * ioctls are the kernel's own, not libv4l2's, which knows 16 devices at the most; what it would convert is
 * converted by its libv4lconvert. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "capture/source.h"
#include "capture/v4l2/buffers.h"
#include "capture/v4l2/controls.h"
#include "capture/v4l2/converter.h"
#include "capture/v4l2/device.h"
#include "capture/v4l2/formats.h"

enum { BUFFERS = 5, POLL_MS = 100, FAILURES_IN_A_ROW = 20 };
static const double default_stall = 10, old_frame = 10; /* seconds */

struct camera {
    char path[WW_DEVICE_PATH];
    const char *label;
    int fd;
    bool streaming, has_events;
    struct ww_buffers buffers;
    struct v4l2_format format;
    struct ww_converter *converter;
    double stall;
    struct ww_source_options options;
    int64_t count;     /* packets given */
    uint32_t expected; /* sequence number of the next frame */
    bool has_sequence;
    int failures; /* of the driver, in a row */
};

static bool v4l2_accepts(const char *location)
{
    struct stat info;
    return strncmp(location, "/dev/", 5) == 0 || (stat(location, &info) == 0 && S_ISCHR(info.st_mode));
}

/* --- opening ------------------------------------------------------------------------------------ */

/* "/dev/video0: it has no control …": who, for what a part says. */
static int attribute(const struct camera *camera, int code, struct ww_error *error)
{
    char said[sizeof error->text];
    memcpy(said, error->text, sizeof said);
    return ww_fail(error, code, "%.200s: %.300s", camera->path, said);
}

/* Only a number can come to mean another camera; other paths hold to one of themselves. */
static bool is_numbered(const char *path)
{
    return strncmp(path, "/dev/video", 10) == 0;
}

static int check_facts(const struct camera *camera, struct ww_device_facts *facts, struct ww_error *error)
{
    int code = ww_device_facts(camera->fd, facts);
    if (code != 0)
        return ww_fail(error, code, "'%s' is no camera", camera->path);
    if (ww_device_is_camera(facts))
        return 0;
    return ww_fail(error, -ENOTTY,
                   "'%s' (%s) gives no frames: it is another part of a camera, or an output; 'wallwatch "
                   "cameras' lists those that do",
                   camera->path, facts->card);
}

/* The camera that it was before, wherever it is now. */
static int find_again(struct camera *camera, const char *identity, struct ww_error *error)
{
    char path[WW_DEVICE_PATH];
    if (ww_device_find(identity, path) != 0)
        return ww_fail(error, -ENODEV, "the camera of '%s' is not attached any more", camera->path);
    if (camera->fd >= 0)
        close(camera->fd);
    camera->fd = ww_device_open(path, error);
    if (camera->fd < 0)
        return camera->fd;
    ww_log_about(WW_LOG_INFO, camera->label, "the camera that was %s is %s now", camera->path, path);
    snprintf(camera->path, sizeof camera->path, "%s", path);
    return 0;
}

static int open_device(struct camera *camera, char *identity, struct ww_error *error)
{
    struct ww_device_facts facts;
    char found[WW_IDENTITY_TEXT];
    bool known = *identity && is_numbered(camera->path);
    camera->fd = ww_device_open(camera->path, error);
    int code = camera->fd < 0 ? camera->fd : check_facts(camera, &facts, error);
    if (code == 0)
        ww_device_identity(&facts, found, sizeof found);
    if (known && (code == -ENODEV || code == -ENOTTY || (code == 0 && strcmp(found, identity) != 0))) {
        code = find_again(camera, identity, error);
        if (code == 0)
            code = check_facts(camera, &facts, error);
    }
    if (code == 0)
        ww_device_identity(&facts, identity, WW_IDENTITY_TEXT);
    return code;
}

static int set_format(struct camera *camera, const struct ww_format_choice *choice, struct ww_error *error)
{
    struct v4l2_format *format = &camera->format;
    *format = (struct v4l2_format){.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format->fmt.pix.width = choice->width;
    format->fmt.pix.height = choice->height;
    format->fmt.pix.pixelformat = choice->fourcc;
    format->fmt.pix.field = V4L2_FIELD_ANY;
    int code = ww_device_ask(camera->fd, VIDIOC_S_FMT, format);
    if (code == -EBUSY)
        return ww_fail(error, code, "another program uses it");
    if (code != 0)
        return ww_fail(error, code, "it does not take its own format: %s", ww_errno_text(code));
    if (!ww_size_is_watchable(format->fmt.pix.width, format->fmt.pix.height))
        return ww_fail(error, -EINVAL, "its frames are %ux%u; what can be watched is %dx%d to %dx%d",
                       format->fmt.pix.width, format->fmt.pix.height, WW_MIN_SIDE, WW_MIN_SIDE, WW_MAX_SIDE,
                       WW_MAX_SIDE);
    return 0;
}

/* What it really gives, frames a second; 0: it does not say. */
static double set_rate(struct camera *camera, double rate)
{
    struct v4l2_streamparm parameters = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_fract *interval = &parameters.parm.capture.timeperframe;
    if (ww_device_ask(camera->fd, VIDIOC_G_PARM, &parameters) != 0)
        return 0;
    if (rate > 0 && parameters.parm.capture.capability & V4L2_CAP_TIMEPERFRAME) {
        *interval = (struct v4l2_fract){1000, (uint32_t)(rate * 1000 + 0.5)};
        if (ww_device_ask(camera->fd, VIDIOC_S_PARM, &parameters) != 0)
            return 0;
    }
    return interval->numerator && interval->denominator ? (double)interval->denominator / interval->numerator
                                                        : 0;
}

/* A camera that watches with a wrong brightness is worth more than one that does not watch. */
static void set_controls(struct camera *camera, const struct ww_capture_settings *settings)
{
    struct ww_controls controls;
    if (settings->control_count == 0 || ww_controls_read(&controls, camera->fd) != 0)
        return;
    for (size_t i = 0; i < settings->control_count; i++) {
        const struct ww_control *control;
        struct ww_error error;
        int64_t value;
        if (ww_controls_resolve(&controls, &settings->controls[i], &control, &value, &error) != 0 ||
            ww_control_set(camera->fd, control, value, &error) != 0)
            ww_log_about(WW_LOG_ERROR, camera->label, "%s; it is watched without", error.text);
    }
    ww_controls_free(&controls);
}

static void say_what_was_agreed(const struct camera *camera, const struct ww_capture_settings *settings,
                                double rate)
{
    char name[8], asked[64] = "", per_second[24] = "";
    const struct v4l2_pix_format *pix = &camera->format.fmt.pix;
    ww_format_name(pix->pixelformat, name);
    if (rate > 0)
        snprintf(per_second, sizeof per_second, ", %.4g a second", rate);
    bool other_size = settings->width && (settings->width != pix->width || settings->height != pix->height);
    bool other_rate = settings->frame_rate > 0 && rate > 0 && fabs(rate - settings->frame_rate) > 0.1;
    if (other_size || other_rate)
        snprintf(asked, sizeof asked, " (nearest to %ux%u, %.4g a second)",
                 settings->width ? settings->width : pix->width,
                 settings->height ? settings->height : pix->height,
                 settings->frame_rate > 0 ? settings->frame_rate : rate);
    ww_log_about(WW_LOG_INFO, camera->label, "%s gives %s %ux%u%s%s", camera->path, name, pix->width,
                 pix->height, per_second, asked);
}

/* Numbers go round when cameras are plugged in another order. */
static void suggest_path(const struct camera *camera)
{
    char path[1][WW_DEVICE_PATH];
    if (is_numbered(camera->path) && ww_device_lasting_paths(camera->path, path, 1) == 1)
        ww_log_about(WW_LOG_INFO, camera->label, "%s is also %s, which stays its name", camera->path,
                     path[0]);
}

static int choose(const struct camera *camera, const struct ww_capture_settings *settings,
                  struct ww_format_choice *choice, struct ww_error *error)
{
    struct ww_camera_formats formats;
    *choice = (struct ww_format_choice){0};
    int code = ww_camera_formats_read(&formats, camera->fd);
    if (code != 0)
        return ww_fail(error, code, "it cannot be asked for its formats: %s", ww_errno_text(code));
    code = ww_camera_formats_choose(&formats, settings, choice, error);
    ww_camera_formats_free(&formats);
    return code;
}

static int agree(struct camera *camera, const struct ww_capture_settings *settings, double *rate,
                 struct ww_error *error)
{
    struct ww_format_choice choice;
    int code = choose(camera, settings, &choice, error);
    if (code == 0)
        code = set_format(camera, &choice, error);
    if (code != 0)
        return code;
    *rate = set_rate(camera, choice.frame_rate);
    set_controls(camera, settings);
    return 0;
}

static void subscribe(struct camera *camera)
{
    struct v4l2_event_subscription wish = {.type = V4L2_EVENT_SOURCE_CHANGE};
    int input = 0;
    if (ww_device_ask(camera->fd, VIDIOC_G_INPUT, &input) == 0)
        wish.id = (uint32_t)input; /* each input tells of itself */
    camera->has_events = ww_device_ask(camera->fd, VIDIOC_SUBSCRIBE_EVENT, &wish) == 0;
}

static int start(struct camera *camera, struct ww_error *error)
{
    enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    int code = ww_buffers_open(&camera->buffers, camera->fd, BUFFERS, error);
    if (code != 0)
        return code;
    code = ww_device_ask(camera->fd, VIDIOC_STREAMON, &type);
    if (code == -ENOSPC)
        return ww_fail(error, code,
                       "there is no room on its USB bus: move it to another port, or ask for a "
                       "smaller size or rate");
    if (code != 0)
        return ww_fail(error, code, "it does not start: %s", ww_errno_text(code));
    camera->streaming = true;
    return 0;
}

static int describe(struct camera *camera, double rate, struct ww_stream *stream, struct ww_error *error)
{
    const struct v4l2_pix_format *pix = &camera->format.fmt.pix;
    *stream = (struct ww_stream){
        .width = pix->width,
        .height = pix->height,
        .frame_rate = rate,
        .start_us = ww_clock_wall_us(),
        .live = true,
    };
    if (!ww_fourcc_is_native(pix->pixelformat, &stream->codec, &stream->raw.format)) {
        stream->codec = WW_CODEC_RAW;
        stream->raw = (struct ww_raw_layout){.format = WW_RAW_I420, .stride = pix->width};
        return ww_converter_open(&camera->converter, camera->fd, &camera->format, error);
    }
    uint32_t least = pix->width * ww_raw_pixel_bytes(stream->raw.format);
    stream->raw.stride = pix->bytesperline > least ? pix->bytesperline : least;
    stream->raw.full_range = pix->quantization == V4L2_QUANTIZATION_FULL_RANGE;
    if (stream->codec == WW_CODEC_JPEG) /* a JPEG knows best */
        stream->width = stream->height = 0;
    return 0;
}

static void v4l2_close(void *state)
{
    struct camera *camera = state;
    enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (camera->streaming)
        ww_device_ask(camera->fd, VIDIOC_STREAMOFF, &type);
    ww_buffers_close(&camera->buffers);
    ww_converter_close(camera->converter);
    if (camera->fd >= 0)
        close(camera->fd);
    free(camera);
}

static int v4l2_open(void **state, struct ww_stream *stream, const char *location,
                     const struct ww_source_options *options, struct ww_error *error)
{
    static const struct ww_capture_settings anything;
    const struct ww_capture_settings *settings = options->capture ? options->capture : &anything;
    double rate = 0;
    struct camera *camera = calloc(1, sizeof *camera);
    if (!camera)
        return ww_fail(error, -ENOMEM, "cannot open '%s': out of memory", location);
    snprintf(camera->path, sizeof camera->path, "%s", location);
    camera->fd = -1;
    camera->label = options->label ? options->label : location;
    camera->options = *options;
    camera->stall = settings->stall > 0 ? settings->stall : default_stall;
    char nobody_remembers[WW_IDENTITY_TEXT] = "";
    bool first_time = !options->identity || !*options->identity;
    int code = open_device(camera, options->identity ? options->identity : nobody_remembers, error);
    if (code != 0)
        goto failed;
    code = agree(camera, settings, &rate, error);
    if (code == 0)
        code = describe(camera, rate, stream, error);
    if (code == 0) {
        subscribe(camera);
        code = start(camera, error);
    }
    if (code != 0) {
        attribute(camera, code, error);
        goto failed;
    }
    say_what_was_agreed(camera, settings, rate);
    if (first_time)
        suggest_path(camera);
    *state = camera;
    return 0;
failed:
    v4l2_close(camera);
    return code;
}

/* --- reading ------------------------------------------------------------------------------------ */

static bool is_stopped(const struct camera *camera)
{
    return camera->options.stopped && camera->options.stopped(camera->options.stopped_context);
}

/* Whether its picture changed its format. */
static bool changed(struct camera *camera)
{
    struct v4l2_event event;
    bool changed = false;
    while (ww_device_ask(camera->fd, VIDIOC_DQEVENT, &event) == 0)
        changed |= event.type == V4L2_EVENT_SOURCE_CHANGE;
    return changed;
}

/* Returns 0 when there is something to fetch. */
static int wait_for_frame(struct camera *camera, double since, struct ww_error *error)
{
    struct pollfd waiting = {.fd = camera->fd,
                             .events = (short)(POLLIN | (camera->has_events ? POLLPRI : 0))};
    for (;;) {
        if (is_stopped(camera))
            return ww_fail(error, -EINTR, "%s: stopped", camera->path);
        int ready = poll(&waiting, 1, POLL_MS);
        if (ready < 0 && errno != EINTR)
            return ww_fail(error, -errno, "%s: cannot wait for a frame: %s", camera->path,
                           ww_errno_text(-errno));
        if (ready > 0 && waiting.revents & POLLPRI && changed(camera))
            return ww_fail(error, -ESTALE, "%s: its picture changed its size or format", camera->path);
        if (ready > 0 && waiting.revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL))
            return 0; /* fetching tells what is wrong */
        if (ww_clock_monotonic() - since > camera->stall)
            return ww_fail(error, -ETIMEDOUT, "%s: no frame for %.3g seconds", camera->path, camera->stall);
    }
}

static void give_back(void *lease)
{
    ww_buffer_give_back(lease);
}

/* When it was taken: the driver's word, where its clock is ours and it makes sense. */
static double time_of(const struct v4l2_buffer *buffer)
{
    double now = ww_clock_monotonic();
    double said = (double)buffer->timestamp.tv_sec + (double)buffer->timestamp.tv_usec * 1e-6;
    bool ours = (buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return ours && said <= now && said > now - old_frame ? said : now;
}

static uint32_t missed_before(struct camera *camera, uint32_t sequence)
{
    uint32_t gap = camera->has_sequence ? sequence - camera->expected : 0;
    camera->has_sequence = true;
    camera->expected = sequence + 1;
    return gap < 1 << 16 ? gap : 0; /* a driver that counts anew */
}

static void convert(struct camera *camera, struct ww_buffer *buffer, struct ww_packet *packet)
{
    size_t size = 0;
    unsigned char *frame =
        packet->size > 0 ? ww_converter_convert(camera->converter, packet->bytes, packet->size, &size) : NULL;
    ww_buffer_give_back(buffer);
    packet->bytes = frame;
    packet->size = size;
    packet->scarce = false;
    packet->release = free;
    packet->lease = frame;
}

static void hand_over(struct camera *camera, const struct v4l2_buffer *from, struct ww_packet *packet)
{
    struct ww_buffer *buffer = &camera->buffers.list[from->index];
    bool bad = from->flags & V4L2_BUF_FLAG_ERROR || from->bytesused > buffer->size;
    *packet = (struct ww_packet){
        .bytes = buffer->bytes,
        .size = bad ? 0 : from->bytesused,
        .index = camera->count++,
        .key = true,
        .scarce = true,
        .missed = missed_before(camera, from->sequence),
        .captured = time_of(from),
        .release = give_back,
        .lease = buffer,
    };
    if (camera->converter)
        convert(camera, buffer, packet);
}

/* Returns 1 and a frame, 0 where there is none after all, or an error. */
static int fetch(struct camera *camera, struct ww_packet *packet, struct ww_error *error)
{
    struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    int code = ww_device_ask(camera->fd, VIDIOC_DQBUF, &buffer);
    if (code == 0 && buffer.index < camera->buffers.count) {
        camera->failures = 0;
        hand_over(camera, &buffer, packet);
        return 1;
    }
    if (code == -EAGAIN)
        return 0;
    if (code == -ENODEV || code == -ENXIO)
        return ww_fail(error, -ENODEV, "%s was unplugged", camera->path);
    if (code == -EIO && ++camera->failures < FAILURES_IN_A_ROW) /* may pass, says V4L2 */
        return 0;
    return ww_fail(error, code ? code : -EPROTO, "%s: no frame can be fetched: %s", camera->path,
                   ww_errno_text(code ? code : -EPROTO));
}

static int v4l2_read(void *state, struct ww_packet *packet, struct ww_error *error)
{
    struct camera *camera = state;
    double since = ww_clock_monotonic();
    for (;;) {
        int code = ww_buffers_retry(&camera->buffers);
        if (code != 0)
            return ww_fail(error, code, "%s: it does not take its buffers back: %s", camera->path,
                           ww_errno_text(code));
        code = wait_for_frame(camera, since, error);
        if (code == 0)
            code = fetch(camera, packet, error);
        if (code != 0)
            return code;
        if (camera->failures > 0) /* an error that stays does not let poll() wait */
            poll(NULL, 0, POLL_MS / 10);
    }
}

const struct ww_source_type ww_source_v4l2 = {
    .name = "camera",
    .accepts = v4l2_accepts,
    .open = v4l2_open,
    .read = v4l2_read,
    .close = v4l2_close,
};

/* --- asking only -------------------------------------------------------------------------------- */

static int try_settings(const struct camera *camera, const struct ww_capture_settings *settings, char *words,
                        size_t size, struct ww_error *error)
{
    struct ww_controls controls;
    struct ww_format_choice choice;
    int code = choose(camera, settings, &choice, error);
    if (code != 0)
        return code;
    char name[8];
    ww_format_name(choice.fourcc, name);
    snprintf(words, size, "%s %ux%u, %.4g a second", name, choice.width, choice.height, choice.frame_rate);
    code = ww_controls_read(&controls, camera->fd);
    for (size_t i = 0; i < settings->control_count && code == 0; i++) {
        const struct ww_control *control;
        int64_t value;
        code = ww_controls_resolve(&controls, &settings->controls[i], &control, &value, error);
    }
    ww_controls_free(&controls);
    return code;
}

int ww_source_try_camera(const char *location, const struct ww_capture_settings *settings, char *words,
                         size_t size, struct ww_error *error)
{
    struct camera camera = {.fd = -1};
    snprintf(camera.path, sizeof camera.path, "%s", location);
    char identity[WW_IDENTITY_TEXT] = "";
    int code = open_device(&camera, identity, error);
    if (code == 0) {
        code = try_settings(&camera, settings, words, size, error);
        if (code != 0)
            attribute(&camera, code, error);
    }
    if (camera.fd >= 0)
        close(camera.fd);
    return code;
}
