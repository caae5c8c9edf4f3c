/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sway.h"

#include <math.h>

enum {
    WINDOWS = 4,
    SIDE = 16, /* pixels of a window */
    ARM = 2,   /* a gradient is the difference of pixels that far to either side */
    PICTURE = SIDE + 2 * ARM,
    FIELD = SIDE + 2 * WW_MOST_REACH,
    BACKGROUND = FIELD + 2 * ARM,
    SHIFTS = 2 * WW_MOST_REACH + 1
};

struct gradient {
    int16_t x, y;
};

/* Sums over all windows of a blob. */
struct likeness {
    int pixels;
    float picture;                    /* the picture's energy */
    float background[SHIFTS][SHIFTS]; /* the background's, by displacement */
    float both[SHIFTS][SHIFTS];
};

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void take_gradients(const uint8_t *patch, int patch_side, struct gradient *gradients, int side)
{
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            const uint8_t *at = patch + (y + ARM) * patch_side + x + ARM;
            gradients[y * side + x] =
                (struct gradient){(int16_t)(at[ARM] - at[-ARM]),
                                  (int16_t)(at[ARM * patch_side] - at[-ARM * patch_side])};
        }
    }
}

static void copy_picture(const struct ww_luma *luma, int left, int top, uint8_t patch[PICTURE * PICTURE])
{
    for (int y = 0; y < PICTURE; y++) {
        const uint8_t *row = luma->pixels + clamp(top + y, 0, (int)luma->height - 1) * luma->stride;
        for (int x = 0; x < PICTURE; x++)
            patch[y * PICTURE + x] = row[clamp(left + x, 0, (int)luma->width - 1)];
    }
}

static void copy_background(const struct ww_foreground *foreground, const struct ww_luma *luma, int left,
                            int top, uint8_t patch[BACKGROUND * BACKGROUND])
{
    for (int y = 0; y < BACKGROUND; y++)
        for (int x = 0; x < BACKGROUND; x++)
            patch[y * BACKGROUND + x] =
                (uint8_t)ww_foreground_background(foreground, clamp(left + x, 0, (int)luma->width - 1),
                                                  clamp(top + y, 0, (int)luma->height - 1));
}

static bool is_set(const struct ww_bitplane *mask, int x, int y)
{
    return x >= 0 && y >= 0 && x < (int)mask->width && y < (int)mask->height &&
           (ww_bitplane_row(mask, (uint32_t)y)[x / 64] >> (x % 64) & 1);
}

static void compare(const struct gradient picture[SIDE * SIDE],
                    const struct gradient background[FIELD * FIELD], const uint8_t inside[SIDE * SIDE],
                    int reach, struct likeness *likeness)
{
    for (int dy = -reach; dy <= reach; dy++) {
        for (int dx = -reach; dx <= reach; dx++) {
            int32_t both = 0, energy = 0;
            for (int y = 0; y < SIDE; y++) {
                const struct gradient *other =
                    background + (y + WW_MOST_REACH + dy) * FIELD + WW_MOST_REACH + dx;
                for (int x = 0; x < SIDE; x++) {
                    const struct gradient *here = &picture[y * SIDE + x];
                    int32_t counts = -(int32_t)inside[y * SIDE + x];
                    both += counts & (here->x * other[x].x + here->y * other[x].y);
                    energy += counts & (other[x].x * other[x].x + other[x].y * other[x].y);
                }
            }
            likeness->both[dy + WW_MOST_REACH][dx + WW_MOST_REACH] += (float)both;
            likeness->background[dy + WW_MOST_REACH][dx + WW_MOST_REACH] += (float)energy;
        }
    }
}

static void add_window(struct likeness *likeness, const struct ww_luma *luma,
                       const struct ww_foreground *foreground, const struct ww_bitplane *mask, int centre_x,
                       int centre_y, int reach)
{
    uint8_t patch[PICTURE * PICTURE], field[BACKGROUND * BACKGROUND], inside[SIDE * SIDE];
    struct gradient here[SIDE * SIDE], there[FIELD * FIELD];
    int left = centre_x - SIDE / 2, top = centre_y - SIDE / 2;
    copy_picture(luma, left - ARM, top - ARM, patch);
    copy_background(foreground, luma, left - ARM - WW_MOST_REACH, top - ARM - WW_MOST_REACH, field);
    take_gradients(patch, PICTURE, here, SIDE);
    take_gradients(field, BACKGROUND, there, FIELD);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const struct gradient *gradient = &here[y * SIDE + x];
            inside[y * SIDE + x] = is_set(mask, left + x, top + y);
            likeness->pixels += inside[y * SIDE + x];
            if (inside[y * SIDE + x])
                likeness->picture += (float)(gradient->x * gradient->x + gradient->y * gradient->y);
        }
    }
    compare(here, there, inside, reach, likeness);
}

/* The middle of the set pixels of a row of the blob. */
static int middle_of_row(const struct ww_blob *blob, const struct ww_bitplane *mask, int y)
{
    int left = blob->left, right = blob->right - 1;
    while (left < right && !is_set(mask, left, y))
        left++;
    while (right > left && !is_set(mask, right, y))
        right--;
    return (left + right) / 2;
}

static float correlation(const struct likeness *likeness, int dx, int dy)
{
    float energy = likeness->picture * likeness->background[dy + WW_MOST_REACH][dx + WW_MOST_REACH];
    return energy > 0 ? likeness->both[dy + WW_MOST_REACH][dx + WW_MOST_REACH] / sqrtf(energy) : 0;
}

static bool is_sway(const struct ww_blob *blob, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_sway_rules *rules)
{
    struct likeness likeness = {0};
    int height = blob->bottom - blob->top;
    int windows = clamp(height / SIDE + 1, 1, WINDOWS);
    for (int i = 0; i < windows; i++) {
        int y = blob->top + height * (2 * i + 1) / (2 * windows);
        add_window(&likeness, luma, foreground, mask, middle_of_row(blob, mask, y), y, rules->reach);
    }
    /* Of few pixels some correlate by chance, the more so where many displacements are tried. */
    float chance = 1 / sqrtf((float)(likeness.pixels > 0 ? likeness.pixels : 1));
    float displaced = rules->displaced + 2.2f * chance;
    if (correlation(&likeness, 0, 0) >= rules->in_place + chance)
        return true;
    for (int dy = -rules->reach; dy <= rules->reach; dy++)
        for (int dx = -rules->reach; dx <= rules->reach; dx++)
            if (correlation(&likeness, dx, dy) >= displaced)
                return true;
    return false;
}

size_t ww_sway_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_sway_rules *rules)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_sway(&blobs[i], luma, foreground, mask, rules))
            blobs[kept++] = blobs[i];
    return kept;
}
