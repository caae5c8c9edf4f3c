/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/background.h"

#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { INITIAL_DEVIATION = 4 * WW_LEVEL };

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
    size_t bytes = background->stride * height * sizeof(int16_t);
    background->mean = aligned_alloc(64, bytes);
    background->deviation = aligned_alloc(64, bytes);
    if (!background->mean || !background->deviation) {
        ww_background_destroy(background);
        return NULL;
    }
    memset(background->mean, 0, bytes);
    memset(background->deviation, 0, bytes);
    return background;
}

void ww_background_destroy(struct ww_background *background)
{
    if (!background)
        return;
    free(background->mean);
    free(background->deviation);
    free(background);
}

void ww_background_relearn(struct ww_background *background)
{
    background->learned = false;
}

static void take_as_background(struct ww_background *background, const struct ww_luma *luma,
                               struct ww_bitplane *foreground)
{
    for (uint32_t y = 0; y < background->height; y++) {
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride;
        int16_t *mean = background->mean + y * background->stride;
        int16_t *deviation = background->deviation + y * background->stride;
        for (uint32_t x = 0; x < background->width; x++) {
            mean[x] = (int16_t)(row[x] * WW_LEVEL);
            deviation[x] = INITIAL_DEVIATION;
        }
    }
    ww_bitplane_clear(foreground);
    background->learned = true;
    background->age = 0;
    background->frames = 1;
}

/* The part of the way that an exponential average with this time constant goes in `step` seconds. */
static double part_in(double step, double seconds)
{
    return step / (seconds + step);
}

static int16_t to_rate(double part)
{
    double scaled = part * 32768 + 0.5;
    return (int16_t)(scaled < 1 ? 1 : scaled > 32767 ? 32767 : scaled);
}

static struct ww_background_rates rates_of(const struct ww_background *background, double step)
{
    const struct ww_background_parameters *parameters = &background->parameters;
    double mean = part_in(step, parameters->mean_seconds);
    double deviation = part_in(step, parameters->deviation_seconds);
    double mean_foreground = part_in(step, parameters->foreground_seconds);
    if (background->age < parameters->warm_up_seconds) {
        double first = 1.0 / (background->frames + 1);
        mean = mean > first ? mean : first;
        deviation = deviation > first / 2 ? deviation : first / 2;
    }
    return (struct ww_background_rates){
        .mean = to_rate(mean),
        .mean_foreground = to_rate(mean_foreground),
        .deviation = to_rate(deviation),
        .min_threshold = (int16_t)(parameters->min_threshold * WW_LEVEL),
        .factor = (int16_t)parameters->factor,
    };
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
    struct ww_background_rates rates = rates_of(background, step);
    for (uint32_t y = 0; y < background->height; y++) {
        kernels->background_row(luma->pixels + (ptrdiff_t)y * luma->stride,
                                background->mean + y * background->stride,
                                background->deviation + y * background->stride,
                                ww_bitplane_row(foreground, y), background->width, &rates);
    }
    background->age += step;
    if (background->age < background->parameters.warm_up_seconds)
        background->frames++;
}
