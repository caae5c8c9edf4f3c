/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/glow.h"

#include <math.h>
#include <stdlib.h>

enum {
    LONGEST_ARM = 5, /* pixels to either side of an edge */
    MOST_LINES = 24  /* rows, and columns, that are looked at */
};

static const float gradual = 0.3f; /* a step of less than that part of the difference is none */
static const float darkest = 8;    /* grey levels, of which a factor can be told */
static const float least_step = 0.001f;
static const int least_edges = 4;

struct edges {
    float steps; /* their sum, grey levels */
    int count;
};

struct view {
    const struct ww_luma *luma;
    const struct ww_foreground *foreground;
    const struct ww_bitplane *mask;
};

struct levels {
    float picture, background;
};

/* Means of the pixels around x, y, one to each side along the edge and `around` across it: what is set is
 * noise at its strongest, its neighbours are not. */
static struct levels levels_at(const struct view *view, int x, int y, bool across_row, int around)
{
    int wide = across_row ? around : 1, high = across_row ? 1 : around, sum = 0, below = 0;
    for (int row = y - high; row <= y + high; row++) {
        uint8_t levels[3];
        const uint8_t *pixels = view->luma->pixels + row * view->luma->stride + x - wide;
        ww_foreground_background(view->foreground, row, x - wide, 2 * wide + 1, levels);
        for (int i = 0; i <= 2 * wide; i++) {
            sum += pixels[i];
            below += levels[i];
        }
    }
    float count = (float)((2 * wide + 1) * (2 * high + 1));
    return (struct levels){(float)sum / count, (float)below / count};
}

static bool is_inside(const struct view *view, int x, int y)
{
    return x >= 1 && y >= 1 && x + 1 < (int)view->luma->width && y + 1 < (int)view->luma->height;
}

/* The edge lies between x, y, which is set, and its neighbour that way, which is not. */
static void add_edge(struct edges *edges, const struct view *view, int x, int y, int out_x, int out_y,
                     int arm)
{
    if (!is_inside(view, x + out_x * arm, y + out_y * arm) ||
        !is_inside(view, x - out_x * arm, y - out_y * arm))
        return;
    int around = arm > 3 ? 1 : 0, in = arm / 2, out = arm / 2 + 1;
    struct levels inside = levels_at(view, x - out_x * in, y - out_y * in, out_y == 0, around);
    struct levels outside = levels_at(view, x + out_x * out, y + out_y * out, out_y == 0, around);
    float difference = inside.picture - inside.background;
    float step = difference - (outside.picture - outside.background);
    float factor = inside.picture - inside.background * outside.picture / fmaxf(outside.background, darkest);
    edges->steps += fminf(copysignf(1, difference) * step, copysignf(1, difference) * factor);
    edges->count++;
}

static void look_along(struct edges *edges, const struct view *view, const struct ww_blob *blob, int line,
                       bool row)
{
    int from = row ? blob->left : blob->top, to = (row ? blob->right : blob->bottom) - 1;
    while (from < to && !ww_bitplane_has(view->mask, row ? from : line, row ? line : from))
        from++;
    while (to > from && !ww_bitplane_has(view->mask, row ? to : line, row ? line : to))
        to--;
    int arm = (to - from) / 2 < LONGEST_ARM ? (to - from) / 2 : LONGEST_ARM;
    if (arm < 2)
        return;
    add_edge(edges, view, row ? from : line, row ? line : from, row ? -1 : 0, row ? 0 : -1, arm);
    add_edge(edges, view, row ? to : line, row ? line : to, row ? 1 : 0, row ? 0 : 1, arm);
}

/* The mean difference to the background inside, on a grid. */
static float difference_in(const struct view *view, const struct ww_blob *blob)
{
    int step_x = (blob->right - blob->left + MOST_LINES - 1) / MOST_LINES;
    int step_y = (blob->bottom - blob->top + MOST_LINES - 1) / MOST_LINES, count = 0, sum = 0;
    for (int y = blob->top; y < blob->bottom; y += step_y) {
        for (int x = blob->left; x < blob->right; x += step_x) {
            uint8_t background;
            if (!ww_bitplane_has(view->mask, x, y))
                continue;
            ww_foreground_background(view->foreground, y, x, 1, &background);
            sum += abs(view->luma->pixels[y * view->luma->stride + x] - background);
            count++;
        }
    }
    return count ? (float)sum / (float)count : 0;
}

/* 0: too little of its outline is to be seen. */
static float step_of(const struct view *view, const struct ww_blob *blob)
{
    struct edges edges = {0};
    int step_x = (blob->right - blob->left + MOST_LINES - 1) / MOST_LINES;
    int step_y = (blob->bottom - blob->top + MOST_LINES - 1) / MOST_LINES;
    for (int y = blob->top; y < blob->bottom; y += step_y)
        look_along(&edges, view, blob, y, true);
    for (int x = blob->left; x < blob->right; x += step_x)
        look_along(&edges, view, blob, x, false);
    float whole = difference_in(view, blob) * (float)edges.count;
    return edges.count >= least_edges && whole > 0 ? fmaxf(edges.steps / whole, least_step) : 0;
}

static bool is_followed(const struct ww_blob *blob, const struct ww_bitplane *followed)
{
    return ww_bitplane_has(followed, (blob->left + blob->right) / 2, (blob->top + blob->bottom) / 2);
}

size_t ww_glow_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_bitplane *followed)
{
    const struct view view = {luma, foreground, mask};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool keeps = is_followed(&blobs[i], followed);
        if (!keeps) {
            blobs[i].step = step_of(&view, &blobs[i]);
            keeps = blobs[i].step == 0 || blobs[i].step >= gradual;
        }
        if (keeps)
            blobs[kept++] = blobs[i];
    }
    return kept;
}
