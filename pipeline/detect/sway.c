/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sway.h"

#include <math.h>

#include "kernels.h"

enum {
    WINDOWS = 4,
    SIDE = 16, /* pixels of a window */
    NUMBERS = 2 * SIDE * SIDE,
    ARM = 2,           /* a gradient is the difference of pixels that far to either side */
    LEAST_INSIDE = 48, /* gradients, that tell something */
    PATCH = SIDE + 2 * ARM,
    MOST_FIELD = SIDE + 2 * WW_MOST_REACH,
    MOST_PATCH = MOST_FIELD + 2 * ARM,
    SHIFTS = 2 * WW_MOST_REACH + 1
};

/* Sums over all windows of a blob. */
struct likeness {
    int pixels;
    float picture;                    /* the picture's energy */
    float background[SHIFTS][SHIFTS]; /* the background's, by displacement */
    float both[SHIFTS][SHIFTS];
};

/* Gradients of a square of pixels, across and down in turns. */
struct field {
    int side;
    int16_t gradients[MOST_FIELD * MOST_FIELD * 2];
};

/* The picture's gradients, and -1 where they are looked at; both are 0 elsewhere. */
struct window {
    int left, top;
    int16_t gradients[NUMBERS], inside[NUMBERS];
};

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void take_gradients(const uint8_t *restrict patch, int side, int16_t *restrict gradients)
{
    int patch_side = side + 2 * ARM;
    for (int y = 0; y < side; y++, gradients += 2 * side) {
        const uint8_t *at = patch + (y + ARM) * patch_side + ARM;
        for (int x = 0; x < side; x++) {
            gradients[2 * x] = (int16_t)(at[x + ARM] - at[x - ARM]);
            gradients[2 * x + 1] = (int16_t)(at[x + ARM * patch_side] - at[x - ARM * patch_side]);
        }
    }
}

static void copy_patch(uint8_t *patch, const struct ww_luma *luma, int left, int top)
{
    bool within = left >= 0 && left + PATCH <= (int)luma->width;
    for (int y = 0; y < PATCH; y++, patch += PATCH) {
        const uint8_t *row = luma->pixels + clamp(top + y, 0, (int)luma->height - 1) * luma->stride;
        if (within)
            memcpy(patch, row + left, PATCH);
        for (int x = 0; x < PATCH && !within; x++)
            patch[x] = row[clamp(left + x, 0, (int)luma->width - 1)];
    }
}

/* Whether both ends of a gradient are of the blob, too: a wall's edge that somebody rises behind is seen
 * beside him in the picture as in the background. A blob too small for that is judged by all that it has. */
static void keep_inside(struct window *window, const struct ww_bitplane *mask)
{
    int16_t ends_inside[NUMBERS];
    int count = 0, left = window->left - ARM;
    for (int y = 0; y < SIDE; y++) {
        uint64_t row = ww_bitplane_from(mask, left, window->top + y), bits = row >> ARM;
        uint64_t above = ww_bitplane_from(mask, left, window->top + y - ARM),
                 below = ww_bitplane_from(mask, left, window->top + y + ARM);
        uint64_t across = row & bits & row >> 2 * ARM, down = bits & (above & below) >> ARM;
        for (int x = 0; x < SIDE; x++) {
            int i = 2 * (y * SIDE + x);
            window->inside[i] = window->inside[i + 1] = (int16_t) - (int)(bits >> x & 1);
            ends_inside[i] = (int16_t) - (int)(across >> x & 1);
            ends_inside[i + 1] = (int16_t) - (int)(down >> x & 1);
            count -= ends_inside[i] + ends_inside[i + 1];
        }
    }
    if (count >= LEAST_INSIDE)
        memcpy(window->inside, ends_inside, sizeof ends_inside);
    for (int i = 0; i < NUMBERS; i++)
        window->gradients[i] &= window->inside[i];
}

static void look_at_picture(struct window *window, const struct ww_luma *luma, const struct ww_bitplane *mask,
                            int centre_x, int centre_y)
{
    uint8_t patch[PATCH * PATCH];
    window->left = centre_x - SIDE / 2;
    window->top = centre_y - SIDE / 2;
    copy_patch(patch, luma, window->left - ARM, window->top - ARM);
    take_gradients(patch, SIDE, window->gradients);
    keep_inside(window, mask);
}

static void look_at_background(const struct ww_foreground *foreground, const struct window *window, int reach,
                               struct field *field)
{
    uint8_t patch[MOST_PATCH * MOST_PATCH];
    int side = SIDE + 2 * (reach + ARM);
    for (int y = 0; y < side; y++)
        ww_foreground_background(foreground, window->top - reach - ARM + y, window->left - reach - ARM, side,
                                 patch + y * side);
    field->side = SIDE + 2 * reach;
    take_gradients(patch, field->side, field->gradients);
}

