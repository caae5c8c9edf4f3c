/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/cleaner.h"

#include <stdbool.h>

#include "kernels.h"

/* Runs of unset bits. Those of one hole have one root; those of the outside need none. */
struct gap {
    struct ww_run run;
    uint32_t root; /* itself, or an older one */
    bool outside;  /* itself or, of a root, all of them reach the picture's edge */
};

struct ww_cleaner {
    struct ww_window window;
    uint8_t *tally; /* with its margins */
    uint64_t *zeros, *unset;
    uint64_t inside; /* bits of a row's last word that are pixels */
    struct gap *gaps;
    struct ww_run *runs;       /* of one row */
    uint32_t capacity, *first; /* the first gap of each row */
    uint32_t width, height;
    size_t words;
};

struct ww_cleaner *ww_cleaner_create(uint32_t width, uint32_t height, int radius)
{
    struct ww_cleaner *cleaner = calloc(1, sizeof *cleaner);
    if (!cleaner)
        return NULL;
    int area = (2 * radius + 1) * (2 * radius + 1);
    cleaner->window = (struct ww_window){
        .radius = radius,
        .many = (uint8_t)((area + 1) / 2),
        .some = (uint8_t)((area + 6) / 7),
    };
    cleaner->width = width;
    cleaner->height = height;
    cleaner->words = WW_WORDS(width);
    cleaner->inside = ww_bits_between(cleaner->words - 1, 0, width);
    cleaner->capacity = width * height / 8 + 2 * height;
    cleaner->tally = calloc(1, WW_STATE(width) + 2 * WW_TALLY_MARGIN);
    cleaner->zeros = calloc(cleaner->words, sizeof *cleaner->zeros);
    cleaner->unset = calloc(cleaner->words, sizeof *cleaner->unset);
    cleaner->runs = calloc(WW_MOST_RUNS(width), sizeof *cleaner->runs);
    cleaner->gaps = malloc(cleaner->capacity * sizeof *cleaner->gaps);
    cleaner->first = calloc(height + 1, sizeof *cleaner->first);
    if (!cleaner->tally || !cleaner->zeros || !cleaner->unset || !cleaner->runs || !cleaner->gaps ||
        !cleaner->first) {
        ww_cleaner_destroy(cleaner);
        return NULL;
    }
    return cleaner;
}

void ww_cleaner_destroy(struct ww_cleaner *cleaner)
{
    if (!cleaner)
        return;
    free(cleaner->tally);
    free(cleaner->zeros);
    free(cleaner->unset);
    free(cleaner->runs);
    free(cleaner->gaps);
    free(cleaner->first);
    free(cleaner);
}

static const uint64_t *row_or_zeros(const struct ww_cleaner *cleaner, const struct ww_bitplane *plane,
                                    int64_t y)
{
    return y >= 0 && y < plane->height ? ww_bitplane_row(plane, (uint32_t)y) : cleaner->zeros;
}

static void take_majority(struct ww_cleaner *cleaner, const struct ww_bitplane *raw,
                          struct ww_bitplane *clean, struct ww_bitplane *near)
{
    const struct ww_kernels *kernels = ww_kernels();
    uint8_t *tally = cleaner->tally + WW_TALLY_MARGIN;
    int radius = cleaner->window.radius;
    memset(tally, 0, WW_STATE(cleaner->width));
    for (int64_t y = -radius; y < cleaner->height; y++) {
        kernels->tally_row(tally, row_or_zeros(cleaner, raw, y + radius),
                           row_or_zeros(cleaner, raw, y - radius - 1), cleaner->words);
        if (y < 0)
            continue;
        uint64_t *many = ww_bitplane_row(clean, (uint32_t)y), *some = ww_bitplane_row(near, (uint32_t)y);
        kernels->window_row(tally, many, some, cleaner->words, &cleaner->window);
        many[cleaner->words - 1] &= cleaner->inside;
        some[cleaner->words - 1] &= cleaner->inside;
    }
}

