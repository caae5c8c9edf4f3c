/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/cleaner.h"

#include <math.h>
#include <stdlib.h>

#include "kernels.h"

static const float slimness = 0.25f; /* how wide somebody is, of his height */
static const float filled = 0.6f;    /* of what he covers of a window: he may be like the ground */
static const float fewest = 4;       /* with less, of nine, noise passes */

struct ww_cleaner {
    struct ww_window window;
    uint8_t *tally; /* with its margins */
    uint64_t *zeros;
    uint64_t inside; /* bits of a row's last word that are pixels */
    uint32_t width, height;
    size_t words;
};

/* A window grows with the picture, so that it is as large on the ground, as far as somebody fills it. */
static int radius_for(uint32_t height, float person)
{
    float radius = ((float)height + 75) / 150;
    if (person > 0)
        radius = fminf(radius, person * slimness / 3);
    return radius < 1 ? 1 : radius > 7 ? 7 : (int)radius;
}

static struct ww_window window_for(uint32_t height, float person)
{
    int radius = radius_for(height, person), side = 2 * radius + 1, area = side * side;
    int many = (area + 1) / 2;
    if (person > 0)
        many = (int)fminf((float)many, fmaxf(fewest, filled * person * slimness * (float)side));
    return (struct ww_window){.radius = radius, .many = (uint8_t)many, .some = (uint8_t)((area + 6) / 7)};
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
