/* What each kernel means, one pixel at a time. SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static bool bit(const uint64_t *bits, size_t x)
{
    return bits[x / 64] >> (x % 64) & 1;
}

static void set_bit(uint64_t *bits, size_t x)
{
    bits[x / 64] |= UINT64_C(1) << (x % 64);
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static uint8_t toward(uint8_t value, int target, int limit)
{
    return (uint8_t)(abs(target - value) <= limit ? value : target > value ? value + 1 : value - 1);
}

static void background_row(const uint8_t *luma, uint8_t *mean, uint8_t *threshold, uint64_t *foreground,
                           size_t width, const struct ww_background_step *step)
{
    memset(foreground, 0, WW_WORDS(width) * sizeof *foreground);
    for (size_t x = 0; x < width; x++) {
        int distance = abs(luma[x] - mean[x]), wanted = clamp(step->factor * distance, 0, 255);
        bool is_foreground = distance > threshold[x] && distance > step->min_threshold;
        mean[x] = toward(mean[x], luma[x], (is_foreground ? step->mean_foreground : step->mean)[x % 64]);
        if (is_foreground)
            set_bit(foreground, x);
        else
            threshold[x] = toward(threshold[x], wanted, step->threshold[x % 64]);
    }
}

static void halve_row(const uint8_t *a, const uint8_t *b, uint8_t *out, size_t width)
{
    for (size_t x = 0; x < width; x += 2) {
        size_t next = x + 1 < width ? x + 1 : x;
        out[x / 2] = (uint8_t)((a[x] + a[next] + b[x] + b[next] + 2) >> 2);
    }
}

/* out: (width + 3) / 4; twice: of what is left after a row was halved. */
static void quarter_row(const uint8_t *const rows[4], uint8_t *out, size_t width)
{
    for (size_t x = 0; x < width; x += 4) {
        int sum = 0;
        for (size_t i = 0; i < 4; i++) {
            size_t left =
                x + 2 * (i % 2) < width ? x + 2 * (i % 2) : x; /* a half that is not there is as the first */
            size_t right = left + 1 < width ? left + 1 : left;
            const uint8_t *a = rows[i / 2 * 2], *b = rows[i / 2 * 2 + 1];
            sum += (a[left] + a[right] + b[left] + b[right] + 2) >> 2;
        }
        out[x / 4] = (uint8_t)((sum + 2) >> 2);
    }
}

static uint8_t mean(int a, int b)
{
    return (uint8_t)((a + b + 1) / 2);
}

static void smooth_row(const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *out,
                       size_t width)
{
    for (size_t x = 0; x < width; x++) {
        uint8_t columns[3];
        for (int i = 0; i < 3; i++) {
            int at = clamp((int)x + i - 1, 0, (int)width - 1);
            columns[i] = mean(row[at], mean(above[at], below[at]));
        }
        out[x] = mean(columns[1], mean(columns[0], columns[2]));
    }
}

static void every_second_row(const uint8_t *packed, uint8_t *out, size_t width)
{
    for (size_t x = 0; x < width; x++)
        out[x] = packed[2 * x];
}

static uint8_t census_of(const uint8_t *const rows[3], size_t x, size_t width)
{
    int luma = rows[1][x < width ? x : width - 1], code = 0, bit = 1;
    for (int row = 0; row < 3; row++) {
        for (int column = -WW_CENSUS_REACH; column <= WW_CENSUS_REACH; column += WW_CENSUS_REACH) {
            if (row == 1 && column == 0)
                continue;
            int neighbour = rows[row][clamp((int)x + column, 0, (int)width - 1)];
            code |= abs(neighbour - luma) > WW_CENSUS_TOLERANCE + luma / 8 ? bit : 0;
            bit *= 2;
        }
    }
    return (uint8_t)code;
}

struct block {
    struct ww_sample_recent *recent;
    struct ww_sample_past *past;
};

/* The k-th newest: the fast ones, then the slow ones. */
static const struct ww_sample *newest(const struct block *block, int k, const struct ww_sample_step *step)
{
    if (k < WW_RECENT_SAMPLES)
        return &block->recent->samples[k];
    if (k < WW_FAST_SAMPLES)
        return &block->past->fast[ww_older(step->fast, k - WW_RECENT_SAMPLES, WW_OLDER_SAMPLES)];
    return &block->past->slow[ww_older(step->slow, k - WW_FAST_SAMPLES, WW_SLOW_SAMPLES)];
}

/* The oldest leaves, and becomes the newest where nothing is learned. */
static void take_fast(struct ww_sample_recent *recent, struct ww_sample *oldest, int i, bool learns,
                      uint8_t luma, uint8_t census)
{
    struct ww_sample *newest = recent->samples, *last = &recent->samples[WW_RECENT_SAMPLES - 1];
    uint8_t old_luma = oldest->luma[i], old_census = oldest->census[i];
    oldest->luma[i] = last->luma[i];
    oldest->census[i] = last->census[i];
    for (; last > newest; last--) {
        last->luma[i] = last[-1].luma[i];
        last->census[i] = last[-1].census[i];
    }
    newest->luma[i] = learns ? luma : old_luma;
    newest->census[i] = learns ? census : old_census;
}

