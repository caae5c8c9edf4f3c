/* SPDX-License-Identifier: Apache-2.0 */
#include "trials.h"

#include <string.h>

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

static size_t quarter_of_a_byte(size_t width)
{
    return (width + 3) / 4;
}

static size_t three_bytes(size_t width)
{
    return 3 * width;
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
    return WW_STATE(width);
}

static size_t every_row(size_t height)
{
    return height;
}

static size_t every_second_row_of(size_t height)
{
    return height / 2;
}

static size_t every_fourth_row_of(size_t height)
{
    return height / 4;
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

static void fill_quarter(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, quarter_of_a_byte(width), kind, seed);
}

static void fill_colours(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, three_bytes(width), kind, seed);
}

static void fill_packed(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, 2 * width - 1, kind, seed);
}

static void fill_words(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, words(width), kind, seed);
}

static void fill_state(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, WW_STATE(width), kind, seed);
}

static size_t recent(size_t width)
{
    return WW_WORDS(width) * sizeof(struct ww_sample_recent);
}

static size_t past(size_t width)
{
    return WW_WORDS(width) * sizeof(struct ww_sample_past);
}

static size_t column_counts(size_t width)
{
    return WW_COLUMN_DIGITS * WW_WINDOW_WORDS(WW_WORDS(width)) * sizeof(uint64_t);
}

static size_t window_sums(size_t width)
{
    return WW_WINDOW_DIGITS * WW_WINDOW_WORDS(WW_WORDS(width)) * sizeof(uint64_t);
}

/* Kind 2, which is timed, hardly matches; others do, after few samples or after many. */
static int highest_sample(int kind)
{
    return kind <= 2 ? 255 : 8 + kind % 5 * 12;
}

static void fill_sample_bytes(uint8_t *bytes, size_t count, int kind, uint32_t *seed)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)draw(kind, 0, highest_sample(kind), seed);
}

static void fill_sampled_luma(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_sample_bytes(row, width, kind, seed);
}

static void fill_samples(struct ww_sample *samples, int count, int kind, uint32_t *seed)
{
    for (int i = 0; i < count; i++) {
        fill_sample_bytes(samples[i].luma, WW_BLOCK_PIXELS, kind, seed);
        fill_bytes(samples[i].census, WW_BLOCK_PIXELS, kind, seed);
    }
}

static void fill_recent(void *row, size_t width, int kind, uint32_t *seed)
{
    struct ww_sample_recent *block = row;
    for (size_t i = 0; i < WW_WORDS(width); i++, block++) {
        fill_samples(block->samples, WW_RECENT_SAMPLES, kind, seed);
        fill_bytes(block->noise, WW_BLOCK_PIXELS, kind, seed);
        fill_bytes(block->nearest, WW_BLOCK_PIXELS, kind, seed);
    }
}

static void fill_past(void *row, size_t width, int kind, uint32_t *seed)
{
    struct ww_sample_past *block = row;
    for (size_t i = 0; i < WW_WORDS(width); i++, block++) {
        fill_samples(block->fast, WW_OLDER_SAMPLES, kind, seed);
        fill_samples(block->slow, WW_SLOW_SAMPLES, kind, seed);
        fill_sample_bytes(block->candidate, WW_BLOCK_PIXELS, kind, seed);
        fill_bytes(block->votes, WW_BLOCK_PIXELS, kind, seed);
    }
}

static size_t sides(size_t width)
{
    return WW_WORDS(width) * sizeof(struct ww_sample_sides);
}

static void fill_sides(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, sides(width), kind, seed);
}

static size_t numbers(size_t width)
{
    return width * sizeof(int16_t);
}

static void fill_numbers(void *row, size_t width, int kind, uint32_t *seed)
{
    int16_t *number = row;
    for (size_t x = 0; x < width; x++)
        number[x] = (int16_t)draw(kind, -255, 255, seed);
}

static void fill_inside(void *row, size_t width, int kind, uint32_t *seed)
{
    int16_t *number = row;
    for (size_t x = 0; x < width; x++)
        number[x] = (int16_t)-draw(kind, 0, 1, seed);
}

static size_t one_likeness(size_t width)
{
    (void)width;
    return sizeof(struct ww_likeness);
}

