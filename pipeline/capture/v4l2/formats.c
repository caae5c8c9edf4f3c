/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/v4l2/formats.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/v4l2/device.h"

enum { DEFAULT_WIDTH = 1280, DEFAULT_HEIGHT = 720, DEFAULT_RATE = 15, MOST_ENTRIES = 512 };

/* In the order of preference. */
static const struct native {
    uint32_t fourcc;
    const char *name;
    enum ww_codec codec;
    enum ww_raw_format raw;
} natives[] = {
    {V4L2_PIX_FMT_MJPEG, "mjpeg", WW_CODEC_JPEG, WW_RAW_I420},
    {V4L2_PIX_FMT_JPEG, "jpeg", WW_CODEC_JPEG, WW_RAW_I420},
    {V4L2_PIX_FMT_YUYV, "yuyv", WW_CODEC_RAW, WW_RAW_YUYV},
    {V4L2_PIX_FMT_UYVY, "uyvy", WW_CODEC_RAW, WW_RAW_UYVY},
    {V4L2_PIX_FMT_NV12, "nv12", WW_CODEC_RAW, WW_RAW_NV12},
    {V4L2_PIX_FMT_YUV420, "yu12", WW_CODEC_RAW, WW_RAW_I420},
    {V4L2_PIX_FMT_GREY, "grey", WW_CODEC_RAW, WW_RAW_GREY},
    {V4L2_PIX_FMT_RGB24, "rgb24", WW_CODEC_RAW, WW_RAW_RGB},
    {V4L2_PIX_FMT_BGR24, "bgr24", WW_CODEC_RAW, WW_RAW_BGR},
};
enum { NATIVES = sizeof natives / sizeof *natives };

static size_t rank(uint32_t fourcc)
{
    size_t i = 0;
    while (i < NATIVES && natives[i].fourcc != fourcc)
        i++;
    return i;
}

bool ww_fourcc_is_native(uint32_t fourcc, enum ww_codec *codec, enum ww_raw_format *raw)
{
    size_t i = rank(fourcc);
    if (i == NATIVES)
        return false;
    *codec = natives[i].codec;
    *raw = natives[i].raw;
    return true;
}

void ww_format_name(uint32_t fourcc, char name[8])
{
    char text[5];
    size_t i = rank(fourcc);
    ww_fourcc_text(fourcc, text);
    snprintf(name, 8, "%s", i < NATIVES ? natives[i].name : text);
}

/* --- asking ------------------------------------------------------------------------------------- */

/* Room for one entry more, zeroed; NULL: no memory, or the driver does not stop. */
static void *grow(void *list, size_t *count, size_t size)
{
    void **entries = list;
    if (*count >= MOST_ENTRIES)
        return NULL;
    void *grown = realloc(*entries, (*count + 1) * size);
    if (!grown)
        return NULL;
    *entries = grown;
    return memset((char *)grown + (*count)++ * size, 0, size);
}

