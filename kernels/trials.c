/* SPDX-License-Identifier: Apache-2.0 */
#include "trials.h"

/* G. Marsaglia, "Xorshift RNGs", 2003. */
static uint32_t next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Extremes are where errors are: every sixteenth value is one. */
static int draw(int kind, int low, int high, uint32_t *seed)
{
    if (kind < 2)
        return kind == 0 ? low : high;
    uint32_t bits = next(seed);
    if (bits % 16 == 0)
        return bits & 16 ? low : high;
    return low + (int)(bits / 16 % (uint32_t)(high - low + 1));
}

static size_t one_byte(size_t width)
{
    return width;
}

static size_t half_a_byte(size_t width)
{
    return (width + 1) / 2;
}

static size_t two_bytes_less_one(size_t width)
{
    return 2 * width - 1;
}

static size_t words(size_t width)
{
    return WW_WORDS(width) * sizeof(uint64_t);
}

static size_t state(size_t width)
{
    return WW_STATE(width) * sizeof(int16_t);
}

static size_t every_row(size_t height)
{
    return height;
}

static size_t every_second_row_of(size_t height)
{
    return height / 2;
}

static void fill_bytes(uint8_t *row, size_t bytes, int kind, uint32_t *seed)
{
    for (size_t i = 0; i < bytes; i++)
        row[i] = (uint8_t)draw(kind, 0, 255, seed);
}

static void fill_luma(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, width, kind, seed);
}

static void fill_half(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, half_a_byte(width), kind, seed);
}

static void fill_packed(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, 2 * width - 1, kind, seed);
}

static void fill_words(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, words(width), kind, seed);
}

static void fill_mean(void *row, size_t width, int kind, uint32_t *seed)
{
    int16_t *mean = row;
    for (size_t x = 0; x < WW_STATE(width); x++)
        mean[x] = (int16_t)draw(kind, 0, 255 * WW_LEVEL, seed);
}

static void fill_deviation(void *row, size_t width, int kind, uint32_t *seed)
{
    int16_t *deviation = row;
    for (size_t x = 0; x < WW_STATE(width); x++)
        deviation[x] = (int16_t)draw(kind, WW_MIN_DEVIATION, WW_MAX_DEVIATION, seed);
}

static void run_background(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                           int kind)
{
    uint32_t seed = 1234567u + (uint32_t)kind * 2654435761u;
    const struct ww_background_rates rates = {
        .mean = (int16_t)draw(kind, 1, 32767, &seed),
        .mean_foreground = (int16_t)draw(kind, 1, 32767, &seed),
        .deviation = (int16_t)draw(kind, 1, 32767, &seed),
        .min_threshold = (int16_t)draw(kind, 0, 255 * WW_LEVEL - 1, &seed),
        .factor = (int16_t)draw(kind, 1, 4, &seed),
    };
    kernels->background_row(rows[0], rows[1], rows[2], rows[3], width, &rates);
}

static void run_majority(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                         int kind)
{
    (void)kind;
    kernels->majority_row(rows[0], rows[1], rows[2], rows[3], WW_WORDS(width));
}

static void run_halve(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                      int kind)
{
    (void)kind;
    kernels->halve_row(rows[0], rows[1], rows[2], width);
}

static void run_every_second(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                             int kind)
{
    (void)kind;
    kernels->every_second_row(rows[0], rows[1], width);
}

const struct ww_trial ww_trials[] = {
    {
        .name = "background",
        .plane_count = 4,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 1},
                   {WW_TRIAL_UPDATE, state, fill_mean, 1},
                   {WW_TRIAL_UPDATE, state, fill_deviation, 1},
                   {WW_TRIAL_WRITE, words, fill_words, 1}},
        .tap_count = 4,
        .taps = {{0, 0}, {1, 0}, {2, 0}, {3, 0}},
        .run = run_background,
        .calls = every_row,
    },
    {
        .name = "majority",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, words, fill_words, 1}, {WW_TRIAL_WRITE, words, fill_words, 1}},
        .tap_count = 4,
        .taps = {{0, -1}, {0, 0}, {0, 1}, {1, 0}},
        .run = run_majority,
        .calls = every_row,
    },
    {
        .name = "halve",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 2}, {WW_TRIAL_WRITE, half_a_byte, fill_half, 1}},
        .tap_count = 3,
        .taps = {{0, 0}, {0, 1}, {1, 0}},
        .run = run_halve,
        .calls = every_second_row_of,
    },
    {
        .name = "every_second",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, two_bytes_less_one, fill_packed, 1},
                   {WW_TRIAL_WRITE, one_byte, fill_luma, 1}},
        .tap_count = 2,
        .taps = {{0, 0}, {1, 0}},
        .run = run_every_second,
        .calls = every_row,
    },
    {0},
};
