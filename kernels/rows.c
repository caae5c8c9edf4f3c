/* The kernels that a compiler can vectorise, and the table. SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <string.h>

#include "rows.h"

#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define TABLE WW_OF_ISA(kernels)

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

/* Sums of two neighbours of each four bytes, as two 16-bit values. */
static inline uint32_t pairs_of(uint32_t four)
{
    return (four & 0x00ff00ff) + (four >> 8 & 0x00ff00ff);
}

/* The mean of 4 × 4 pixels, four in each row. */
static inline uint8_t mean_of_sixteen(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t upper = (pairs_of(a) + pairs_of(b) + 0x00020002) >> 2 & 0x00ff00ff;
    uint32_t lower = (pairs_of(c) + pairs_of(d) + 0x00020002) >> 2 & 0x00ff00ff;
    uint32_t both = upper + lower;
    return (uint8_t)(((both & 0xffff) + (both >> 16) + 2) >> 2);
}

/* Fewer than four pixels: a column that is not there is as the one before, a half as the other. */
static uint32_t last_pixels(const uint8_t *row, size_t width)
{
    uint32_t first = row[0], second = width > 1 ? row[1] : first;
    uint32_t third = width > 2 ? row[2] : first, fourth = width > 2 ? third : second;
    return first | second << 8 | third << 16 | fourth << 24;
}

static void quarter_row(const uint8_t *const rows[4], uint8_t *restrict out, size_t width)
{
    typedef uint32_t four_pixels __attribute__((may_alias, aligned(1)));
    const four_pixels *a = (const four_pixels *)rows[0], *b = (const four_pixels *)rows[1];
    const four_pixels *c = (const four_pixels *)rows[2], *d = (const four_pixels *)rows[3];
    size_t quarter = width / 4, left = width % 4;
    for (size_t x = 0; x < quarter; x++)
        out[x] = mean_of_sixteen(a[x], b[x], c[x], d[x]);
    if (left)
        out[quarter] = mean_of_sixteen(last_pixels(rows[0] + 4 * quarter, left),
                                       last_pixels(rows[1] + 4 * quarter, left),
                                       last_pixels(rows[2] + 4 * quarter, left),
                                       last_pixels(rows[3] + 4 * quarter, left));
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

static void weigh_row(const uint8_t *restrict packed, uint8_t *restrict out, size_t width,
                      const uint8_t weights[3])
{
    const uint16_t first = weights[0], second = weights[1], third = weights[2];
    for (size_t x = 0; x < width; x++) {
        uint16_t sum = (uint16_t)(packed[3 * x] * first + packed[3 * x + 1] * second);
        out[x] = (uint8_t)((uint16_t)(sum + packed[3 * x + 2] * third + 128) >> 8);
    }
}

static int32_t detail_row(const uint8_t *a, const uint8_t *b, size_t width)
{
    int32_t sum = 0;
    for (size_t x = 0; x + 1 < width; x++) {
        int16_t upper = (int16_t)(a[x + 1] - a[x]), lower = (int16_t)(b[x + 1] - b[x]);
        sum += upper * lower;
    }
    return sum;
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

/* The ends of runs are where a bit differs from the one before. A word has few as a rule: so many are written
 * without asking how many there are. */
static size_t runs_row(const uint64_t *row, size_t words, struct ww_run *runs)
{
    enum { AT_ONCE = 4 };
    uint32_t *ends = &runs->start; /* of a run its start, then its end */
    size_t count = 0;
    uint64_t before = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t changes = row[i] ^ (row[i] << 1 | before);
        size_t found = (size_t)__builtin_popcountll(changes);
        before = row[i] >> 63;
        for (size_t done = 0; done < found; done += AT_ONCE)
            for (size_t j = 0; j < AT_ONCE; j++, changes &= changes - 1)
                ends[count + done + j] =
                    (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(changes | UINT64_C(1) << 63);
        count += found;
    }
    if (before)
        ends[count++] = (uint32_t)(words * 64);
    return count / 2;
}

extern const struct ww_kernels TABLE;
const struct ww_kernels TABLE = {
    .isa = TEXT(WW_ISA),
    .move_row = WW_OF_ISA(move_row),
    .work_row = WW_OF_ISA(work_row),
    .background_row = WW_OF_ISA(background_row),
    .halve_row = halve_row,
    .quarter_row = quarter_row,
    .smooth_row = smooth_row,
    .every_second_row = every_second_row,
    .weigh_row = weigh_row,
    .samples_row = WW_OF_ISA(samples_row),
    .columns_row = WW_OF_ISA(columns_row),
    .window_row = WW_OF_ISA(window_row),
    .correlate = WW_OF_ISA(correlate),
    .detail_row = detail_row,
    .keep_row = keep_row,
    .runs_row = runs_row,
};
