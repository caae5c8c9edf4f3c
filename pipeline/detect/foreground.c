/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/foreground.h"

#include <math.h>

#include "detect/background.h"
#include "detect/cleaner.h"
#include "detect/exposure.h"
#include "detect/noise.h"
#include "detect/sample_model.h"
#include "detect/shake.h"

static const double left_by_smoothing = 0.375; /* of white noise, by a 1-2-1 window each way */

struct ww_foreground {
    struct ww_sample_model *samples; /* or */
    struct ww_background *light;
    struct ww_cleaner *cleaner;
    struct ww_bitplane raw, mask, near;
    struct ww_noise *noise;
    struct ww_shake *shake;
    struct ww_shift shift; /* of the last step */
    struct ww_exposure_course exposure;
    double light_factor;      /* of the last step */
    uint8_t *smooth, *placed; /* planes for noisy pictures, and for those in another exposure or place */
    bool smooths;
    double deviation;    /* of the noise */
    struct ww_luma luma; /* of the last step */
};

static bool create_model(struct ww_foreground *foreground, uint32_t width, uint32_t height,
                         const struct ww_foreground_rules *rules)
{
    if (rules->model == WW_MODEL_LIGHT) {
        const struct ww_background_parameters light = {
            .mean_seconds = 6,
            .foreground_seconds = 40,
            .threshold_seconds = 6,
            .min_threshold = rules->min_threshold,
            .factor = rules->factor,
            .warm_up_seconds = rules->warm_up_seconds,
        };
        foreground->light = ww_background_create(width, height, &light);
        return foreground->light != NULL;
    }
    const struct ww_sample_parameters samples = {
        .sample_seconds = 0.16,
        .slow_seconds = 4,
        .warm_up_seconds = rules->warm_up_seconds,
        .absorb_seconds = rules->absorb_seconds,
        .threshold = rules->threshold,
        .dark = rules->dark,
        .threads = rules->threads,
    };
    foreground->samples = ww_sample_model_create(width, height, &samples);
    return foreground->samples != NULL;
}

struct ww_foreground *ww_foreground_create(uint32_t width, uint32_t height,
                                           const struct ww_foreground_rules *rules)
{
    struct ww_foreground *foreground = calloc(1, sizeof *foreground);
    if (!foreground)
        return NULL;
    foreground->cleaner = ww_cleaner_create(width, height, rules->person);
    foreground->noise = ww_noise_create(width, height, rules->person);
    foreground->shake = ww_shake_create(width, height);
    foreground->smooth = aligned_alloc(64, WW_STATE(width) * height);
    foreground->placed = aligned_alloc(64, WW_STATE(width) * height);
    if (!foreground->noise || !foreground->shake || !foreground->smooth || !foreground->placed ||
        !foreground->cleaner || !create_model(foreground, width, height, rules) ||
        ww_bitplane_create(&foreground->raw, width, height) ||
        ww_bitplane_create(&foreground->mask, width, height) ||
        ww_bitplane_create(&foreground->near, width, height)) {
        ww_foreground_destroy(foreground);
        return NULL;
    }
    return foreground;
}

void ww_foreground_destroy(struct ww_foreground *foreground)
{
    if (!foreground)
        return;
    ww_sample_model_destroy(foreground->samples);
    ww_background_destroy(foreground->light);
    ww_cleaner_destroy(foreground->cleaner);
    ww_noise_destroy(foreground->noise);
    ww_shake_destroy(foreground->shake);
    free(foreground->smooth);
    free(foreground->placed);
    ww_bitplane_destroy(&foreground->raw);
    ww_bitplane_destroy(&foreground->mask);
    ww_bitplane_destroy(&foreground->near);
    free(foreground);
}

