/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sway.h"

enum { MOST_SAMPLES = 96 };

static int at_least(int value, int low)
{
    return value < low ? low : value;
}

static int at_most(int value, int high)
{
    return value > high ? high : value;
}

static bool is_explained(const struct ww_background *background, int x, int y, int brightness,
                         const struct ww_sway_rules *rules)
{
    int left = at_least(x - rules->radius, 0), right = at_most(x + rules->radius, (int)background->width - 1);
    int top = at_least(y - rules->radius, 0),
        bottom = at_most(y + rules->radius, (int)background->height - 1);
    int low = (brightness - rules->tolerance) * WW_LEVEL, high = (brightness + rules->tolerance) * WW_LEVEL;
    for (int row = top; row <= bottom; row++) {
        const int16_t *mean = background->mean + (size_t)row * background->stride;
        const int16_t *deviation = background->deviation + (size_t)row * background->stride;
        int near = 0; /* no early exit: whole rows are a few vector operations */
        for (int column = left; column <= right; column++) {
            int spread = rules->spread * deviation[column];
            near |= mean[column] + spread >= low && mean[column] - spread <= high;
        }
        if (near)
            return true;
    }
    return false;
}

static bool is_sway(const struct ww_blob *blob, const struct ww_luma *luma,
                    const struct ww_background *background, const struct ww_bitplane *mask,
                    const struct ww_sway_rules *rules)
{
    int stride = 1;
    while (blob->area / (uint32_t)(stride * stride) > MOST_SAMPLES)
        stride++;
    int judged = 0, explained = 0;
    for (int y = blob->top; y < blob->bottom; y += stride) {
        const uint64_t *bits = ww_bitplane_row(mask, (uint32_t)y);
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride;
        for (int x = blob->left; x < blob->right; x += stride) {
            if (!(bits[x / 64] >> (x % 64) & 1))
                continue;
            judged++;
            explained += is_explained(background, x, y, row[x], rules);
        }
    }
    return judged > 0 && (float)explained >= rules->explained * (float)judged;
}

size_t ww_sway_drop(struct ww_blob *blobs, size_t count, const struct ww_luma *luma,
                    const struct ww_background *background, const struct ww_bitplane *mask,
                    const struct ww_sway_rules *rules)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_sway(&blobs[i], luma, background, mask, rules))
            blobs[kept++] = blobs[i];
    return kept;
}
