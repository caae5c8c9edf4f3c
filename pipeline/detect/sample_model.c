/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sample_model.h"

#include <math.h>

static const double longest_step = 1.0;   /* seconds; a gap in time is no reason to forget */
static const double settle_seconds = 0.3; /* in which a pixel's noise falls by one */
static const double vote_seconds = 0.25;  /* from one vote to the next */
static const double blink_a_second = 200; /* noise that a pixel gains by changing sides in every frame */
static const double young_absorbs = 0.5;  /* of its age: so fast a young model absorbs */
static const double least_absorb = 1.0;   /* seconds */

struct ww_sample_model *ww_sample_model_create(uint32_t width, uint32_t height,
                                               const struct ww_sample_parameters *parameters)
{
    struct ww_sample_model *model = calloc(1, sizeof *model);
    if (!model)
        return NULL;
    model->parameters = *parameters;
    model->width = width;
    model->height = height;
    model->blocks_a_row = WW_WORDS(width);
    model->blocks = aligned_alloc(64, model->blocks_a_row * height * sizeof *model->blocks);
    if (!model->blocks) {
        ww_sample_model_destroy(model);
        return NULL;
    }
    return model;
}

void ww_sample_model_destroy(struct ww_sample_model *model)
{
    if (!model)
        return;
    free(model->blocks);
    free(model);
}

void ww_sample_model_relearn(struct ww_sample_model *model)
{
    model->begun = false;
}

static uint32_t chance(double part)
{
    return (uint32_t)fmin(part * WW_ALWAYS + 0.5, WW_ALWAYS);
}

static uint8_t to_byte(double value)
{
    return (uint8_t)fmax(1, fmin(value + 0.5, 255));
}

/* The first frame fills all samples. */
static void begin(struct ww_sample_model *model, struct ww_sample_rates *rates)
{
    memset(model->blocks, 0, model->blocks_a_row * model->height * sizeof *model->blocks);
    rates->learn = rates->learn_slow = WW_ALWAYS;
    rates->rounds = WW_SAMPLES;
    rates->everything = true;
    model->begun = true;
    model->age = 0;
}

static void warm_up(const struct ww_sample_model *model, double step, struct ww_sample_rates *rates)
{
    double samples = WW_FAST_SAMPLES * step / model->parameters.warm_up_seconds;
    rates->everything = true;
    rates->rounds = to_byte(fmin(ceil(samples - 0.01), WW_FAST_SAMPLES));
    rates->learn = chance(samples / rates->rounds);
    rates->learn_slow = chance(samples / rates->rounds * WW_SLOW_SAMPLES / WW_FAST_SAMPLES);
}

static struct ww_sample_rates rates_of(struct ww_sample_model *model, double step)
{
    const struct ww_sample_parameters *parameters = &model->parameters;
    double absorb = fmin(parameters->absorb_seconds, fmax(model->age * young_absorbs, least_absorb));
    struct ww_sample_rates rates = {
        .learn = chance(step / parameters->sample_seconds),
        .learn_slow = chance(step / parameters->slow_seconds),
        .settle = chance(step / settle_seconds),
        .vote = chance(step / vote_seconds),
        .threshold = parameters->threshold,
        .blink = to_byte(fmin(blink_a_second * step, 40)),
        .absorb = to_byte(absorb / vote_seconds),
        .rounds = 1,
    };
    if (!model->begun)
        begin(model, &rates);
    else if (model->age < parameters->warm_up_seconds)
        warm_up(model, step, &rates);
    return rates;
}

void ww_sample_model_step(struct ww_sample_model *model, const struct ww_luma *luma, double pts,
                          const struct ww_bitplane *held, const struct ww_bitplane *calm,
                          struct ww_bitplane *foreground)
{
    const struct ww_kernels *kernels = ww_kernels();
    double step = fmax(0, fmin(pts - model->pts, longest_step));
    bool first = !model->begun;
    struct ww_sample_rates rates = rates_of(model, step);
    model->pts = pts;
    model->age += first ? 0 : step;
    model->frame++;
    for (uint32_t y = 0; y < model->height; y++) {
        uint32_t above = y < WW_CENSUS_REACH ? 0 : y - WW_CENSUS_REACH;
        uint32_t below = y + WW_CENSUS_REACH < model->height ? y + WW_CENSUS_REACH : model->height - 1;
        const uint8_t *const rows[3] = {luma->pixels + (ptrdiff_t)above * luma->stride,
                                        luma->pixels + (ptrdiff_t)y * luma->stride,
                                        luma->pixels + (ptrdiff_t)below * luma->stride};
        rates.seed = model->frame * model->height + y;
        kernels->samples_row(rows, model->blocks + y * model->blocks_a_row, ww_bitplane_row(held, y),
                             ww_bitplane_row(calm, y), ww_bitplane_row(foreground, y), model->width, &rates);
    }
    if (first)
        ww_bitplane_clear(foreground);
}
