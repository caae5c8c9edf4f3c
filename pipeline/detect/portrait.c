/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/portrait.h"

#include <math.h>

#include "kernels.h"

/* So many pairs of rows of a box are looked at: more say the same. */
enum { ROW_PAIRS = 48 };

/* Part of its worth that a frame keeps without any detail, and the gradient, in grey levels a pixel, at which
 * it has half of the rest: people at ten metres have 6 to 15, smeared by their own motion 2 to 4. */
static const float plain_worth = 0.1f, half_gradient = 6;

float ww_portrait_limit(const struct ww_track *track, uint32_t width, uint32_t height)
{
    const struct ww_blob *blob = &track->blob;
    bool cut = blob->left <= 0 || blob->top <= 0 || blob->right >= (int)width || blob->bottom >= (int)height;
    float size = (float)(blob->right - blob->left) * (float)(blob->bottom - blob->top);
    return size * (cut ? 0.4f : 1) * (0.5f + track->score);
}

static int inside(int value, uint32_t size)
{
    return value < 0 ? 0 : value > (int)size ? (int)size : value;
}

/* Grey levels a pixel. */
static float gradient_of(const struct ww_blob *blob, struct ww_shift shift, const struct ww_luma *luma)
{
    int left = inside(blob->left + shift.x, luma->width), right = inside(blob->right + shift.x, luma->width);
    int top = inside(blob->top + shift.y, luma->height),
        bottom = inside(blob->bottom + shift.y, luma->height);
    int step = (bottom - top) / ROW_PAIRS + 1;
    int64_t detail = 0, pixels = 0;
    if (right - left < 2)
        return 0;
    for (int y = top; y + 1 < bottom; y += step) {
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride + left;
        detail += ww_kernels()->detail_row(row, row + luma->stride, (size_t)(right - left));
        pixels += right - left - 1;
    }
    return pixels > 0 && detail > 0 ? sqrtf((float)detail / (float)pixels) : 0;
}

float ww_portrait_worth(const struct ww_track *track, struct ww_shift shift, const struct ww_luma *luma)
{
    float gradient = gradient_of(&track->blob, shift, luma);
    float clear = plain_worth + (1 - plain_worth) * gradient / (gradient + half_gradient);
    return ww_portrait_limit(track, luma->width, luma->height) * clear;
}