static void fill_likeness(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, one_likeness(width), kind, seed);
}

static size_t one_count(size_t width)
{
    (void)width;
    return sizeof(size_t);
}

static void fill_count(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, one_count(width), kind, seed);
}

static size_t most_runs(size_t width)
{
    return (WW_MOST_RUNS(width) + 1) * sizeof(struct ww_run);
}

static void fill_runs(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, most_runs(width), kind, seed);
}

static void fill_column_counts(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, column_counts(width), kind, seed);
}

static void fill_window_sums(void *row, size_t width, int kind, uint32_t *seed)
{
    fill_bytes(row, window_sums(width), kind, seed);
}

static void run_background(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                           int kind)
{
    static const uint8_t lowest[64] = {0}, highest[64] = {[0 ... 63] = 255},
                         mixed[] = {0,   255, 1,   254, 183, 14,  127, 80,  3,   194, 127, 1,   93,  199,
                                    0,   255, 67,  0,   1,   84,  148, 101, 104, 128, 3,   184, 74,  169,
                                    1,   173, 2,   246, 94,  90,  0,   183, 9,   214, 4,   92,  100, 1,
                                    236, 181, 128, 55,  188, 18,  46,  255, 75,  47,  162, 40,  158, 82,
                                    41,  207, 128, 128, 215, 128, 3,   106, 128, 67,  211, 3,   30,  150,
                                    255, 232, 162, 149, 75,  255, 255, 92,  2,   184, 2,   17,  186, 143,
                                    135, 150, 174, 5,   128, 140, 182, 176, 209, 88,  230, 171};
    const uint8_t *limits = kind == 0 ? lowest : kind == 1 ? highest : mixed;
    int apart = kind < 2 ? 0 : 16;
    const struct ww_background_step step = {
        .mean = limits,
        .mean_foreground = limits + apart,
        .threshold = limits + 2 * (ptrdiff_t)apart,
        .min_threshold = limits[kind % 64],
        .factor = (uint8_t)(3 + kind % 2),
    };
    kernels->background_row(rows[0], rows[1], rows[2], rows[3], width, &step);
}

static void run_halve(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                      int kind)
{
    (void)kind;
    kernels->halve_row(rows[0], rows[1], rows[2], width);
}

static void run_quarter(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                        int kind)
{
    (void)kind;
    const uint8_t *const four[4] = {rows[0], rows[1], rows[2], rows[3]};
    kernels->quarter_row(four, rows[4], width);
}

static void run_weigh(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                      int kind)
{
    uint32_t seed = 88675123u + (uint32_t)kind * 2654435761u;
    uint8_t red = (uint8_t)draw(kind, 0, 128, &seed), green = (uint8_t)draw(kind, 1, 127, &seed);
    const uint8_t weights[3] = {red, green, (uint8_t)(256 - red - green)};
    kernels->weigh_row(rows[0], rows[1], width, weights);
}

static void run_smooth(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                       int kind)
{
    (void)kind;
    kernels->smooth_row(rows[0], rows[1], rows[2], rows[3], width);
}

static void run_every_second(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                             int kind)
{
    (void)kind;
    kernels->every_second_row(rows[0], rows[1], width);
}

static void run_samples(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                        int kind)
{
    static const struct ww_sample_step as_in_use = {
        .threshold = 17, .dark = 6, .rise = 16, .fall = 24, .flash = 10, .absorb = 200, .rounds = 1};
    uint32_t seed = 362436069u + (uint32_t)kind * 2654435761u;
    const struct ww_sample_step drawn = {
        .fast = (uint8_t)draw(kind, 0, WW_OLDER_SAMPLES - 1, &seed),
        .slow = (uint8_t)draw(kind, 0, WW_SLOW_SAMPLES - 1, &seed),
        .learn = next(&seed) % 2,
        .learn_slow = next(&seed) % 2,
        .settle = next(&seed) % 2,
        .vote = next(&seed) % 2,
        .threshold = (uint8_t)draw(kind, 0, kind % 2 ? 128 : 20, &seed),
        .dark = (uint8_t)draw(kind, 0, 255, &seed),
        .rise = (uint8_t)draw(kind, 0, 255, &seed),
        .fall = (uint8_t)draw(kind, 0, 255, &seed),
        .flash = (uint8_t)draw(kind, 0, 255, &seed),
        .absorb = (uint8_t)draw(kind, 0, 255, &seed),
        .rounds = (uint8_t)draw(kind, 1, WW_SAMPLES, &seed),
        .all_fast = kind % 7 == 3,
        .all_slow = kind % 5 == 3,
    };
    const uint8_t *const around[3] = {rows[0], rows[1], rows[2]};
    const struct ww_sample_step *step = kind == 2 ? &as_in_use : &drawn;
    kernels->samples_row(around, rows[3], rows[4], rows[5], rows[6], rows[7], rows[8], width, step, step);
}

