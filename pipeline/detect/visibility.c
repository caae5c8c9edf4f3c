/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/visibility.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float black = 16, contrast = 0.6f;
static const float needed = 8;          /* grey levels, without noise */
static const float needed_of_noise = 3; /* standard deviations */
static const float least_range = 40;    /* grey levels from the darkest to the brightest pixels */
static const float few = 0.02f;         /* of the pixels are darker, or brighter */
static const float lit = 40;            /* grey levels; below, it is dark rather than faint */
static const double lasts = 2;          /* seconds */
enum { WORDS = WW_SKETCH_TILES / 64 };

struct region {
    uint64_t tiles[WORDS];
    enum ww_view view, next; /* told; what it looks like */
    double since;            /* pts of `next` */
};

struct ww_visibility {
    struct region *regions;
    enum ww_view *views, *blind;
    size_t count;
};

static bool touches(const struct ww_bitplane *plane, int left, int top, int right, int bottom)
{
    for (int y = top; y < bottom; y++) {
        const uint64_t *row = ww_bitplane_row(plane, (uint32_t)y);
        for (size_t i = (size_t)left / 64; i * 64 < (size_t)right; i++)
            if (row[i] & ww_bits_between(i, (uint32_t)left, (uint32_t)right))
                return true;
    }
    return false;
}

static void find_tiles(struct region *region, const struct ww_bitplane *plane, int width, int height)
{
    for (int i = 0; i < WW_SKETCH_TILES; i++) {
        int column = i % WW_SKETCH_COLUMNS, row = i / WW_SKETCH_COLUMNS;
        bool in = touches(plane, ww_sketch_edge(column, WW_SKETCH_COLUMNS, width),
                          ww_sketch_edge(row, WW_SKETCH_ROWS, height),
                          ww_sketch_edge(column + 1, WW_SKETCH_COLUMNS, width),
                          ww_sketch_edge(row + 1, WW_SKETCH_ROWS, height));
        region->tiles[i / 64] |= (uint64_t)in << i % 64;
    }
}

struct ww_visibility *ww_visibility_create(const struct ww_regions *regions, uint32_t width, uint32_t height)
{
    struct ww_visibility *visibility = calloc(1, sizeof *visibility);
    if (!visibility)
        return NULL;
    visibility->count = regions->count > 0 ? regions->count : 1;
    visibility->regions = calloc(visibility->count, sizeof *visibility->regions);
    visibility->views = calloc(visibility->count, sizeof *visibility->views);
    visibility->blind = calloc(visibility->count, sizeof *visibility->blind);
    if (!visibility->regions || !visibility->views || !visibility->blind) {
        ww_visibility_destroy(visibility);
        return NULL;
    }
    for (size_t i = 0; i < visibility->count; i++) {
        visibility->blind[i] = WW_VIEW_BLIND;
        find_tiles(&visibility->regions[i], regions->count > 0 ? &regions->planes[i] : &regions->visible,
                   (int)width, (int)height);
    }
    return visibility;
}

void ww_visibility_destroy(struct ww_visibility *visibility)
{
    if (!visibility)
        return;
    free(visibility->regions);
    free(visibility->views);
    free(visibility->blind);
    free(visibility);
}

/* Grey levels between the few darkest and the few brightest pixels. */
static float range_of(const struct ww_sketch *sketch)
{
    int count = sketch->width * sketch->height, least = (int)(few * (float)count), low = 0, high = 255;
    int histogram[256] = {0};
    for (int i = 0; i < count; i++)
        histogram[sketch->copy[i]]++;
    for (int sum = histogram[low]; sum <= least; sum += histogram[low])
        low++;
    for (int sum = histogram[high]; sum <= least; sum += histogram[high])
        high--;
    return (float)(high - low);
}

static void measure_tiles(const struct ww_sketch *sketch, float means[WW_SKETCH_TILES])
{
    for (int i = 0; i < WW_SKETCH_TILES; i++) {
        int column = i % WW_SKETCH_COLUMNS, row = i / WW_SKETCH_COLUMNS, sum = 0;
        int left = ww_sketch_edge(column, WW_SKETCH_COLUMNS, sketch->width);
        int right = ww_sketch_edge(column + 1, WW_SKETCH_COLUMNS, sketch->width);
        int top = ww_sketch_edge(row, WW_SKETCH_ROWS, sketch->height);
        int bottom = ww_sketch_edge(row + 1, WW_SKETCH_ROWS, sketch->height);
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                sum += sketch->copy[y * sketch->width + x];
        means[i] = (float)sum / (float)((right - left) * (bottom - top));
    }
}

static float light_of(const struct region *region, const float means[WW_SKETCH_TILES])
{
    float sum = 0;
    int count = 0;
    for (int i = 0; i < WW_SKETCH_TILES; i++) {
        if (region->tiles[i / 64] >> i % 64 & 1) {
            sum += means[i];
            count++;
        }
    }
    return count > 0 ? sum / (float)count : 255;
}

static enum ww_view view_of(float light, float range, float noise)
{
    float differs = contrast * fmaxf(light - black, 0);
    if (differs < needed)
        return WW_VIEW_DARK;
    if (differs < needed_of_noise * noise)
        return WW_VIEW_NOISY;
    return range < least_range && light >= lit ? WW_VIEW_FAINT : WW_VIEW_WELL;
}

void ww_visibility_look(struct ww_visibility *visibility, const struct ww_sketch *sketch, double noise,
                        double pts)
{
    float means[WW_SKETCH_TILES];
    float range = range_of(sketch);
    measure_tiles(sketch, means);
    for (size_t i = 0; i < visibility->count; i++) {
        struct region *region = &visibility->regions[i];
        enum ww_view now = view_of(light_of(region, means), range, (float)noise);
        if (now != region->next)
            region->since = pts;
        region->next = now;
        if (pts - region->since >= lasts)
            region->view = now;
    }
}

const enum ww_view *ww_visibility_views(struct ww_visibility *visibility, bool blind)
{
    if (blind)
        return visibility->blind;
    for (size_t i = 0; i < visibility->count; i++)
        visibility->views[i] = visibility->regions[i].view;
    return visibility->views;
}
