/* The kernels that a compiler can vectorise, and the table. SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <string.h>

#include "pack.h"
#include "rows.h"

#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define TABLE WW_OF_ISA(kernels)

/* value × rate / 32768, rounded to nearest. */
static inline int16_t part_of(int16_t value, int16_t rate)
{
#if defined(__x86_64__) && !defined(__SSSE3__)
    /* Without PMULHRSW: the halves of the product, so that nothing needs 32 bits. */
    int16_t high = (int16_t)((value * rate) >> 16);
    uint16_t low = (uint16_t)(value * rate);
    return (int16_t)(high * 2 + (low >> 15) + (low >> 14 & 1));
#else
    return (int16_t)((((value * rate) >> 14) + 1) >>
                     1); /* the shape that compilers know as one instruction */
#endif
}

static inline int16_t min16(int16_t a, int16_t b)
{
    return a < b ? a : b;
}

static inline int16_t max16(int16_t a, int16_t b)
{
    return a > b ? a : b;
}

/* 64 pixels. All values fit into 16 bits: |d| ≤ 255 × 128, factor × deviation ≤ 4 × 62 × 128. */
static inline uint64_t background_block(const uint8_t *restrict luma, int16_t *restrict mean,
                                        int16_t *restrict deviation, const struct ww_background_rates rates)
{
    uint8_t is[64];
    for (int i = 0; i < 64; i++) {
        int16_t d = (int16_t)(luma[i] * WW_LEVEL - mean[i]);
        int16_t distance = (int16_t)(d < 0 ? -d : d);
        int16_t threshold = max16((int16_t)(rates.factor * deviation[i]), rates.min_threshold);
        int16_t foreground = (int16_t) - (distance > threshold);
        int16_t rate = (int16_t)((rates.mean_foreground & foreground) | (rates.mean & ~foreground));
        mean[i] = (int16_t)(mean[i] + part_of(d, rate));
        int16_t drift = (int16_t)(part_of((int16_t)(distance - deviation[i]), rates.deviation) & ~foreground);
        int16_t next = (int16_t)(deviation[i] + drift);
        deviation[i] = max16(min16(next, WW_MAX_DEVIATION), WW_MIN_DEVIATION);
        is[i] = (uint8_t)foreground;
    }
    return pack64(is);
}

static void background_row(const uint8_t *luma, int16_t *mean, int16_t *deviation, uint64_t *foreground,
                           size_t width, const struct ww_background_rates *rates)
{
    size_t x = 0;
    for (; x + 64 <= width; x += 64)
        foreground[x / 64] = background_block(luma + x, mean + x, deviation + x, *rates);
    if (x < width) {
        uint8_t tail[64] = {0};
        memcpy(tail, luma + x, width - x);
        uint64_t inside = (UINT64_C(1) << (width - x)) - 1;
        foreground[x / 64] = background_block(tail, mean + x, deviation + x, *rates) & inside;
    }
}

static void halve_row(const uint8_t *restrict a, const uint8_t *restrict b, uint8_t *restrict out,
                      size_t width)
{
    /* Two pixels as one 16-bit value: their sum needs no shuffle. */
    typedef uint16_t pair_of_pixels __attribute__((may_alias, aligned(1)));
    const pair_of_pixels *upper = (const pair_of_pixels *)a, *lower = (const pair_of_pixels *)b;
    size_t half = width / 2;
    for (size_t x = 0; x < half; x++) {
        uint16_t sum = (uint16_t)((upper[x] & 255) + (upper[x] >> 8) + (lower[x] & 255) + (lower[x] >> 8));
        out[x] = (uint8_t)((uint16_t)(sum + 2) >> 2);
    }
    if (width % 2)
        out[half] = (uint8_t)((2 * a[width - 1] + 2 * b[width - 1] + 2) >> 2);
}

static inline uint8_t mean(uint8_t a, uint8_t b)
{
    return (uint8_t)((a + b + 1) >> 1);
}

static void smooth_row(const uint8_t *restrict above, const uint8_t *restrict row,
                       const uint8_t *restrict below, uint8_t *restrict out, size_t width)
{
    uint8_t buffer[WW_MOST_SMOOTHED + 2], *columns = buffer + 1;
    if (width == 0)
        return;
    for (size_t x = 0; x < width; x++)
        columns[x] = mean(row[x], mean(above[x], below[x]));
    columns[-1] = columns[0];
    columns[width] = columns[width - 1];
    for (size_t x = 0; x < width; x++)
        out[x] = mean(columns[x], mean(buffer[x], buffer[x + 2]));
}

static void every_second_row(const uint8_t *restrict packed, uint8_t *restrict out, size_t width)
{
    /* Pairs as one 16-bit value become their lower half; the last byte has no pair. */
    typedef uint16_t pair_of_bytes __attribute__((may_alias, aligned(1)));
    const pair_of_bytes *pairs = (const pair_of_bytes *)packed;
    for (size_t x = 0; x + 1 < width; x++)
        out[x] = (uint8_t)pairs[x];
    if (width > 0)
        out[width - 1] = packed[2 * (width - 1)];
}

static size_t keep_row(uint64_t *restrict row, const uint64_t *restrict allowed, size_t words)
{
    size_t count = 0;
    for (size_t i = 0; i < words; i++) {
        row[i] &= allowed[i];
        if (row[i])
            count += (size_t)__builtin_popcountll(row[i]);
    }
    return count;
}

/* The ends of runs are where a bit differs from the one before. */
static size_t runs_row(const uint64_t *row, size_t words, struct ww_run *runs)
{
    size_t count = 0;
    uint64_t before = 0;
    bool open = false;
    for (size_t i = 0; i < words; i++) {
        uint64_t ends = row[i] ^ (row[i] << 1 | before);
        before = row[i] >> 63;
        for (; ends; ends &= ends - 1) {
            uint32_t x = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(ends);
            if (open)
                runs[count++].end = x;
            else
                runs[count].start = x;
            open = !open;
        }
    }
    if (open)
        runs[count++].end = (uint32_t)(words * 64);
    return count;
}

extern const struct ww_kernels TABLE;
const struct ww_kernels TABLE = {
    .isa = TEXT(WW_ISA),
    .move_row = WW_OF_ISA(move_row),
    .background_row = background_row,
    .halve_row = halve_row,
    .smooth_row = smooth_row,
    .every_second_row = every_second_row,
    .samples_row = WW_OF_ISA(samples_row),
    .tally_row = WW_OF_ISA(tally_row),
    .window_row = WW_OF_ISA(window_row),
    .keep_row = keep_row,
    .runs_row = runs_row,
};
