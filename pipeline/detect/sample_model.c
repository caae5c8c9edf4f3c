/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sample_model.h"

#include <math.h>

#include "base/memory.h"

static const double longest_step = 1.0;   /* seconds; a gap in time is no reason to forget */
static const double settle_seconds = 0.3; /* in which a pixel's noise falls by one */
static const double vote_seconds = 0.25;  /* from one vote to the next */
/* Noise that a pixel gains by foreground that comes and goes. What sways does so at its own pace, however
 * many frames there are; what is in one frame alone, such as a drop, comes the more often the more frames
 * there are. When it comes, nobody knows which it is. */
static const double a_blink = 40, blink_seconds = 0.1;
static const double young_absorbs = 0.5; /* of its age: so fast a young model absorbs */
static const double noise_factor = 2.5;  /* no threshold is below so many deviations of the noise */
static const double least_absorb = 1.0;  /* seconds */

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
    model->recent = ww_large_alloc(model->blocks_a_row * height * sizeof *model->recent);
    model->past = ww_large_alloc(model->blocks_a_row * height * sizeof *model->past);
    model->sides = calloc(model->blocks_a_row * height, sizeof *model->sides);
    model->rings = calloc(height, sizeof *model->rings);
    if (!model->recent || !model->past || !model->sides || !model->rings) {
        ww_sample_model_destroy(model);
        return NULL;
    }
    return model;
}

void ww_sample_model_destroy(struct ww_sample_model *model)
{
    if (!model)
        return;
    free(model->recent);
    free(model->past);
    free(model->sides);
    free(model->rings);
    free(model);
}

void ww_sample_model_relearn(struct ww_sample_model *model)
{
    model->begun = false;
}

/* How often the rows of a frame do something, as parts of 65536, and what they do then. */
struct rates {
    uint32_t learn, learn_slow, settle, vote;
    struct ww_sample_step step;
};

static uint32_t chance(double part)
{
    return (uint32_t)fmin(part * 65536 + 0.5, 65536);
}

static uint8_t to_byte(double value)
{
    return (uint8_t)fmax(1, fmin(value + 0.5, 255));
}

/* The first frame fills all samples. */
static void begin(struct ww_sample_model *model, struct rates *rates)
{
    const size_t count = model->blocks_a_row * model->height;
    memset(model->recent, 0, count * sizeof *model->recent);
    memset(model->past, 0, count * sizeof *model->past);
    memset(model->sides, 0, count * sizeof *model->sides);
    rates->learn = rates->learn_slow = chance(1);
    rates->step.rounds = WW_SAMPLES;
    rates->step.all_fast = rates->step.all_slow = true;
    model->begun = true;
    model->age = 0;
}

static void warm_up(const struct ww_sample_model *model, double seconds, struct rates *rates)
{
    double samples = WW_FAST_SAMPLES * seconds / model->parameters.warm_up_seconds;
    rates->step.all_fast = rates->step.all_slow = true;
    rates->step.rounds = to_byte(fmin(ceil(samples - 0.01), WW_FAST_SAMPLES));
    rates->learn = chance(samples / rates->step.rounds);
    rates->learn_slow = chance(samples / rates->step.rounds * WW_SLOW_SAMPLES / WW_FAST_SAMPLES);
}

static void gain_by_blinking(struct ww_sample_step *step, double seconds)
{
    double part = fmin(seconds / blink_seconds, 1), rise = a_blink / 2 * sqrt(part);
    step->rise = to_byte(rise);
    step->fall = to_byte(a_blink - rise);
    step->flash = to_byte(a_blink * part - rise);
}

static struct rates rates_in(struct ww_sample_model *model, double seconds)
{
    const struct ww_sample_parameters *parameters = &model->parameters;
    double absorb = fmin(parameters->absorb_seconds, fmax(model->age * young_absorbs, least_absorb));
    struct rates rates = {
        .learn = chance(seconds / parameters->sample_seconds),
        .learn_slow = chance(seconds / parameters->slow_seconds),
        .settle = chance(seconds / settle_seconds),
        .vote = chance(seconds / vote_seconds),
        .step =
            {
                .threshold = parameters->threshold,
                .dark = parameters->dark,
                .absorb = to_byte(absorb / vote_seconds),
                .rounds = 1,
            },
    };
    gain_by_blinking(&rates.step, seconds);
    if (!model->begun)
        begin(model, &rates);
    else if (model->age < parameters->warm_up_seconds)
        warm_up(model, seconds, &rates);
    else if (model->age < WW_YOUNG_SECONDS) { /* what sways has not been everywhere yet */
        rates.step.all_slow = true;
        rates.learn_slow = chance(seconds * WW_SLOW_SAMPLES / WW_YOUNG_SECONDS);
    }
    return rates;
}