static void vote(struct ww_sample_past *past, int i, uint8_t luma, bool is_foreground)
{
    bool same = is_foreground && abs(luma - past->candidate[i]) <= WW_SAME_CANDIDATE;
    if (is_foreground && !same && past->votes[i] == 0)
        past->candidate[i] = luma;
    past->votes[i] = (uint8_t)clamp(past->votes[i] + (same ? 1 : -1), 0, 255);
}

static void learn(const struct block *block, int i, uint8_t luma, uint8_t census, bool fast, bool slow,
                  const struct ww_sample_step *step)
{
    for (int round = 1; round <= step->rounds; round++) {
        struct ww_sample *oldest = &block->past->fast[ww_older(step->fast, -round, WW_OLDER_SAMPLES)];
        struct ww_sample *replaced = &block->past->slow[ww_older(step->slow, -round, WW_SLOW_SAMPLES)];
        if (step->learn)
            take_fast(block->recent, oldest, i, fast, luma, census);
        if (step->learn_slow && slow) {
            replaced->luma[i] = luma;
            replaced->census[i] = census;
        }
    }
}

/* One pixel; true where it is foreground. */
static bool step_sample_pixel(const struct block *block, int i, uint8_t luma, uint8_t census, bool held,
                              const struct ww_sample_step *step)
{
    uint8_t *noise = &block->recent->noise[i], *typical = &block->recent->nearest[i];
    int rest = clamp(step->dark + luma / 8, 0, step->threshold);
    int threshold = rest + *noise / 4 + *typical / 4;
    int matches = 0, nearest = 255;
    for (int k = 0; k < WW_SAMPLES && matches < WW_MATCHES; k++) {
        const struct ww_sample *sample = newest(block, k, step);
        int distance = abs(luma - sample->luma[i]) + 3 * __builtin_popcount(census ^ sample->census[i]);
        distance = clamp(distance, 0, 255);
        nearest = distance < nearest ? distance : nearest;
        matches += distance <= threshold;
    }
    bool is_background = matches == WW_MATCHES;
    if (step->vote && !held)
        vote(block->past, i, luma, !is_background);
    bool stays =
        abs(luma - block->past->candidate[i]) <= WW_SAME_CANDIDATE && block->past->votes[i] >= step->absorb;
    bool known = is_background || stays;
    learn(block, i, luma, census, (known || step->all_fast) && !held, (known || step->all_slow) && !held,
          step);
    int usual = 4 * clamp(nearest, 0, 63);
    if (step->learn && is_background)
        *typical = (uint8_t)(*typical + (usual > *typical) - (usual < *typical));
    if (step->settle && *noise > 0)
        --*noise;
    return !is_background;
}

static void blink(struct ww_sample_recent *recent, int i, bool is_foreground, bool was_before,
                  const struct ww_sample_step *step)
{
    int gain = is_foreground ? step->rise : was_before ? step->fall : step->flash;
    recent->noise[i] = (uint8_t)clamp(recent->noise[i] + gain, 0, 255);
}

static uint64_t step_sample_block(const uint8_t *const rows[3], const struct block *block, size_t x,
                                  uint64_t held, size_t width, const struct ww_sample_step *step)
{
    uint64_t foreground = 0;
    for (size_t i = 0; i < WW_BLOCK_PIXELS; i++) {
        uint8_t luma = rows[1][x + i < width ? x + i : width - 1], census = census_of(rows, x + i, width);
        bool is_foreground = step_sample_pixel(block, (int)i, luma, census, held >> i & 1, step);
        if (is_foreground && x + i < width)
            foreground |= UINT64_C(1) << i;
    }
    return foreground;
}

static void samples_row(const uint8_t *const rows[3], struct ww_sample_recent *recent,
                        struct ww_sample_past *past, struct ww_sample_sides *sides, const uint64_t *held,
                        const uint64_t *calm, uint64_t *foreground, size_t width,
                        const struct ww_sample_step *step, const struct ww_sample_step *next)
{
    (void)next;
    for (size_t b = 0; b < WW_WORDS(width); b++) {
        const struct block block = {&recent[b], &past[b]};
        foreground[b] = step_sample_block(rows, &block, b * WW_BLOCK_PIXELS, held[b], width, step);
        uint64_t changed = (foreground[b] ^ sides[b].last) & ~calm[b];
        for (size_t i = 0; i < WW_BLOCK_PIXELS; i++)
            if (changed >> i & 1)
                blink(&recent[b], (int)i, foreground[b] >> i & 1, sides[b].before >> i & 1, step);
        sides[b] = (struct ww_sample_sides){foreground[b], sides[b].last};
    }
}

static int digit_of(const uint64_t *plane, size_t x, int digit)
{
    return bit(plane, x) << digit;
}