static double rate_of(struct v4l2_fract interval)
{
    return interval.numerator ? (double)interval.denominator / (double)interval.numerator : 0;
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static int add_rate(struct ww_rates *rates, double rate)
{
    double *entry = grow(&rates->list, &rates->count, sizeof *entry);
    if (entry)
        *entry = rate;
    return entry ? 0 : -ENOMEM;
}

static int read_rates(struct ww_rates *rates, int fd, uint32_t fourcc, uint32_t width, uint32_t height)
{
    struct v4l2_frmivalenum entry = {.pixel_format = fourcc, .width = width, .height = height};
    int code = 0;
    for (; code == 0 && ww_device_ask(fd, VIDIOC_ENUM_FRAMEINTERVALS, &entry) == 0; entry.index++) {
        if (entry.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
            code = add_rate(rates, rate_of(entry.discrete));
            continue;
        }
        rates->is_range = true; /* of intervals: the shortest is the highest rate */
        code = add_rate(rates, rate_of(entry.stepwise.min));
        return code == 0 ? add_rate(rates, rate_of(entry.stepwise.max)) : code;
    }
    if (rates->count > 1)
        qsort(rates->list, rates->count, sizeof *rates->list, descending);
    return code;
}

static int read_size(struct ww_camera_format *format, int fd, const struct v4l2_frmsizeenum *entry)
{
    struct ww_frame_size *size = grow(&format->sizes, &format->size_count, sizeof *size);
    if (!size)
        return -ENOMEM;
    if (entry->type == V4L2_FRMSIZE_TYPE_DISCRETE)
        *size = (struct ww_frame_size){.width = entry->discrete.width, .height = entry->discrete.height};
    else
        *size = (struct ww_frame_size){
            .width = entry->stepwise.min_width,
            .height = entry->stepwise.min_height,
            .max_width = entry->stepwise.max_width,
            .max_height = entry->stepwise.max_height,
            .step_x = entry->stepwise.step_width ? entry->stepwise.step_width : 1,
            .step_y = entry->stepwise.step_height ? entry->stepwise.step_height : 1,
        };
    return read_rates(&size->rates, fd, format->fourcc, size->width, size->height);
}

/* A driver that lists no sizes has the one that it is set to. */
static int read_current_size(struct ww_camera_format *format, int fd)
{
    struct v4l2_format current = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_frmsizeenum entry = {.type = V4L2_FRMSIZE_TYPE_DISCRETE};
    if (ww_device_ask(fd, VIDIOC_G_FMT, &current) != 0)
        return 0;
    entry.discrete.width = current.fmt.pix.width;
    entry.discrete.height = current.fmt.pix.height;
    return read_size(format, fd, &entry);
}

static int read_sizes(struct ww_camera_format *format, int fd)
{
    struct v4l2_frmsizeenum entry = {.pixel_format = format->fourcc};
    int code = 0;
    for (; code == 0 && ww_device_ask(fd, VIDIOC_ENUM_FRAMESIZES, &entry) == 0; entry.index++) {
        code = read_size(format, fd, &entry);
        if (entry.type != V4L2_FRMSIZE_TYPE_DISCRETE)
            break;
    }
    return code == 0 && format->size_count == 0 ? read_current_size(format, fd) : code;
}

int ww_camera_formats_read(struct ww_camera_formats *formats, int fd)
{
    struct v4l2_fmtdesc entry = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    int code = 0;
    *formats = (struct ww_camera_formats){0};
    for (; code == 0 && ww_device_ask(fd, VIDIOC_ENUM_FMT, &entry) == 0; entry.index++) {
        struct ww_camera_format *format = grow(&formats->list, &formats->count, sizeof *format);
        if (!format) {
            code = -ENOMEM;
            break;
        }
        format->fourcc = entry.pixelformat;
        snprintf(format->name, sizeof format->name, "%s", (const char *)entry.description);
        code = read_sizes(format, fd);
    }
    if (code != 0)
        ww_camera_formats_free(formats);
    return code;
}

void ww_camera_formats_free(struct ww_camera_formats *formats)
{
    for (size_t i = 0; i < formats->count; i++) {
        for (size_t j = 0; j < formats->list[i].size_count; j++)
            free(formats->list[i].sizes[j].rates.list);
        free(formats->list[i].sizes);
    }
    free(formats->list);
    *formats = (struct ww_camera_formats){0};
}

/* --- choosing ----------------------------------------------------------------------------------- */

static bool is_named(uint32_t fourcc, const char *wanted)
{
    char name[8], text[5];
    ww_format_name(fourcc, name);
    ww_fourcc_text(fourcc, text);
    return strcasecmp(name, wanted) == 0 || strcasecmp(text, wanted) == 0;
}

static uint32_t into_range(uint32_t wanted, uint32_t low, uint32_t high, uint32_t step)
{
    if (wanted <= low)
        return low;
    uint32_t value = low + (wanted - low + step / 2) / step * step;
    return value > high ? high - (high - low) % step : value;
}

/* The nearest of this entry. */
static void fit_size(const struct ww_frame_size *size, uint32_t *width, uint32_t *height)
{
    if (size->max_width == 0) {
        *width = size->width;
        *height = size->height;
        return;
    }
    *width = into_range(*width, size->width, size->max_width, size->step_x);
    *height = into_range(*height, size->height, size->max_height, size->step_y);
}

static double fit_rate(const struct ww_rates *rates, double wanted)
{
    if (rates->count == 0)
        return 0;
    if (rates->is_range)
        return fmin(fmax(wanted, rates->list[1]), rates->list[0]);
    double fitting = rates->list[0];
    for (size_t i = 0; i < rates->count; i++)
        if (rates->list[i] >= wanted * 0.99) /* 29.97 will do for 30 */
            fitting = rates->list[i];
    return fitting;
}

/* How far one size is from another; a smaller one is worse than one that is as much larger. */
static double distance(uint32_t width, uint32_t height, uint32_t wanted_width, uint32_t wanted_height)
{
    double x = log((double)width / wanted_width), y = log((double)height / wanted_height);
    return fabs(x) + fabs(y) + (x + y < 0 ? 1e-6 : 0);
}

static bool choose_size(const struct ww_camera_format *format, const struct ww_capture_settings *settings,
                        struct ww_format_choice *choice)
{
    uint32_t wanted_width = settings->width ? settings->width : DEFAULT_WIDTH;
    uint32_t wanted_height = settings->height ? settings->height : DEFAULT_HEIGHT;
    double least = INFINITY;
    for (size_t i = 0; i < format->size_count; i++) {
        uint32_t width = wanted_width, height = wanted_height;
        fit_size(&format->sizes[i], &width, &height);
        if (!ww_size_is_watchable(width, height))
            continue;
        double away = distance(width, height, wanted_width, wanted_height);
        if (away >= least)
            continue;
        least = away;
        *choice = (struct ww_format_choice){format->fourcc, width, height,
                                            fit_rate(&format->sizes[i].rates, settings->frame_rate > 0
                                                                                  ? settings->frame_rate
                                                                                  : DEFAULT_RATE)};
    }
    return isfinite(least);
}

static int refuse(const struct ww_camera_formats *formats, const char *wanted, struct ww_error *error)
{
    char known[256] = "";
    size_t at = 0;
    for (size_t i = 0; i < formats->count && at < sizeof known; i++) {
        char name[8];
        ww_format_name(formats->list[i].fourcc, name);
        at += (size_t)snprintf(known + at, sizeof known - at, "%s%s", i ? ", " : "", name);
    }
    if (formats->count == 0)
        return ww_fail(error, -EINVAL, "it offers no format");
    return ww_fail(error, -EINVAL, "it does not offer %s in a size that can be watched; it offers %s",
                   wanted ? wanted : "any format", known);
}

int ww_camera_formats_choose(const struct ww_camera_formats *formats,
                             const struct ww_capture_settings *settings, struct ww_format_choice *choice,
                             struct ww_error *error)
{
    size_t best = NATIVES + 1;
    for (size_t i = 0; i < formats->count; i++) {
        const struct ww_camera_format *format = &formats->list[i];
        struct ww_format_choice candidate;
        if (settings->format && !is_named(format->fourcc, settings->format))
            continue;
        if (rank(format->fourcc) < best && choose_size(format, settings, &candidate)) {
            best = rank(format->fourcc);
            *choice = candidate;
        }
    }
    return best <= NATIVES ? 0 : refuse(formats, settings->format, error);
}
