/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/overlay.h"

#include <math.h>

static int clamp(float value, int low, int high)
{
    return value < (float)low ? low : value > (float)high ? high : (int)value;
}

static void blend(uint8_t *pixel, struct ww_rgb colour, float part)
{
    pixel[0] = (uint8_t)((float)pixel[0] + ((float)colour.r - (float)pixel[0]) * part + 0.5f);
    pixel[1] = (uint8_t)((float)pixel[1] + ((float)colour.g - (float)pixel[1]) * part + 0.5f);
    pixel[2] = (uint8_t)((float)pixel[2] + ((float)colour.b - (float)pixel[2]) * part + 0.5f);
}

void ww_overlay_line(struct ww_picture *picture, float x0, float y0, float x1, float y1, float thickness,
                     struct ww_rgb colour)
{
    float radius = thickness / 2, dx = x1 - x0, dy = y1 - y0;
    float length_squared = dx * dx + dy * dy;
    int width = (int)picture->width, height = (int)picture->height;
    int left = clamp(fminf(x0, x1) - radius - 1, 0, width);
    int right = clamp(fmaxf(x0, x1) + radius + 2, 0, width);
    int top = clamp(fminf(y0, y1) - radius - 1, 0, height);
    int bottom = clamp(fmaxf(y0, y1) + radius + 2, 0, height);
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
            float px = (float)x + 0.5f - x0, py = (float)y + 0.5f - y0;
            float along = length_squared > 0 ? (px * dx + py * dy) / length_squared : 0;
            along = along < 0 ? 0 : along > 1 ? 1 : along;
            px -= along * dx;
            py -= along * dy;
            float inside = radius + 0.5f - sqrtf(px * px + py * py);
            if (inside > 0)
                blend(picture->pixels + ((size_t)y * picture->width + (size_t)x) * 3, colour,
                      inside < 1 ? inside : 1);
        }
    }
}

static void fill(struct ww_picture *picture, int left, int top, int right, int bottom, struct ww_rgb colour)
{
    int width = (int)picture->width, height = (int)picture->height;
    left = left < 0 ? 0 : left;
    top = top < 0 ? 0 : top;
    right = right > width ? width : right;
    bottom = bottom > height ? height : bottom;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            blend(picture->pixels + ((size_t)y * picture->width + (size_t)x) * 3, colour, 1);
}

void ww_overlay_box(struct ww_picture *picture, const struct ww_box *box, int thickness, struct ww_rgb colour)
{
    int left = box->x, top = box->y, right = box->x + box->width, bottom = box->y + box->height;
    /* Where the picture ends there is no room around the box. */
    left = left < thickness ? thickness : left;
    top = top < thickness ? thickness : top;
    right = right > (int)picture->width - thickness ? (int)picture->width - thickness : right;
    bottom = bottom > (int)picture->height - thickness ? (int)picture->height - thickness : bottom;
    fill(picture, left - thickness, top - thickness, right + thickness, top, colour);
    fill(picture, left - thickness, bottom, right + thickness, bottom + thickness, colour);
    fill(picture, left - thickness, top, left, bottom, colour);
    fill(picture, right, top, right + thickness, bottom, colour);
}

void ww_overlay_region(struct ww_picture *picture, uint32_t height, const struct ww_region *region,
                       float thickness, struct ww_rgb colour)
{
    size_t count = region->point_count;
    size_t sides = region->kind == WW_REGION_ZONE ? count : count - 1;
    for (size_t i = 0; i < sides; i++) {
        struct ww_point a = region->points[i], b = region->points[(i + 1) % count];
        ww_overlay_line(picture, a.x * (float)picture->width, a.y * (float)height,
                        b.x * (float)picture->width, b.y * (float)height, thickness, colour);
    }
}