static void put_digit(uint64_t *plane, size_t x, int digit, int number)
{
    plane[x / 64] &= ~(UINT64_C(1) << (x % 64));
    plane[x / 64] |= (uint64_t)(number >> digit & 1) << (x % 64);
}

static void columns_row(const uint64_t *row, uint64_t *counts, size_t words, int radius)
{
    size_t stride = WW_WINDOW_WORDS(words);
    for (ptrdiff_t x = 0; x < (ptrdiff_t)stride * 64; x++) {
        int count = 0;
        for (ptrdiff_t i = x - radius; i <= x + radius; i++)
            count += i >= 0 && i < (ptrdiff_t)words * 64 && bit(row, (size_t)i);
        for (int d = 0; d < WW_COLUMN_DIGITS; d++)
            put_digit(counts + (size_t)d * stride, (size_t)x, d, count);
    }
}

static void window_row(uint64_t *sums, const uint64_t *entering, const uint64_t *leaving, uint64_t *many,
                       uint64_t *some, size_t words, const struct ww_window *window)
{
    size_t stride = WW_WINDOW_WORDS(words);
    int digits = ww_window_digits(window->radius);
    memset(many, 0, words * sizeof *many);
    memset(some, 0, words * sizeof *some);
    for (size_t x = 0; x < stride * 64; x++) {
        int sum = 0;
        for (int d = 0; d < digits; d++)
            sum += digit_of(sums + (size_t)d * stride, x, d);
        for (int d = 0; d < WW_COLUMN_DIGITS; d++)
            sum +=
                digit_of(entering + (size_t)d * stride, x, d) - digit_of(leaving + (size_t)d * stride, x, d);
        sum &= (1 << digits) - 1;
        for (int d = 0; d < digits; d++)
            put_digit(sums + (size_t)d * stride, x, d, sum);
        if (x < words * 64 && sum >= window->many)
            set_bit(many, x);
        if (x < words * 64 && sum >= window->some)
            set_bit(some, x);
    }
}

static int32_t detail_row(const uint8_t *a, const uint8_t *b, size_t width)
{
    int32_t sum = 0;
    for (size_t x = 0; x + 1 < width; x++)
        sum += (a[x + 1] - a[x]) * (b[x + 1] - b[x]);
    return sum;
}

static size_t keep_row(uint64_t *row, const uint64_t *allowed, size_t words)
{
    size_t count = 0;
    for (size_t x = 0; x < words * 64; x++) {
        if (!bit(allowed, x))
            row[x / 64] &= ~(UINT64_C(1) << (x % 64));
        count += bit(row, x);
    }
    return count;
}

static size_t runs_row(const uint64_t *row, size_t words, struct ww_run *runs)
{
    size_t count = 0;
    for (size_t x = 0; x < words * 64; x++) {
        if (!bit(row, x))
            continue;
        if (x == 0 || !bit(row, x - 1))
            runs[count++].start = (uint32_t)x;
        runs[count - 1].end = (uint32_t)x + 1;
    }
    return count;
}

static void correlate(const struct ww_patches *patches, struct ww_likeness *likeness)
{
    *likeness = (struct ww_likeness){0};
    for (size_t y = 0; y < patches->rows; y++) {
        for (size_t x = 0; x < patches->count; x++) {
            int there = patches->there[y * patches->there_stride + x];
            if (patches->inside[y * patches->stride + x] == 0)
                continue;
            likeness->both += patches->here[y * patches->stride + x] * there;
            likeness->energy += there * there;
        }
    }
}

/* One byte at a time, as everything here. */
static void move_row(const struct ww_traffic *streams, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        const volatile uint8_t *read = streams[s].read;
        volatile uint8_t *write = streams[s].write;
        for (size_t i = 0; i < streams[s].read_size && streams[s].write_size == 0; i++)
            (void)read[i];
        for (size_t i = 0; i < streams[s].write_size; i++)
            write[i] = streams[s].read_size ? write[i] : 0;
    }
}

static void weigh_row(const uint8_t *packed, uint8_t *out, size_t width, const uint8_t weights[3])
{
    for (size_t x = 0; x < width; x++, packed += 3)
        out[x] =
            (uint8_t)((packed[0] * weights[0] + packed[1] * weights[1] + packed[2] * weights[2] + 128) >> 8);
}

extern const struct ww_kernels ww_kernels_reference;
const struct ww_kernels ww_kernels_reference = {
    .isa = "reference",
    .move_row = move_row,
    .background_row = background_row,
    .halve_row = halve_row,
    .quarter_row = quarter_row,
    .smooth_row = smooth_row,
    .every_second_row = every_second_row,
    .weigh_row = weigh_row,
    .samples_row = samples_row,
    .columns_row = columns_row,
    .window_row = window_row,
    .correlate = correlate,
    .detail_row = detail_row,
    .keep_row = keep_row,
    .runs_row = runs_row,
};