static void run_columns(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                        int kind)
{
    kernels->columns_row(rows[0], rows[1], WW_WORDS(width), kind == 2 ? 4 : kind % 8);
}

static void run_window(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                       int kind)
{
    uint32_t seed = 521288629u + (uint32_t)kind * 2654435761u;
    const struct ww_window nine = {.radius = 4, .many = 41, .some = 12};
    const struct ww_window drawn = {
        .radius = kind % 8,
        .many = (uint8_t)draw(kind, 0, 255, &seed),
        .some = (uint8_t)draw(kind, 0, 255, &seed),
    };
    kernels->window_row(rows[0], rows[1], rows[2], rows[3], rows[4], WW_WORDS(width),
                        kind == 2 ? &nine : &drawn);
}

static void run_correlate(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                          int kind)
{
    (void)kind;
    const int16_t *here = rows[0], *second = rows[1];
    size_t stride = (size_t)(second - here);
    const struct ww_patches patches = {here, rows[2], rows[3], stride, stride, 2, width};
    kernels->correlate(&patches, rows[4]);
}

static void run_detail(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                       int kind)
{
    (void)kind;
    size_t *sum = rows[2];
    *sum = (size_t)(uint32_t)kernels->detail_row(rows[0], rows[1], width);
}

static void run_keep(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                     int kind)
{
    (void)kind;
    size_t *count = rows[2];
    *count = kernels->keep_row(rows[0], rows[1], WW_WORDS(width));
}

/* What comes after the last run may be anything. */
static void run_runs(const struct ww_kernels *kernels, void *const rows[WW_TRIAL_TAPS], size_t width,
                     int kind)
{
    (void)kind;
    struct ww_run *runs = rows[1];
    size_t count = kernels->runs_row(rows[0], WW_WORDS(width), runs);
    runs[count] = runs[count + 1] = (struct ww_run){0, 0};
}

