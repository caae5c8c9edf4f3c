/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/likeness.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const float least_deviation = 2.5f; /* grey levels in a tile: structure */
static const float unchanged = 0.85f;      /* correlation of a tile */
static const float alike = 0.45f;          /* correlation of a tile */
static const float present = 0.4f;         /* of a tile's contrast */
static const float least_layout = 5;       /* grey levels among the tiles' means */
static const int burnt_luma = 232;

int ww_past_create(struct ww_past *past, const struct ww_sketch *sketch)
{
    size_t count = (size_t)sketch->width * (size_t)sketch->height;
    *past = (struct ww_past){.width = sketch->width, .height = sketch->height};
    past->mean = calloc(count + 1, sizeof *past->mean);
    past->copy = calloc(count + 1, 1);
    past->soft = calloc(count + 1, sizeof *past->soft);
    if (past->mean && past->copy && past->soft)
        return 0;
    ww_past_destroy(past);
    return -ENOMEM;
}

void ww_past_destroy(struct ww_past *past)
{
    free(past->mean);
    free(past->copy);
    free(past->soft);
    *past = (struct ww_past){0};
}

/* One pixel in four is looked at. */
static float burnt_share(const uint8_t *copy, int width, int height)
{
    int burnt = 0;
    for (int y = 0; y < height; y += 2)
        for (int x = 0; x < width; x += 2)
            burnt += copy[y * width + x] >= burnt_luma;
    return 4 * (float)burnt / (float)(width * height);
}

static float burnt_anew(const struct ww_past *past, const uint8_t *copy)
{
    int burnt = 0;
    for (int y = 0; y < past->height; y += 2)
        for (int x = 0; x < past->width; x += 2)
            burnt += copy[y * past->width + x] >= burnt_luma && past->copy[y * past->width + x] < burnt_luma;
    return 4 * (float)burnt / (float)(past->width * past->height);
}

void ww_past_learn(struct ww_past *past, const struct ww_sketch *sketch, float part)
{
    size_t count = (size_t)past->width * (size_t)past->height;
    for (size_t i = 0; i < count; i++) {
        past->mean[i] += ((float)sketch->copy[i] - past->mean[i]) * part;
        past->copy[i] = (uint8_t)(past->mean[i] + 0.5f);
    }
    past->detail += (sketch->detail - past->detail) * part;
    past->burnt = burnt_share(past->copy, past->width, past->height);
}

/* Of a row of tiles, each column of the copy by itself: so they are added up many at a time. */
struct columns {
    uint32_t now[WW_SKETCH_WIDEST], before[WW_SKETCH_WIDEST];
    uint32_t now_now[WW_SKETCH_WIDEST], before_before[WW_SKETCH_WIDEST], both[WW_SKETCH_WIDEST];
};

static void add_row(struct columns *columns, const uint8_t *restrict now, const uint8_t *restrict before,
                    int width)
{
    for (int x = 0; x < width; x++) {
        columns->now[x] += now[x];
        columns->before[x] += before[x];
        columns->now_now[x] += (uint16_t)(now[x] * now[x]);
        columns->before_before[x] += (uint16_t)(before[x] * before[x]);
        columns->both[x] += (uint16_t)(now[x] * before[x]);
    }
}

struct tile {
    float now, before;                     /* means */
    float variance, variance_before, both; /* covariance */
};

static struct tile tile_of(const struct columns *columns, int left, int right, int rows)
{
    uint32_t now = 0, before = 0, now_now = 0, before_before = 0, both = 0;
    float count = (float)((right - left) * rows);
    for (int x = left; x < right; x++) {
        now += columns->now[x];
        before += columns->before[x];
        now_now += columns->now_now[x];
        before_before += columns->before_before[x];
        both += columns->both[x];
    }
    struct tile tile = {.now = (float)now / count, .before = (float)before / count};
    tile.variance = fmaxf((float)now_now / count - tile.now * tile.now, 0);
    tile.variance_before = fmaxf((float)before_before / count - tile.before * tile.before, 0);
    tile.both = (float)both / count - tile.now * tile.before;
    return tile;
}

static void measure_tiles(const struct ww_past *past, const struct ww_sketch *sketch, struct tile *tiles)
{
    for (int row = 0; row < WW_SKETCH_ROWS; row++) {
        struct columns columns = {0};
        int top = ww_sketch_edge(row, WW_SKETCH_ROWS, past->height);
        int bottom = ww_sketch_edge(row + 1, WW_SKETCH_ROWS, past->height);
        for (int y = top; y < bottom; y++)
            add_row(&columns, sketch->copy + y * past->width, past->copy + y * past->width, past->width);
        for (int column = 0; column < WW_SKETCH_COLUMNS; column++)
            tiles[row * WW_SKETCH_COLUMNS + column] =
                tile_of(&columns, ww_sketch_edge(column, WW_SKETCH_COLUMNS, past->width),
                        ww_sketch_edge(column + 1, WW_SKETCH_COLUMNS, past->width), bottom - top);
    }
}

/* What less light takes of all contrast, as a factor. */
static float gain_of(float now, float before)
{
    float gain = before > 1 ? now / before : 1;
    return fminf(fmaxf(gain, 0.05f), 1);
}

/* What of a tile is counted. */
static void judge_tile(const struct tile *tile, struct ww_past_likeness *likeness)
{
    if (tile->variance_before < least_deviation * least_deviation)
        return;
    float slope = tile->both / tile->variance_before;
    float correlation = tile->both / sqrtf(tile->variance_before * fmaxf(tile->variance, 0.25f));
    bool lost = correlation < alike;
    likeness->told_by++;
    likeness->lost += lost;
    likeness->intact += correlation >= unchanged;
    likeness->inverted += correlation <= -unchanged;
    likeness->faint += lost || slope / gain_of(tile->now, tile->before) < present;
}

