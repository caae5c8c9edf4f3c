/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/cleaner.h"

#include <math.h>
#include <stdlib.h>

#include "kernels.h"

static const float slimness = 0.25f; /* how wide somebody is, of his height */
static const float filled = 0.6f;    /* of what he covers of a window: he may be like the ground */
static const float fewest = 4;       /* with less, of nine, noise passes */

enum { MOST_RADIUS = 7, MOST_HELD = 2 * MOST_RADIUS + 2 }; /* rows: of the largest window, and one more */

struct ww_cleaner {
    struct ww_window window;
    uint64_t *sums;   /* of the window at each pixel of a row */
    uint64_t *counts; /* of the rows of a window and the one that leaves it, in turns */
    uint64_t *zeros;  /* those of a row without foreground */
    uint64_t inside;  /* bits of a row's last word that are pixels */
    uint32_t width, height;
    size_t words, row_counts; /* words of a row, and of its counts */
};

/* A window grows with the picture, so that it is as large on the ground, as far as somebody fills it. */
static int radius_for(uint32_t height, float person)
{
    float radius = ((float)height + 75) / 150;
    if (person > 0)
        radius = fminf(radius, person * slimness / 3);
    return radius < 1 ? 1 : radius > MOST_RADIUS ? MOST_RADIUS : (int)radius;
}

static struct ww_window window_for(uint32_t height, float person)
{
    int radius = radius_for(height, person), side = 2 * radius + 1, area = side * side;
    int many = (area + 1) / 2;
    if (person > 0)
        many = (int)fminf((float)many, fmaxf(fewest, filled * person * slimness * (float)side));
    return (struct ww_window){.radius = radius, .many = (uint8_t)many, .some = (uint8_t)((area + 6) / 7)};
}

static size_t rows_held(const struct ww_cleaner *cleaner)
{
    return 2 * (size_t)cleaner->window.radius + 2;
}

struct ww_cleaner *ww_cleaner_create(uint32_t width, uint32_t height, float person)
{
    struct ww_cleaner *cleaner = calloc(1, sizeof *cleaner);
    if (!cleaner)
        return NULL;
    cleaner->window = window_for(height, person);
    cleaner->width = width;
    cleaner->height = height;
    cleaner->words = WW_WORDS(width);
    cleaner->inside = ww_bits_between(cleaner->words - 1, 0, width);
    cleaner->row_counts = WW_COLUMN_DIGITS * WW_WINDOW_WORDS(cleaner->words);
    cleaner->sums = calloc(WW_WINDOW_DIGITS * WW_WINDOW_WORDS(cleaner->words), sizeof *cleaner->sums);
    cleaner->counts = calloc(rows_held(cleaner) * cleaner->row_counts, sizeof *cleaner->counts);
    cleaner->zeros = calloc(cleaner->row_counts, sizeof *cleaner->zeros);
    if (!cleaner->sums || !cleaner->counts || !cleaner->zeros) {
        ww_cleaner_destroy(cleaner);
        return NULL;
    }
    return cleaner;
}

void ww_cleaner_destroy(struct ww_cleaner *cleaner)
{
    if (!cleaner)
        return;
    free(cleaner->sums);
    free(cleaner->counts);
    free(cleaner->zeros);
    free(cleaner);
}

/* The counts of a row that enters the window. */
static const uint64_t *count_columns(struct ww_cleaner *cleaner, const struct ww_bitplane *raw, int64_t y,
                                     size_t place)
{
    if (y >= raw->height || !ww_bits_any(ww_bitplane_row(raw, (uint32_t)y), cleaner->words))
        return cleaner->zeros;
    uint64_t *counts = cleaner->counts + place * cleaner->row_counts;
    ww_kernels()->columns_row(ww_bitplane_row(raw, (uint32_t)y), counts, cleaner->words,
                              cleaner->window.radius);
    return counts;
}

static void clean_row(struct ww_cleaner *cleaner, const uint64_t *entering, const uint64_t *leaving,
                      uint64_t *many, uint64_t *some)
{
    ww_kernels()->window_row(cleaner->sums, entering, leaving, many, some, cleaner->words, &cleaner->window);
    many[cleaner->words - 1] &= cleaner->inside;
    some[cleaner->words - 1] &= cleaner->inside;
}

void ww_cleaner_run(struct ww_cleaner *cleaner, const struct ww_bitplane *raw, struct ww_bitplane *clean,
                    struct ww_bitplane *near)
{
    const int radius = cleaner->window.radius;
    const size_t held = rows_held(cleaner);
    const uint64_t *counts[MOST_HELD];
    for (size_t i = 0; i < held; i++)
        counts[i] = cleaner->zeros;
    memset(cleaner->sums, 0, WW_WINDOW_DIGITS * WW_WINDOW_WORDS(cleaner->words) * sizeof *cleaner->sums);
    size_t empty = held; /* rows since the last one with foreground entered */
    size_t now = 0, oldest = 1;
    for (int64_t y = -radius; y < cleaner->height; y++) {
        counts[now] = count_columns(cleaner, raw, y + radius, now);
        empty = counts[now] == cleaner->zeros ? empty + 1 : 0;
        uint32_t into = y < 0 ? 0 : (uint32_t)y; /* the first is written again when its window is whole */
        uint64_t *many = ww_bitplane_row(clean, into), *some = ww_bitplane_row(near, into);
        if (empty < held) {
            clean_row(cleaner, counts[now], counts[oldest], many, some);
        } else {
            memset(many, 0, cleaner->words * sizeof *many);
            memset(some, 0, cleaner->words * sizeof *some);
        }
        now = oldest;
        oldest = oldest + 1 < held ? oldest + 1 : 0;
    }
}