static uint32_t root_of(struct gap *gaps, uint32_t index)
{
    while (gaps[index].root != index) {
        gaps[index].root = gaps[gaps[index].root].root;
        index = gaps[index].root;
    }
    return index;
}

/* Two gaps that touch. Most are outside both, and known to be. */
static void join(struct gap *gaps, uint32_t a, uint32_t b)
{
    if (gaps[a].outside && gaps[b].outside)
        return;
    a = root_of(gaps, a);
    b = root_of(gaps, b);
    if (gaps[a].outside || gaps[b].outside)
        gaps[a].outside = gaps[b].outside = true;
    else
        gaps[a < b ? b : a].root = a < b ? a : b;
}

/* The gaps of a row joined with those above that they touch. Returns how many there are now, or 0 where there
 * is no room. */
static uint32_t add_gaps(struct ww_cleaner *cleaner, const uint64_t *row, uint32_t y, uint32_t above,
                         uint32_t count)
{
    for (size_t i = 0; i < cleaner->words; i++)
        cleaner->unset[i] = ~row[i];
    cleaner->unset[cleaner->words - 1] &= cleaner->inside;
    size_t found = ww_kernels()->runs_row(cleaner->unset, cleaner->words, cleaner->runs);
    if (found > cleaner->capacity - count)
        return 0;
    uint32_t upper = above, first = count;
    for (size_t i = 0; i < found; i++, count++) {
        struct ww_run run = cleaner->runs[i];
        bool outside = run.start == 0 || run.end == cleaner->width || y == 0 || y + 1 == cleaner->height;
        cleaner->gaps[count] = (struct gap){run, count, outside};
        while (upper < first && cleaner->gaps[upper].run.end <= run.start)
            upper++;
        for (uint32_t j = upper; j < first && cleaner->gaps[j].run.start < run.end; j++)
            join(cleaner->gaps, j, count);
    }
    return count;
}

/* A row in which nothing is set is one gap that reaches the picture's edge. */
static uint32_t add_empty_row(struct ww_cleaner *cleaner, uint32_t above, uint32_t count)
{
    const struct ww_run whole = {0, cleaner->width};
    if (count == cleaner->capacity)
        return 0;
    cleaner->gaps[count] = (struct gap){whole, count, true};
    for (uint32_t j = above; j < count; j++)
        if (!cleaner->gaps[j].outside)
            join(cleaner->gaps, j, count);
    return count + 1;
}

static void set_run(uint64_t *row, struct ww_run run)
{
    for (size_t i = run.start / 64; i * 64 < run.end; i++)
        row[i] |= ww_bits_between(i, run.start, run.end);
}

static void fill_holes(struct ww_cleaner *cleaner, struct ww_bitplane *mask)
{
    uint32_t count = 0, above = 0;
    for (uint32_t y = 0; y < cleaner->height; y++) {
        cleaner->first[y] = count;
        const uint64_t *row = ww_bitplane_row(mask, y);
        uint32_t next = ww_bits_any(row, cleaner->words) ? add_gaps(cleaner, row, y, above, count)
                                                         : add_empty_row(cleaner, above, count);
        if (next == 0 && count > 0)
            return; /* noise all over has no holes */
        above = count;
        count = next;
    }
    cleaner->first[cleaner->height] = count;
    for (uint32_t y = 0; y < cleaner->height; y++)
        for (uint32_t i = cleaner->first[y]; i < cleaner->first[y + 1]; i++)
            if (!cleaner->gaps[i].outside && !cleaner->gaps[root_of(cleaner->gaps, i)].outside)
                set_run(ww_bitplane_row(mask, y), cleaner->gaps[i].run);
}

void ww_cleaner_run(struct ww_cleaner *cleaner, const struct ww_bitplane *raw, struct ww_bitplane *clean,
                    struct ww_bitplane *near)
{
    take_majority(cleaner, raw, clean, near);
    fill_holes(cleaner, clean);
}
