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

/* Two layers, so that a mark is seen on any ground: how wide each is, of the mark. */
static const float rims[] = {1.8f, 1};
static const struct ww_rgb black = {0, 0, 0};

/* A line with a head at its second end. */
static void draw_arrow(struct ww_picture *picture, float x0, float y0, float x1, float y1, float thickness,
                       float head, struct ww_rgb colour)
{
    float dx = x1 - x0, dy = y1 - y0, length = hypotf(dx, dy);
    ww_overlay_line(picture, x0, y0, x1, y1, thickness, colour);
    if (length <= 0)
        return;
    dx *= head / length;
    dy *= head / length;
    ww_overlay_line(picture, x1, y1, x1 - dx - dy * 0.6f, y1 - dy + dx * 0.6f, thickness, colour);
    ww_overlay_line(picture, x1, y1, x1 - dx + dy * 0.6f, y1 - dy - dx * 0.6f, thickness, colour);
}

void ww_overlay_path(struct ww_picture *picture, const struct ww_spot *path, size_t count, float thickness,
                     struct ww_rgb colour)
{
    for (int layer = 0; layer < 2; layer++) {
        for (size_t i = 0; i + 1 < count; i++) {
            bool last = i + 2 == count;
            draw_arrow(picture, (float)path[i].x, (float)path[i].y, (float)path[i + 1].x,
                       (float)path[i + 1].y, thickness * rims[layer], last ? thickness * 6 : 0,
                       layer == 0 ? black : colour);
        }
    }
}

/* A side of a region in pixels, and the direction that leads outside from a wall. */
struct side {
    float x0, y0, x1, y1, length, out_x, out_y;
};

static struct side side_of(const struct ww_region *region, size_t i, uint32_t width, uint32_t height)
{
    struct ww_point a = region->points[i], b = region->points[(i + 1) % region->point_count];
    struct side side = {
        a.x * (float)width, a.y * (float)height, b.x * (float)width, b.y * (float)height, 0, 0, 0};
    float dx = side.x1 - side.x0, dy = side.y1 - side.y0;
    float left = region->outside == WW_OUTSIDE_LEFT ? 1 : -1;
    side.length = hypotf(dx, dy);
    if (side.length > 0) {
        side.out_x = dy / side.length * left;
        side.out_y = -dx / side.length * left;
    }
    return side;
}

/* Teeth that point outside, as on a map. */
static void draw_teeth(struct ww_picture *picture, const struct side *side, float thickness, float wide,
                       struct ww_rgb colour)
{
    float apart = thickness * 24, long_as = thickness * 5;
    for (int i = 0; ((float)i + 0.5f) * apart < side->length; i++) {
        float at = ((float)i + 0.5f) * apart;
        float x = side->x0 + (side->x1 - side->x0) * at / side->length;
        float y = side->y0 + (side->y1 - side->y0) * at / side->length;
        ww_overlay_line(picture, x, y, x + side->out_x * long_as, y + side->out_y * long_as, wide, colour);
    }
}

void ww_overlay_region(struct ww_picture *picture, uint32_t height, const struct ww_region *region,
                       float thickness, struct ww_rgb colour)
{
    bool wall = region->kind == WW_REGION_WALL;
    size_t sides = wall ? region->point_count - 1 : region->point_count;
    for (int layer = 0; layer < 2; layer++) {
        float wide = thickness * rims[layer];
        struct ww_rgb paint = layer == 0 ? black : colour;
        for (size_t i = 0; i < sides; i++) {
            struct side side = side_of(region, i, picture->width, height);
            ww_overlay_line(picture, side.x0, side.y0, side.x1, side.y1, wide, paint);
            if (wall)
                draw_teeth(picture, &side, thickness, wide, paint);
        }
    }
}

static float distance_of(const struct side *side, float x, float y)
{
    float dx = side->x1 - side->x0, dy = side->y1 - side->y0;
    float along = side->length > 0 ? ((x - side->x0) * dx + (y - side->y0) * dy) / side->length : 0;
    along = fminf(fmaxf(along, 0), side->length) / fmaxf(side->length, 1);
    return hypotf(x - side->x0 - along * dx, y - side->y0 - along * dy);
}

static struct side nearest_side(const struct ww_region *wall, float x, float y, uint32_t width,
                                uint32_t height)
{
    struct side nearest = {0};
    float least = INFINITY;
    for (size_t i = 0; i + 1 < wall->point_count; i++) {
        struct side side = side_of(wall, i, width, height);
        float distance = distance_of(&side, x, y);
        if (distance < least) {
            least = distance;
            nearest = side;
        }
    }
    return nearest;
}

/* Pixels from (x, y) along the wall to where a box is passed. */
static float way_past(const struct ww_box *box, float x, float y, float along_x, float along_y)
{
    float right = along_x > 0 ? (float)(box->x + box->width) - x : x - (float)box->x;
    float down = along_y > 0 ? (float)(box->y + box->height) - y : y - (float)box->y;
    float by_x = fabsf(along_x) > 0.01f ? right / fabsf(along_x) : INFINITY;
    float by_y = fabsf(along_y) > 0.01f ? down / fabsf(along_y) : INFINITY;
    return fmaxf(fminf(by_x, by_y), 0);
}

void ww_overlay_crossing(struct ww_picture *picture, uint32_t height, const struct ww_region *wall,
                         struct ww_spot at, bool inward, const struct ww_box *box, float thickness,
                         struct ww_rgb colour)
{
    float x = (float)at.x, y = (float)at.y, reach = thickness * 12 * (inward ? -1 : 1);
    struct side side = nearest_side(wall, x, y, picture->width, height);
    float along_x = -side.out_y, along_y = side.out_x, room = thickness * 14;
    float past = way_past(box, x, y, along_x, along_y) + room;
    float there_x = x + along_x * past, there_y = y + along_y * past;
    if (there_x < room || there_y < room || there_x > (float)picture->width - room ||
        there_y > (float)height - room) {
        past = way_past(box, x, y, -along_x, -along_y) + room;
        there_x = x - along_x * past;
        there_y = y - along_y * past;
    }
    float dx = side.out_x * reach, dy = side.out_y * reach;
    for (int layer = 0; layer < 2; layer++) {
        struct ww_rgb paint = layer == 0 ? black : colour;
        float rim = layer == 0 ? thickness : 0;
        ww_overlay_line(picture, x, y, x, y, thickness * 3 + rim, paint);
        draw_arrow(picture, there_x - dx, there_y - dy, there_x + dx, there_y + dy, thickness * 2 + rim,
                   thickness * 9, paint);
    }
}
