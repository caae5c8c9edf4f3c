/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/cleaner.h"

#include "kernels.h"

struct ww_cleaner {
    struct ww_window window;
    uint8_t *tally; /* with its margins */
    uint64_t *zeros;
    uint64_t inside; /* bits of a row's last word that are pixels */
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
    cleaner->tally = calloc(1, WW_STATE(width) + 2 * WW_TALLY_MARGIN);
    cleaner->zeros = calloc(cleaner->words, sizeof *cleaner->zeros);
    if (!cleaner->tally || !cleaner->zeros) {
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
    free(cleaner);
}

static const uint64_t *row_or_zeros(const struct ww_cleaner *cleaner, const struct ww_bitplane *plane,
                                    int64_t y)
{
    return y >= 0 && y < plane->height ? ww_bitplane_row(plane, (uint32_t)y) : cleaner->zeros;
}

void ww_cleaner_run(struct ww_cleaner *cleaner, const struct ww_bitplane *raw, struct ww_bitplane *clean,
                    struct ww_bitplane *near)
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