static struct ww_luma smoothed(const struct ww_foreground *foreground, const struct ww_luma *luma)
{
    const struct ww_kernels *kernels = ww_kernels();
    ptrdiff_t stride = (ptrdiff_t)WW_STATE(luma->width);
    for (uint32_t y = 0; y < luma->height; y++) {
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride;
        kernels->smooth_row(y > 0 ? row - luma->stride : row, row,
                            y + 1 < luma->height ? row + luma->stride : row,
                            foreground->smooth + (ptrdiff_t)y * stride, luma->width);
    }
    return (struct ww_luma){foreground->smooth, stride, luma->width, luma->height};
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static double gain_of(const struct ww_foreground *foreground, const struct ww_luma *luma)
{
    enum { GRID = 18 }; /* one pixel in so many rows and columns */
    struct ww_exposure exposure = {0};
    for (uint32_t y = GRID / 2; y < luma->height; y += GRID) {
        int from_y = clamp((int)y + foreground->shift.y, 0, (int)luma->height - 1);
        for (uint32_t x = GRID / 2; x < luma->width; x += GRID) {
            int from_x = clamp((int)x + foreground->shift.x, 0, (int)luma->width - 1);
            ww_exposure_add(&exposure, luma->pixels[from_y * luma->stride + from_x],
                            foreground->light ? foreground->light->mean[y * foreground->light->stride + x]
                                              : ww_sample_model_newest(foreground->samples, (int)x, (int)y));
        }
    }
    return ww_exposure_gain(&exposure);
}

/* The picture as it would be in the background's exposure and place. */
static struct ww_luma placed(const struct ww_foreground *foreground, const struct ww_luma *luma, double gain)
{
    uint8_t table[256];
    int width = (int)luma->width, height = (int)luma->height, by = foreground->shift.x;
    int first = by < 0 ? -by : 0, end = by > 0 ? width - by : width; /* columns that are in the picture */
    ptrdiff_t stride = (ptrdiff_t)WW_STATE(luma->width);
    for (int i = 0; i < 256; i++)
        table[i] = (uint8_t)fmin(255, i / gain + 0.5);
    for (int y = 0; y < height; y++) {
        const uint8_t *row = luma->pixels + clamp(y + foreground->shift.y, 0, height - 1) * luma->stride;
        uint8_t *out = foreground->placed + y * stride;
        for (int x = first; x < end; x++)
            out[x] = table[row[x + by]];
        memset(out, out[first], (size_t)first);
        memset(out + end, out[end - 1], (size_t)(width - end));
    }
    return (struct ww_luma){foreground->placed, stride, luma->width, luma->height};
}

struct ww_shift ww_foreground_shift(const struct ww_foreground *foreground)
{
    return foreground->shift;
}

double ww_foreground_light(const struct ww_foreground *foreground)
{
    return foreground->light_factor;
}

const struct ww_luma *ww_foreground_luma(const struct ww_foreground *foreground)
{
    return &foreground->luma;
}

static bool knows_background(const struct ww_foreground *foreground)
{
    return foreground->light ? foreground->light->learned : foreground->samples->begun;
}

struct ww_bitplane *ww_foreground_step(struct ww_foreground *foreground, const struct ww_luma *luma,
                                       double pts, const struct ww_bitplane *calm,
                                       const struct ww_bitplane *held)
{
    struct ww_noisiness noise = ww_noise_step(foreground->noise, luma, pts);
    if (noise.smooth != foreground->smooths)
        ww_foreground_relearn(foreground);
    foreground->smooths = noise.smooth;
    foreground->deviation = noise.deviation;
    foreground->luma = noise.smooth ? smoothed(foreground, luma) : *luma;
    foreground->shift = ww_shake_step(foreground->shake, luma, pts);
    double deviation = noise.deviation * (noise.smooth ? left_by_smoothing : 1);
    double gain = knows_background(foreground) ? gain_of(foreground, &foreground->luma) : 1;
    foreground->light_factor = ww_exposure_follow(&foreground->exposure, gain, pts);
    if (gain != 1 || foreground->shift.x || foreground->shift.y)
        foreground->luma = placed(foreground, &foreground->luma, gain);
    luma = &foreground->luma;
    if (foreground->light)
        ww_background_step(foreground->light, luma, pts, &foreground->raw);
    else
        ww_sample_model_step(foreground->samples, luma, pts, deviation, held,
                             foreground->samples->age < WW_YOUNG_SECONDS ? calm : &foreground->near,
                             &foreground->raw);
    ww_cleaner_run(foreground->cleaner, &foreground->raw, &foreground->mask, &foreground->near);
    return &foreground->mask;
}

static uint32_t within(int at, uint32_t end)
{
    return at < 0 ? 0 : (uint32_t)at < end ? (uint32_t)at : end;
}

void ww_foreground_expect(struct ww_foreground *foreground, struct ww_extent extent)
{
    struct ww_bitplane *near = &foreground->near;
    uint32_t left = within(extent.left, near->width), right = within(extent.right, near->width);
    uint32_t top = within(extent.top, near->height), bottom = within(extent.bottom, near->height);
    for (uint32_t y = top; y < bottom; y++)
        for (size_t i = left / 64; i * 64 < right; i++)
            ww_bitplane_row(near, y)[i] |= ww_bits_between(i, left, right);
}

const struct ww_bitplane *ww_foreground_near(const struct ww_foreground *foreground)
{
    return &foreground->near;
}

void ww_foreground_relearn(struct ww_foreground *foreground)
{
    foreground->exposure = (struct ww_exposure_course){0};
    if (foreground->light)
        ww_background_relearn(foreground->light);
    else
        ww_sample_model_relearn(foreground->samples);
}

static void background_inside(const struct ww_foreground *foreground, int y, int left, int count,
                              uint8_t *luma)
{
    if (!foreground->light) {
        ww_sample_model_row(foreground->samples, y, left, count, luma);
        return;
    }
    memcpy(luma, foreground->light->mean + (size_t)y * foreground->light->stride + left, (size_t)count);
}

void ww_foreground_background(const struct ww_foreground *foreground, int y, int left, int count,
                              uint8_t *luma)
{
    int width = (int)foreground->mask.width, height = (int)foreground->mask.height;
    y = clamp(y, 0, height - 1);
    int first = clamp(left, 0, width - 1); /* column inside */
    int last = left + count - 1 < first ? first : left + count - 1 < width ? left + count - 1 : width - 1;
    int at = first - left < 0 ? 0 : first - left < count ? first - left : count - 1;
    background_inside(foreground, y, first, last - first + 1, luma + at);
    memset(luma, luma[at], (size_t)at);
    int end = at + last - first + 1;
    memset(luma + end, luma[end - 1], (size_t)(count - end));
}

double ww_foreground_noise(const struct ww_foreground *foreground)
{
    return foreground->deviation;
}