static void compare(const struct window *window, const struct field *background, int reach,
                    struct likeness *likeness)
{
    struct ww_patches patches = {.here = window->gradients,
                                 .inside = window->inside,
                                 .stride = 2 * SIDE,
                                 .there_stride = 2 * (size_t)background->side,
                                 .rows = SIDE,
                                 .count = 2 * SIDE};
    const struct ww_kernels *kernels = ww_kernels();
    for (int dy = 0; dy <= 2 * reach; dy++) {
        for (int dx = 0; dx <= 2 * reach; dx++) {
            struct ww_likeness alike;
            int row = dy + WW_MOST_REACH - reach, column = dx + WW_MOST_REACH - reach;
            patches.there = background->gradients + 2 * (dy * background->side + dx);
            kernels->correlate(&patches, &alike);
            likeness->both[row][column] += (float)alike.both;
            likeness->background[row][column] += (float)alike.energy;
        }
    }
}

static void add_window(struct likeness *likeness, const struct window *window,
                       const struct ww_foreground *foreground, int reach)
{
    struct field background;
    int32_t energy = 0, set = 0;
    for (int i = 0; i < NUMBERS; i++) {
        energy += window->gradients[i] * window->gradients[i];
        set -= window->inside[i];
    }
    likeness->pixels += set / 2;
    likeness->picture += (float)energy;
    look_at_background(foreground, window, reach, &background);
    compare(window, &background, reach, likeness);
}

/* The middle of the set pixels of a row of the blob. */
static int middle_of_row(const struct ww_blob *blob, const struct ww_bitplane *mask, int y)
{
    int left = blob->left, right = blob->right - 1;
    while (left < right && !ww_bitplane_has(mask, left, y))
        left++;
    while (right > left && !ww_bitplane_has(mask, right, y))
        right--;
    return (left + right) / 2;
}

static float correlation(const struct likeness *likeness, int dx, int dy)
{
    float energy = likeness->picture * likeness->background[dy + WW_MOST_REACH][dx + WW_MOST_REACH];
    return energy > 0 ? likeness->both[dy + WW_MOST_REACH][dx + WW_MOST_REACH] / sqrtf(energy) : 0;
}

/* Returns how many windows a blob of that height has. */
static int look(const struct ww_blob *blob, const struct ww_luma *luma, const struct ww_bitplane *mask,
                struct window windows[WINDOWS])
{
    int height = blob->bottom - blob->top, count = clamp(height / SIDE + 1, 1, WINDOWS);
    for (int i = 0; i < count; i++) {
        int y = blob->top + height * (2 * i + 1) / (2 * count);
        look_at_picture(&windows[i], luma, mask, middle_of_row(blob, mask, y), y);
    }
    return count;
}

/* Of few pixels some correlate by chance. */
static float by_chance(const struct likeness *likeness)
{
    return 1 / sqrtf((float)(likeness->pixels > 0 ? likeness->pixels : 1));
}

static bool is_displaced(const struct likeness *likeness, const struct ww_sway_rules *rules)
{
    float least = rules->displaced + 2.2f * by_chance(likeness); /* the more so where much is tried */
    for (int dy = -rules->reach; dy <= rules->reach; dy++)
        for (int dx = -rules->reach; dx <= rules->reach; dx++)
            if (correlation(likeness, dx, dy) >= least)
                return true;
    return false;
}

static bool is_followed(const struct ww_blob *blob, const struct ww_bitplane *mask,
                        const struct ww_bitplane *followed)
{
    int y = (blob->top + blob->bottom) / 2;
    return ww_bitplane_has(followed, middle_of_row(blob, mask, y), y);
}

static bool is_sway(const struct ww_blob *blob, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_bitplane *followed, const struct ww_sway_rules *rules)
{
    struct likeness in_place = {0}, anywhere = {0};
    struct window windows[WINDOWS];
    int count = look(blob, luma, mask, windows);
    for (int i = 0; i < count; i++)
        add_window(&in_place, &windows[i], foreground, 0);
    if (correlation(&in_place, 0, 0) >= rules->in_place + 1.5f * by_chance(&in_place))
        return true;
    if (is_followed(blob, mask, followed))
        return false;
    for (int i = 0; i < count; i++)
        add_window(&anywhere, &windows[i], foreground, rules->reach);
    return is_displaced(&anywhere, rules);
}

size_t ww_sway_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_bitplane *followed, const struct ww_sway_rules *rules)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_sway(&blobs[i], luma, foreground, mask, followed, rules))
            blobs[kept++] = blobs[i];
    return kept;
}
