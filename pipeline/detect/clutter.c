/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/clutter.h"

#include <math.h>
#include <string.h>

static const double memory_seconds = 20;
static const float unexpected = 0.02f;  /* sights a frame where nothing was seen yet */
static const float most_a_sight = 5;    /* of evidence */
static const double a_false_one = 36e3; /* seconds from one to the next */
static const float least_needed = 7;

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

void ww_clutter_start(struct ww_clutter *clutter)
{
    clutter->started++;
}

void ww_clutter_add(struct ww_clutter *clutter, float x, float y, int sights)
{
    int column = cell_of(x, clutter->width, WW_CLUTTER_COLUMNS);
    int row = cell_of(y, clutter->height, WW_CLUTTER_ROWS);
    clutter->counted[row][column] += (float)sights;
}

void ww_clutter_step(struct ww_clutter *clutter, double seconds)
{
    clutter->seconds += seconds;
    if (seconds <= 0)
        return;
    double part = seconds / fmin(memory_seconds, clutter->seconds);
    clutter->starts += (clutter->started / seconds - clutter->starts) * part;
    clutter->started = 0;
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

float ww_clutter_evidence(const struct ww_clutter *clutter, float x, float y, float reach_x, float reach_y)
{
    const float cells = WW_CLUTTER_COLUMNS * WW_CLUTTER_ROWS;
    int column = cell_of(x, clutter->width, WW_CLUTTER_COLUMNS);
    int row = cell_of(y, clutter->height, WW_CLUTTER_ROWS);
    float here = fmaxf(clutter->sights[row][column] * cells, clutter->all / 2) + unexpected;
    float by_chance = here * 4 * reach_x * reach_y / (clutter->width * clutter->height);
    return fminf(fmaxf(-logf(by_chance), 0), most_a_sight);
}

float ww_clutter_needed(const struct ww_clutter *clutter)
{
    return fmaxf((float)log(clutter->starts * a_false_one + 1), least_needed);
}
