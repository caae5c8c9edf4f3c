/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kernels.h"

enum { FIRST_THRESHOLD = 16 };

static const double longest_step = 1.0; /* seconds; a gap in time is no reason to forget */

struct ww_background *ww_background_create(uint32_t width, uint32_t height,
                                           const struct ww_background_parameters *parameters)
{
    struct ww_background *background = calloc(1, sizeof *background);
    if (!background)
        return NULL;
    background->parameters = *parameters;
    background->width = width;
    background->height = height;
    background->stride = WW_STATE(width);
    size_t bytes = background->stride * height;
    background->mean = ww_large_alloc(2 * bytes);
    if (!background->mean) {
        ww_background_destroy(background);
        return NULL;
    }
    memset(background->mean, 0, 2 * bytes);
    background->threshold = background->mean + bytes;
    return background;
}

void ww_background_destroy(struct ww_background *background)
{
    if (!background)
        return;
    free(background->mean);
    free(background);
}

void ww_background_relearn(struct ww_background *background)
{
    background->learned = false;
}

static void take_as_background(struct ww_background *background, const struct ww_luma *luma,
                               struct ww_bitplane *foreground)
{
    for (uint32_t y = 0; y < background->height; y++)
        memcpy(background->mean + y * background->stride, luma->pixels + (ptrdiff_t)y * luma->stride,
               background->width);
    memset(background->threshold, FIRST_THRESHOLD, background->stride * background->height);
    ww_bitplane_clear(foreground);
    background->learned = true;
    background->age = 0;
    background->young = 1;
}

/* Frames that an exponential average with this time constant takes, `step` seconds each. */
static double frames_in(double step, double seconds)
{
    return step > 0 ? (seconds + step) / step : 65535;
}

/* Limits of one step, drawn evenly from 0 to before `frames`. */
static void draw_limits(uint8_t limits[64], uint32_t phase, double frames)
{
    uint32_t most = (uint32_t)fmin(frames + 0.5, 65535);
    for (uint32_t i = 0; i < 64; i++) {
        uint32_t part = (phase + i * 25033) & 65535; /* an odd number: each has its own */
        uint32_t limit = part * most >> 16;
        limits[i] = (uint8_t)(limit < 255 ? limit : 255);
    }
}

static void draw_all_limits(struct ww_background *background, double step)
{
    enum { GOLDEN = 40503, PLASTIC = 49471 }; /* of 65536: no two are soon in step */
    const struct ww_background_parameters *parameters = &background->parameters;
    double mean = frames_in(step, parameters->mean_seconds);
    double threshold = frames_in(step, parameters->threshold_seconds);
    if (background->age < parameters->warm_up_seconds) {
        mean = fmin(mean, background->young + 1);
        threshold = fmin(threshold, 2 * (background->young + 1));
    }
    for (uint32_t i = 0; i < WW_BACKGROUND_LIMITS; i++) {
        uint32_t phase = background->frames * GOLDEN + i * PLASTIC;
        draw_limits(background->limits[i][0], phase, mean);
        draw_limits(background->limits[i][1], phase, frames_in(step, parameters->foreground_seconds));
        draw_limits(background->limits[i][2], phase + background->frames * PLASTIC, threshold);
    }
}

void ww_background_step(struct ww_background *background, const struct ww_luma *luma, double pts,
                        struct ww_bitplane *foreground)
{
    const struct ww_kernels *kernels = ww_kernels();
    double step = pts - background->pts;
    background->pts = pts;
    if (!background->learned) {
        take_as_background(background, luma, foreground);
        return;
    }
    step = step < 0 ? 0 : step > longest_step ? longest_step : step;
    draw_all_limits(background, step);
    for (uint32_t y = 0; y < background->height; y++) {
        const uint8_t(*limits)[64] = background->limits[y % WW_BACKGROUND_LIMITS];
        const struct ww_background_step how = {limits[0], limits[1], limits[2],
                                               background->parameters.min_threshold,
                                               (uint8_t)background->parameters.factor};
        kernels->background_row(luma->pixels + (ptrdiff_t)y * luma->stride,
                                background->mean + y * background->stride,
                                background->threshold + y * background->stride,
                                ww_bitplane_row(foreground, y), background->width, &how);
    }
    background->frames++;
    background->age += step;
    if (background->age < background->parameters.warm_up_seconds)
        background->young++;
}