/* The tiles' means as a picture of its own. */
static void judge_layout(const struct tile *tiles, struct ww_past_likeness *likeness)
{
    float now_now = 0, before_before = 0, both = 0;
    for (int i = 0; i < WW_SKETCH_TILES; i++) {
        float now = tiles[i].now - likeness->light, before = tiles[i].before - likeness->light_before;
        now_now += now * now;
        before_before += before * before;
        both += now * before;
    }
    bool can_tell = before_before >= WW_SKETCH_TILES * least_layout * least_layout;
    likeness->layout = can_tell ? both / sqrtf(before_before * fmaxf(now_now, 1)) : 0;
    likeness->layout_slope =
        can_tell ? both / before_before / gain_of(likeness->light, likeness->light_before) : 0;
}

void ww_past_compare(const struct ww_past *past, const struct ww_sketch *sketch,
                     struct ww_past_likeness *likeness)
{
    const float structure = least_deviation * least_deviation;
    struct tile tiles[WW_SKETCH_TILES];
    measure_tiles(past, sketch, tiles);
    *likeness = (struct ww_past_likeness){
        .burnt = burnt_share(sketch->copy, past->width, past->height),
        .burnt_before = past->burnt,
        .burnt_anew = burnt_anew(past, sketch->copy),
    };
    for (int i = 0; i < WW_SKETCH_TILES; i++) {
        likeness->light += tiles[i].now / WW_SKETCH_TILES;
        likeness->light_before += tiles[i].before / WW_SKETCH_TILES;
        likeness->structured += (tiles[i].variance >= structure) / (float)WW_SKETCH_TILES;
        likeness->structured_before += (tiles[i].variance_before >= structure) / (float)WW_SKETCH_TILES;
        judge_tile(&tiles[i], likeness);
    }
    judge_layout(tiles, likeness);
    likeness->detail = past->detail > 0 ? sqrtf(fmaxf(sketch->detail, 0) / past->detail) : 1;
    likeness->sharp = likeness->detail / gain_of(likeness->light, likeness->light_before);
    if (likeness->told_by > 0) {
        likeness->lost /= (float)likeness->told_by;
        likeness->intact /= (float)likeness->told_by;
        likeness->inverted /= (float)likeness->told_by;
        likeness->faint /= (float)likeness->told_by;
    }
}

/* Binomial, 3 × 3, in steps of a sixteenth; a wall's courses are as fine as the copy's pixels, and no camera
 * is turned by whole ones. */
static void soften(struct ww_past *past)
{
    int width = past->width;
    for (int y = 0; y < past->height; y++) {
        const float *here = past->mean + y * width, *above = y > 0 ? here - width : here;
        const float *below = y < past->height - 1 ? here + width : here;
        for (int x = 0; x < width; x++) {
            int left = x > 0 ? x - 1 : x, right = x < width - 1 ? x + 1 : x;
            past->soft[y * width + x] = (uint16_t)(above[left] + 2 * above[x] + above[right] +
                                                   2 * (here[left] + 2 * here[x] + here[right]) +
                                                   below[left] + 2 * below[x] + below[right]);
        }
    }
}

/* Correlation of the slopes, both ways, where the two overlap; what is recent moved by (dx, dy). Every second
 * pixel each way. */
static float slopes_agree(const struct ww_past *past, const struct ww_past *recent, int dx, int dy)
{
    int stride = past->width;
    int left = dx > 0 ? dx : 0, right = past->width - 1 + (dx < 0 ? dx : 0);
    int top = dy > 0 ? dy : 0, bottom = past->height - 1 + (dy < 0 ? dy : 0);
    int64_t now_now = 0, before_before = 0, both = 0;
    for (int y = top; y < bottom; y += 2) {
        const uint16_t *before = past->soft + y * stride, *now = recent->soft + (y - dy) * stride - dx;
        for (int x = left; x < right; x += 2) {
            int across = now[x + 1] - now[x], down = now[x + stride] - now[x];
            int across_before = before[x + 1] - before[x], down_before = before[x + stride] - before[x];
            now_now += across * across + down * down;
            before_before += across_before * across_before + down_before * down_before;
            both += across * across_before + down * down_before;
        }
    }
    double energy = (double)now_now * (double)before_before;
    return energy > 1 ? (float)((double)both / sqrt(energy)) : 0;
}

bool ww_past_is_displaced(struct ww_past *past, struct ww_past *recent)
{
    static const float found = 0.6f, better = 0.25f;
    int reach_x = past->width / 5 * 2, reach_y = past->height / 5 * 2, at_x = 0, at_y = 0;
    soften(past);
    soften(recent);
    float here = slopes_agree(past, recent, 0, 0), best = here;
    for (int step = 2; step >= 1; step--) { /* all around, then around the best */
        int center_x = at_x, center_y = at_y;
        for (int dy = center_y - reach_y; dy <= center_y + reach_y; dy += step) {
            for (int dx = center_x - reach_x; dx <= center_x + reach_x; dx += step) {
                float agree = slopes_agree(past, recent, dx, dy);
                if (agree <= best)
                    continue;
                best = agree;
                at_x = dx;
                at_y = dy;
            }
        }
        reach_x = reach_y = 1;
    }
    return (at_x || at_y) && best >= found && best >= here + better;
}
