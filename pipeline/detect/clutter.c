/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/clutter.h"

#include <math.h>
#include <string.h>

static const double memory_seconds = 20;
static const double least_memory_seconds = 5; /* of starts: a few of them in a moment are no rate yet */
static const double new_seconds = 1;          /* for so long anything that is seen may be clutter */
static const float unexpected = 0.02f;        /* sights a frame where nothing was seen yet */
static const float least_a_sight = -1, most_a_sight = 5; /* of evidence */
/* Somebody nearly always fills more than this of his box, leaves do in every other sight; what is sparser
 * tells against him, at most so much that no sight tells for him. */
static const float full = 0.4f, against = 30, most_against = 6;
static const double a_false_one = 2e5, at_first = 36e3; /* seconds from one to the next */
static const float least_needed = 7;
/* Parts of the square of a person's height: most people show more, and leaves less. What begins often begins
 * alike, more often than chance would have it: of what is slight, so much more is asked as is asked anyway
 * beyond that, but no more than this. */
static const float slight = 0.18f, slightest = 0.1f, beyond = 5, most_of_slight = 9;
static const float same_size = 0.4f, least_spread = 0.7f; /* deviations of the logarithm of an area */
static const float outlier = 0.05f, sizes = 8;            /* so many are of any size between the extremes */
static const float most_sizes = 1000, least_sizes = 20;   /* sights that the mean size is made of */

void ww_clutter_begin(struct ww_clutter *clutter, uint32_t width, uint32_t height)
{
    memset(clutter, 0, sizeof *clutter);
    clutter->width = (float)width;
    clutter->height = (float)height;
}

static int cell_of(float at, float size, int cells)
{
    int cell = (int)(at / size * (float)cells);
    return cell < 0 ? 0 : cell < cells ? cell : cells - 1;
}

void ww_clutter_expect(struct ww_clutter *clutter, size_t blobs)
{
    clutter->present = (float)blobs;
}

static void note_size(struct ww_clutter *clutter, float size, float sights)
{
    clutter->sized = fminf(clutter->sized + sights, most_sizes);
    float part = fminf(sights / clutter->sized, 1);
    clutter->size += (size - clutter->size) * part;
    clutter->size_square += (size * size - clutter->size_square) * part;
}

static float size_of(const struct ww_blob *blob)
{
    return logf((float)blob->area + 1);
}

void ww_clutter_start(struct ww_clutter *clutter)
{
    clutter->started++;
}

void ww_clutter_add(struct ww_clutter *clutter, const struct ww_blob *last, int sights)
{
    int column = cell_of(last->x, clutter->width, WW_CLUTTER_COLUMNS);
    int row = cell_of(last->y, clutter->height, WW_CLUTTER_ROWS);
    note_size(clutter, size_of(last), (float)sights);
    clutter->counted[row][column] += (float)sights;
}

static void note_starts(struct ww_clutter *clutter, double seconds)
{
    double memory = fmax(fmin(memory_seconds, clutter->seconds), least_memory_seconds);
    bool were_there = !clutter->any_started && clutter->seconds < new_seconds; /* and did not begin */
    clutter->any_started |= clutter->started > 0;
    clutter->starts += ((were_there ? 0 : clutter->started / seconds) - clutter->starts) * seconds / memory;
    clutter->started = 0;
}

void ww_clutter_step(struct ww_clutter *clutter, double seconds)
{
    clutter->seconds += seconds;
    if (seconds <= 0)
        return;
    double part = seconds / fmin(memory_seconds, clutter->seconds);
    note_starts(clutter, seconds);
    clutter->all = 0;
    for (int row = 0; row < WW_CLUTTER_ROWS; row++) {
        for (int column = 0; column < WW_CLUTTER_COLUMNS; column++) {
            float *mean = &clutter->sights[row][column];
            *mean += (clutter->counted[row][column] - *mean) * (float)part;
            clutter->all += *mean;
        }
    }
    memset(clutter->counted, 0, sizeof clutter->counted);
}

static float density(float away, float deviation)
{
    float gauss = expf(-away * away / (2 * deviation * deviation)) / (deviation * 2.5066f);
    return (1 - outlier) * gauss + outlier / sizes;
}

/* How much better the blob's size is explained by the track's than by that of clutter. */
static float size_evidence(const struct ww_clutter *clutter, const struct ww_blob *track,
                           const struct ww_blob *blob)
{
    if (clutter->sized < least_sizes)
        return 0;
    float spread = sqrtf(fmaxf(clutter->size_square - clutter->size * clutter->size, 0));
    float size = size_of(blob);
    return logf(density(size - size_of(track), same_size) /
                density(size - clutter->size, fmaxf(spread, least_spread)));
}

static float sparseness_evidence(const struct ww_blob *blob)
{
    float box = (float)(blob->right - blob->left) * (float)(blob->bottom - blob->top);
    return -fminf(against * fmaxf(full - (float)blob->area / box, 0), most_against);
}

float ww_clutter_evidence(const struct ww_clutter *clutter, const struct ww_blob *track,
                          const struct ww_blob *blob, float reach_x, float reach_y)
{
    const float cells = WW_CLUTTER_COLUMNS * WW_CLUTTER_ROWS;
    int column = cell_of(blob->x, clutter->width, WW_CLUTTER_COLUMNS);
    int row = cell_of(blob->y, clutter->height, WW_CLUTTER_ROWS);
    float here = fmaxf(clutter->sights[row][column] * cells, clutter->all / 2) + unexpected;
    if (clutter->seconds < new_seconds)
        here = fmaxf(here, clutter->present / 2);
    float by_chance = here * 4 * reach_x * reach_y / (clutter->width * clutter->height);
    float told = fmaxf(-logf(by_chance), 0) + size_evidence(clutter, track, blob);
    return fminf(fmaxf(told, least_a_sight), most_a_sight) + sparseness_evidence(blob);
}

float ww_clutter_needed(const struct ww_clutter *clutter)
{
    double known = fmin(clutter->seconds / memory_seconds, 1);
    double apart = at_first + (a_false_one - at_first) * known;
    return fmaxf((float)log(clutter->starts * apart + 1), least_needed);
}

float ww_clutter_needed_of(const struct ww_blob *blob, float needed)
{
    if (!(blob->person > 0))
        return needed;
    float shown = (float)blob->area / (blob->person * blob->person);
    float part = fminf(fmaxf((slight - shown) / (slight - slightest), 0), 1);
    return needed + part * fminf(fmaxf(needed - beyond, 0), most_of_slight);
}
