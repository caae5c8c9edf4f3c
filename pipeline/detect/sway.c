/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sway.h"

#include <math.h>

enum {
    WINDOWS = 4,
    SIDE = 16, /* pixels of a window */
    ARM = 2,   /* a gradient is the difference of pixels that far to either side */
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

/* Gradients of a square of pixels, across and down, one after the other. */
struct field {
    int side;
    int16_t gradients[MOST_FIELD * MOST_FIELD * 2];
};

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void take_gradients(const uint8_t *patch, int side, struct field *field)
{
    int patch_side = side + 2 * ARM;
    int16_t *gradient = field->gradients;
    field->side = side;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            const uint8_t *at = patch + (y + ARM) * patch_side + x + ARM;
            *gradient++ = (int16_t)(at[ARM] - at[-ARM]);
            *gradient++ = (int16_t)(at[ARM * patch_side] - at[-ARM * patch_side]);
        }
    }
}

static void look_at_picture(const struct ww_luma *luma, int left, int top, struct field *field)
{
    enum { PATCH = SIDE + 2 * ARM };
    uint8_t patch[PATCH * PATCH];
    for (int y = 0; y < PATCH; y++) {
        const uint8_t *row = luma->pixels + clamp(top - ARM + y, 0, (int)luma->height - 1) * luma->stride;
        for (int x = 0; x < PATCH; x++)
            patch[y * PATCH + x] = row[clamp(left - ARM + x, 0, (int)luma->width - 1)];
    }
    take_gradients(patch, SIDE, field);
}

static void look_at_background(const struct ww_foreground *foreground, int left, int top, int reach,
                               struct field *field)
{
    uint8_t patch[MOST_PATCH * MOST_PATCH];
    int side = SIDE + 2 * (reach + ARM);
    for (int y = 0; y < side; y++)
        ww_foreground_background(foreground, top - reach - ARM + y, left - reach - ARM, side,
                                 patch + y * side);
    take_gradients(patch, SIDE + 2 * reach, field);
}

/* `here` is 0 where `inside` is. */
static void compare(const int16_t here[SIDE * SIDE * 2], const int16_t inside[SIDE * SIDE * 2],
                    const struct field *background, int reach, struct likeness *likeness)
{
    for (int dy = 0; dy <= 2 * reach; dy++) {
        for (int dx = 0; dx <= 2 * reach; dx++) {
            int32_t both = 0, energy = 0;
            for (int y = 0; y < SIDE; y++) {
                const int16_t *there = background->gradients + ((y + dy) * background->side + dx) * 2;
                const int16_t *row = here + y * SIDE * 2, *counts = inside + y * SIDE * 2;
                for (int i = 0; i < SIDE * 2; i++) {
                    int16_t counted = there[i] & counts[i];
                    both += row[i] * counted;
                    energy += counted * counted;
                }
            }
            likeness->both[dy + WW_MOST_REACH - reach][dx + WW_MOST_REACH - reach] += (float)both;
            likeness->background[dy + WW_MOST_REACH - reach][dx + WW_MOST_REACH - reach] += (float)energy;
        }
    }
}

static void add_window(struct likeness *likeness, const struct ww_luma *luma,
                       const struct ww_foreground *foreground, const struct ww_bitplane *mask, int centre_x,
                       int centre_y, int reach)
{
    struct field picture, background;
    int16_t inside[SIDE * SIDE * 2];
    int left = centre_x - SIDE / 2, top = centre_y - SIDE / 2;
    look_at_picture(luma, left, top, &picture);
    look_at_background(foreground, left, top, reach, &background);
    for (int i = 0; i < SIDE * SIDE; i++) {
        bool set = ww_bitplane_has(mask, left + i % SIDE, top + i / SIDE);
        inside[2 * i] = inside[2 * i + 1] = (int16_t)-set;
        likeness->pixels += set;
    }
    int32_t energy = 0;
    for (int i = 0; i < SIDE * SIDE * 2; i++) {
        picture.gradients[i] &= inside[i];
        energy += picture.gradients[i] * picture.gradients[i];
    }
    likeness->picture += (float)energy;
    compare(picture.gradients, inside, &background, reach, likeness);
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

static void look(const struct ww_blob *blob, const struct ww_luma *luma,
                 const struct ww_foreground *foreground, const struct ww_bitplane *mask, int reach,
                 struct likeness *likeness)
{
    int height = blob->bottom - blob->top, windows = clamp(height / SIDE + 1, 1, WINDOWS);
    for (int i = 0; i < windows; i++) {
        int y = blob->top + height * (2 * i + 1) / (2 * windows);
        add_window(likeness, luma, foreground, mask, middle_of_row(blob, mask, y), y, reach);
    }
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
    look(blob, luma, foreground, mask, 0, &in_place);
    if (correlation(&in_place, 0, 0) >= rules->in_place + 1.5f * by_chance(&in_place))
        return true;
    if (is_followed(blob, mask, followed))
        return false;
    look(blob, luma, foreground, mask, rules->reach, &anywhere);
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
