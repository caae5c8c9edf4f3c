/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sway.h"

/* A first look, which often is enough, and a second. */
enum { FEW_SAMPLES = 20, MOST_SAMPLES = 96 };

static const float surely = 0.25f; /* further from what must be explained than that */

static int at_least(int value, int low)
{
    return value < low ? low : value;
}

static int at_most(int value, int high)
{
    return value > high ? high : value;
}

static bool is_explained(const struct ww_foreground *foreground, const struct ww_bitplane *mask, int x, int y,
                         int brightness, const struct ww_sway_rules *rules)
{
    const struct ww_box_of_pixels around = {
        .left = at_least(x - rules->radius, 0),
        .top = at_least(y - rules->radius, 0),
        .right = at_most(x + rules->radius, (int)mask->width - 1),
        .bottom = at_most(y + rules->radius, (int)mask->height - 1),
    };
    return ww_foreground_resembles(foreground, &around, brightness, rules->tolerance);
}

/* The explained part of about so many of its pixels, evenly spread. */
static float explained_part(const struct ww_blob *blob, const struct ww_luma *luma,
                            const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                            const struct ww_sway_rules *rules, uint32_t samples)
{
    int stride = 1;
    while (blob->area / (uint32_t)(stride * stride) > samples)
        stride++;
    int judged = 0, explained = 0;
    for (int y = blob->top; y < blob->bottom; y += stride) {
        const uint64_t *bits = ww_bitplane_row(mask, (uint32_t)y);
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride;
        for (int x = blob->left; x < blob->right; x += stride) {
            if (!(bits[x / 64] >> (x % 64) & 1))
                continue;
            judged++;
            explained += is_explained(foreground, mask, x, y, row[x], rules);
        }
    }
    return judged > 0 ? (float)explained / (float)judged : 0;
}

static bool is_sway(const struct ww_blob *blob, const struct ww_luma *luma,
                    const struct ww_foreground *foreground, const struct ww_bitplane *mask,
                    const struct ww_sway_rules *rules)
{
    float part = explained_part(blob, luma, foreground, mask, rules, FEW_SAMPLES);
    if (part > rules->explained - surely && part < rules->explained + surely)
        part = explained_part(blob, luma, foreground, mask, rules, MOST_SAMPLES);
    return part >= rules->explained;
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
