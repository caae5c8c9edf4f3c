/* What each kernel means, one pixel at a time. SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
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

/* value × rate / 32768, rounded to nearest, halves up. */
static int part_of(int value, int rate)
{
    return (value * rate + 16384) >> 15;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void background_row(const uint8_t *luma, int16_t *mean, int16_t *deviation, uint64_t *foreground,
                           size_t width, const struct ww_background_rates *rates)
{
    memset(foreground, 0, WW_WORDS(width) * sizeof *foreground);
    for (size_t x = 0; x < width; x++) {
        int d = luma[x] * WW_LEVEL - mean[x];
        int distance = d < 0 ? -d : d;
        int threshold = rates->factor * deviation[x];
        if (threshold < rates->min_threshold)
            threshold = rates->min_threshold;
        bool is_foreground = distance > threshold;

        mean[x] = (int16_t)(mean[x] + part_of(d, is_foreground ? rates->mean_foreground : rates->mean));
        int next = deviation[x];
        if (!is_foreground)
            next += part_of(distance - deviation[x], rates->deviation);
        else
            set_bit(foreground, x);
        deviation[x] = (int16_t)clamp(next, WW_MIN_DEVIATION, WW_MAX_DEVIATION);
    }
}

static void majority_row(const uint64_t *above, const uint64_t *row, const uint64_t *below, uint64_t *out,
                         size_t words)
{
    const uint64_t *const rows[] = {above, row, below};
    memset(out, 0, words * sizeof *out);
    for (size_t x = 0; x < words * 64; x++) {
        int count = 0;
        for (int r = 0; r < 3; r++) {
            count += x > 0 && bit(rows[r], x - 1);
            count += bit(rows[r], x);
            count += x + 1 < words * 64 && bit(rows[r], x + 1);
        }
        if (count >= 5)
            set_bit(out, x);
    }
}

static void halve_row(const uint8_t *a, const uint8_t *b, uint8_t *out, size_t width)
{
    for (size_t x = 0; x < width; x += 2) {
        size_t next = x + 1 < width ? x + 1 : x;
        out[x / 2] = (uint8_t)((a[x] + a[next] + b[x] + b[next] + 2) >> 2);
    }
}

static void every_second_row(const uint8_t *packed, uint8_t *out, size_t width)
{
    for (size_t x = 0; x < width; x++)
        out[x] = packed[2 * x];
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

extern const struct ww_kernels ww_kernels_reference;
const struct ww_kernels ww_kernels_reference = {
    .isa = "reference",
    .move_row = move_row,
    .background_row = background_row,
    .majority_row = majority_row,
    .halve_row = halve_row,
    .every_second_row = every_second_row,
};
