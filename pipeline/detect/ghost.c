/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ghost.h"

enum { REACH = 3, MOST_ROWS = 32 }; /* pixels inside and outside of an edge; rows that are looked at */

static const float weaker = 0.6f;     /* the picture's outline against the background's */
static const float least_step = 6.0f; /* grey levels, on average: without an outline nobody can tell */

struct outline {
    long picture, background;
    int edges;
};

static void compare_edge(struct outline *outline, const uint8_t *row, const struct ww_foreground *foreground,
                         int in, int out, int y)
{
    outline->picture += abs(row[in] - row[out]);
    uint8_t inside, outside;
    ww_foreground_background(foreground, y, in, 1, &inside);
    ww_foreground_background(foreground, y, out, 1, &outside);
    outline->background += abs(inside - outside);
    outline->edges++;
}

bool ww_ghost_is(const struct ww_blob *blob, const struct ww_luma *luma,
                 const struct ww_foreground *foreground, const struct ww_bitplane *mask)
{
    struct outline outline = {0};
    int step = (blob->bottom - blob->top + MOST_ROWS - 1) / MOST_ROWS;
    for (int y = blob->top; y < blob->bottom; y += step) {
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride;
        int left = blob->left, right = blob->right - 1;
        while (left < right && !ww_bitplane_has(mask, left, y))
            left++;
        while (right > left && !ww_bitplane_has(mask, right, y))
            right--;
        if (right - left < 2 * REACH)
            continue;
        if (left >= REACH)
            compare_edge(&outline, row, foreground, left + REACH, left - REACH, y);
        if (right + REACH < (int)mask->width)
            compare_edge(&outline, row, foreground, right - REACH, right + REACH, y);
    }
    return outline.edges > 0 && (float)outline.background >= least_step * (float)outline.edges &&
           (float)outline.picture < weaker * (float)outline.background;
}