const struct ww_trial ww_trials[] = {
    {
        .name = "background",
        .plane_count = 4,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 1, NULL},
                   {WW_TRIAL_UPDATE, state, fill_state, 1, one_byte},
                   {WW_TRIAL_UPDATE, state, fill_state, 1, one_byte},
                   {WW_TRIAL_WRITE, words, fill_words, 1, NULL}},
        .tap_count = 4,
        .taps = {{0, 0}, {1, 0}, {2, 0}, {3, 0}},
        .run = run_background,
        .calls = every_row,
    },
    {
        .name = "halve",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 2, NULL},
                   {WW_TRIAL_WRITE, half_a_byte, fill_half, 1, NULL}},
        .tap_count = 3,
        .taps = {{0, 0}, {0, 1}, {1, 0}},
        .run = run_halve,
        .calls = every_second_row_of,
    },
    {
        .name = "quarter",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 4, NULL},
                   {WW_TRIAL_WRITE, quarter_of_a_byte, fill_quarter, 1, NULL}},
        .tap_count = 5,
        .taps = {{0, 0}, {0, 1}, {0, 2}, {0, 3}, {1, 0}},
        .run = run_quarter,
        .calls = every_fourth_row_of,
    },
    {
        .name = "smooth",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 1, NULL},
                   {WW_TRIAL_WRITE, one_byte, fill_luma, 1, NULL}},
        .tap_count = 4,
        .taps = {{0, -1}, {0, 0}, {0, 1}, {1, 0}},
        .run = run_smooth,
        .calls = every_row,
    },
    {
        .name = "every_second",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, two_bytes_less_one, fill_packed, 1, NULL},
                   {WW_TRIAL_WRITE, one_byte, fill_luma, 1, NULL}},
        .tap_count = 2,
        .taps = {{0, 0}, {1, 0}},
        .run = run_every_second,
        .calls = every_row,
    },
    {
        .name = "weigh",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, three_bytes, fill_colours, 1, NULL},
                   {WW_TRIAL_WRITE, one_byte, fill_luma, 1, NULL}},
        .tap_count = 2,
        .taps = {{0, 0}, {1, 0}},
        .run = run_weigh,
        .calls = every_row,
    },
    {
        .name = "samples",
        .plane_count = 7,
        .planes = {{WW_TRIAL_READ, one_byte, fill_sampled_luma, 1, NULL},
                   {WW_TRIAL_READ, recent, fill_recent, 1, NULL}, /* these two are seldom written */
                   {WW_TRIAL_READ, past, fill_past, 1, NULL},
                   {WW_TRIAL_UPDATE, sides, fill_sides, 1, NULL},
                   {WW_TRIAL_READ, words, fill_words, 1, NULL},
                   {WW_TRIAL_READ, words, fill_words, 1, NULL},
                   {WW_TRIAL_WRITE, words, fill_words, 1, NULL}},
        .tap_count = 9,
        .taps = {{0, -2}, {0, 0}, {0, 2}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}},
        .run = run_samples,
        .calls = every_row,
    },
    {
        .name = "columns",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, words, fill_words, 1, NULL},
                   {WW_TRIAL_WRITE, column_counts, fill_column_counts, 1, NULL}},
        .tap_count = 2,
        .taps = {{0, 0}, {1, 0}},
        .run = run_columns,
        .calls = every_row,
    },
    {
        .name = "window",
        .plane_count = 4,
        .planes = {{WW_TRIAL_UPDATE, window_sums, fill_window_sums, 1, NULL},
                   {WW_TRIAL_READ, column_counts, fill_column_counts, 1, NULL},
                   {WW_TRIAL_WRITE, words, fill_words, 1, NULL},
                   {WW_TRIAL_WRITE, words, fill_words, 1, NULL}},
        .tap_count = 5,
        .taps = {{0, 0}, {1, 4}, {1, -5}, {2, 0}, {3, 0}},
        .run = run_window,
        .calls = every_row,
    },
    {
        .name = "correlate",
        .plane_count = 4,
        .planes = {{WW_TRIAL_READ, numbers, fill_numbers, 2, NULL},
                   {WW_TRIAL_READ, numbers, fill_inside, 2, NULL},
                   {WW_TRIAL_READ, numbers, fill_numbers, 2, NULL},
                   {WW_TRIAL_WRITE, one_likeness, fill_likeness, 1, NULL}},
        .tap_count = 5,
        .taps = {{0, 0}, {0, 1}, {1, 0}, {2, 0}, {3, 0}},
        .run = run_correlate,
        .calls = every_second_row_of,
    },
    {
        .name = "detail",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, one_byte, fill_luma, 1, NULL},
                   {WW_TRIAL_WRITE, one_count, fill_count, 1, NULL}},
        .tap_count = 3,
        .taps = {{0, 0}, {0, 1}, {1, 0}},
        .run = run_detail,
        .calls = every_row,
    },
    {
        .name = "keep",
        .plane_count = 3,
        .planes = {{WW_TRIAL_UPDATE, words, fill_words, 1, NULL},
                   {WW_TRIAL_READ, words, fill_words, 1, NULL},
                   {WW_TRIAL_WRITE, one_count, fill_count, 1, NULL}},
        .tap_count = 3,
        .taps = {{0, 0}, {1, 0}, {2, 0}},
        .run = run_keep,
        .calls = every_row,
    },
    {
        .name = "runs",
        .plane_count = 2,
        .planes = {{WW_TRIAL_READ, words, fill_words, 1, NULL},
                   {WW_TRIAL_WRITE, most_runs, fill_runs, 1, NULL}},
        .tap_count = 2,
        .taps = {{0, 0}, {1, 0}},
        .run = run_runs,
        .calls = every_row,
    },
    {0},
};
