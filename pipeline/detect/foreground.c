/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/foreground.h"

#include "detect/background.h"
#include "detect/cleaner.h"
#include "detect/sample_model.h"

struct ww_foreground {
    struct ww_sample_model *samples; /* or */
    struct ww_background *light;
    struct ww_cleaner *cleaner;
    struct ww_bitplane raw, mask, near;
};

/* A window grows with the picture, so that it is as large on the ground. */
static int radius_for(uint32_t height)
{
    uint32_t radius = (height + 75) / 150;
    return radius < 1 ? 1 : radius > 7 ? 7 : (int)radius;
}

static bool create_model(struct ww_foreground *foreground, uint32_t width, uint32_t height,
                         const struct ww_foreground_rules *rules)
{
    if (rules->model == WW_MODEL_LIGHT) {
        const struct ww_background_parameters light = {
            .mean_seconds = 6,
            .foreground_seconds = 40,
            .deviation_seconds = 6,
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
    foreground->cleaner = ww_cleaner_create(width, height, radius_for(height));
    if (!foreground->cleaner || !create_model(foreground, width, height, rules) ||
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
    ww_bitplane_destroy(&foreground->raw);
    ww_bitplane_destroy(&foreground->mask);
    ww_bitplane_destroy(&foreground->near);
    free(foreground);
}

struct ww_bitplane *ww_foreground_step(struct ww_foreground *foreground, const struct ww_luma *luma,
                                       double pts, const struct ww_bitplane *held)
{
    if (foreground->light)
        ww_background_step(foreground->light, luma, pts, &foreground->raw);
    else
        ww_sample_model_step(foreground->samples, luma, pts, held, &foreground->near, &foreground->raw);
    ww_cleaner_run(foreground->cleaner, &foreground->raw, &foreground->mask, &foreground->near);
    return &foreground->mask;
}

const struct ww_bitplane *ww_foreground_near(const struct ww_foreground *foreground)
{
    return &foreground->near;
}

void ww_foreground_relearn(struct ww_foreground *foreground)
{
    if (foreground->light)
        ww_background_relearn(foreground->light);
    else
        ww_sample_model_relearn(foreground->samples);
}

int ww_foreground_background(const struct ww_foreground *foreground, int x, int y)
{
    const struct ww_background *light = foreground->light;
    if (light)
        return light->mean[(size_t)y * light->stride + (size_t)x] / WW_LEVEL;
    return ww_sample_model_luma(foreground->samples, x, y);
}