/* The finaliser of A. Appleby's MurmurHash3, 64 bits. */
static uint64_t hash(uint64_t value)
{
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

/* Hashed, so that one row in so many learns in every frame, and the same ones in every run. */
static struct ww_sample_step step_of(const struct ww_sample_model *model, const struct rates *rates,
                                     uint32_t y)
{
    uint64_t moment = hash((uint64_t)model->frame << 32 | (y + 1));
    struct ww_sample_step step = rates->step;
    step.fast = model->rings[y].fast;
    step.slow = model->rings[y].slow;
    step.learn = (moment & 0xffff) < rates->learn;
    step.learn_slow = (moment >> 16 & 0xffff) < rates->learn_slow;
    step.settle = (moment >> 32 & 0xffff) < rates->settle;
    step.vote = moment >> 48 < rates->vote;
    return step;
}

static void step_row(struct ww_sample_model *model, const struct ww_luma *luma, uint32_t y,
                     const struct rates *rates, const struct ww_bitplane *held,
                     const struct ww_bitplane *calm, struct ww_bitplane *foreground)
{
    uint32_t above = y < WW_CENSUS_REACH ? 0 : y - WW_CENSUS_REACH;
    uint32_t below = y + WW_CENSUS_REACH < model->height ? y + WW_CENSUS_REACH : model->height - 1;
    const uint8_t *const rows[3] = {luma->pixels + (ptrdiff_t)above * luma->stride,
                                    luma->pixels + (ptrdiff_t)y * luma->stride,
                                    luma->pixels + (ptrdiff_t)below * luma->stride};
    bool is_last = y + 1 == model->height;
    struct ww_sample_step step = step_of(model, rates, y), next = step_of(model, rates, is_last ? y : y + 1);
    size_t first = y * model->blocks_a_row;
    ww_kernels()->samples_row(rows, model->recent + first, model->past + first, model->sides + first,
                              ww_bitplane_row(held, y), ww_bitplane_row(calm, y),
                              ww_bitplane_row(foreground, y), model->width, &step, is_last ? NULL : &next);
    if (step.learn)
        model->rings[y].fast = ww_older(step.fast, -step.rounds, WW_OLDER_SAMPLES);
    if (step.learn_slow)
        model->rings[y].slow = ww_older(step.slow, -step.rounds, WW_SLOW_SAMPLES);
}

void ww_sample_model_step(struct ww_sample_model *model, const struct ww_luma *luma, double pts, double noise,
                          const struct ww_bitplane *held, const struct ww_bitplane *calm,
                          struct ww_bitplane *foreground)
{
    double seconds = fmax(0, fmin(pts - model->pts, longest_step));
    bool first = !model->begun;
    struct rates rates = rates_in(model, seconds);
    uint8_t least = to_byte(fmin(noise * noise_factor, 40));
    rates.step.dark = rates.step.dark > least ? rates.step.dark : least;
    rates.step.threshold = rates.step.threshold > least ? rates.step.threshold : least;
    model->pts = pts;
    model->age += first ? 0 : seconds;
    model->frame++;
    /* Rows know nothing of each other: whoever takes one, the result is the same. */
#pragma omp parallel for schedule(static)                                                                    \
    num_threads(model->parameters.threads) if (model->parameters.threads > 1)
    for (uint32_t y = 0; y < model->height; y++)
        step_row(model, luma, y, &rates, held, calm, foreground);
    if (first)
        ww_bitplane_clear(foreground);
}

static size_t block_of(const struct ww_sample_model *model, int x, int y)
{
    return (size_t)y * model->blocks_a_row + (size_t)x / WW_BLOCK_PIXELS;
}

int ww_sample_model_newest(const struct ww_sample_model *model, int x, int y)
{
    return model->recent[block_of(model, x, y)].samples[0].luma[x % WW_BLOCK_PIXELS];
}

/* Of samples that are far from each other in time, so that neither noise nor somebody who was learned tells
 * much. */
void ww_sample_model_row(const struct ww_sample_model *model, int y, int left, int count, uint8_t *luma)
{
    const struct ww_sample_rings *rings = &model->rings[y];
    uint8_t middle = ww_older(rings->fast, 5 - WW_RECENT_SAMPLES, WW_OLDER_SAMPLES),
            old = ww_older(rings->slow, 2, WW_SLOW_SAMPLES);
    for (int x = left, end; x < left + count; x = end) {
        const struct ww_sample_past *past = &model->past[block_of(model, x, y)];
        const uint8_t *a = model->recent[block_of(model, x, y)].samples[0].luma, *b = past->fast[middle].luma;
        const uint8_t *c = past->slow[rings->slow].luma, *d = past->slow[old].luma;
        int first = x / WW_BLOCK_PIXELS * WW_BLOCK_PIXELS;
        end = first + WW_BLOCK_PIXELS < left + count ? first + WW_BLOCK_PIXELS : left + count;
        for (int i = x - first; i < end - first; i++)
            luma[first + i - left] = (uint8_t)((a[i] + b[i] + c[i] + d[i] + 2) / 4);
    }
}
