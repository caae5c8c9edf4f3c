/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/scenes/figure.h"

#include <math.h>

struct extent {
    float left, top, right, bottom;
};

struct pen {
    struct ww_canvas *canvas;
    struct extent extent;
    float unit; /* the figure's height */
};

static void limb(struct pen *pen, float x0, float y0, float x1, float y1, float thickness,
                 struct ww_colour colour)
{
    float radius = thickness * pen->unit / 2;
    struct extent *extent = &pen->extent;
    ww_canvas_capsule(pen->canvas, x0, y0, x1, y1, radius, colour);
    extent->left = fminf(extent->left, fminf(x0, x1) - radius);
    extent->right = fmaxf(extent->right, fmaxf(x0, x1) + radius);
    extent->top = fminf(extent->top, fminf(y0, y1) - radius);
    extent->bottom = fmaxf(extent->bottom, fmaxf(y0, y1) + radius);
}

static void leg(struct pen *pen, const struct ww_figure *figure, float hip_x, float hip_y, float side)
{
    float unit = figure->height;
    float swing = ww_sine(figure->stride + (side < 0 ? 0.5f : 0)) * figure->swing;
    float lift = fmaxf(0, ww_sine(figure->stride + 0.25f + (side < 0 ? 0.5f : 0))) * figure->swing;
    float spread = (1 - fabsf(figure->facing)) * 0.05f * side * unit;
    float foot_x = figure->x + spread + swing * 0.17f * unit * figure->facing;
    float foot_y = figure->y - (lift * 0.06f + figure->tuck * 0.24f) * unit;
    float knee_x = (hip_x + foot_x) / 2 + (0.03f * lift + 0.10f * figure->tuck) * unit *
                                              (figure->facing == 0 ? side : figure->facing);
    float knee_y = (hip_y + foot_y) / 2 - 0.06f * figure->tuck * unit;
    limb(pen, hip_x, hip_y, knee_x, knee_y, 0.095f, figure->trousers);
    limb(pen, knee_x, knee_y, foot_x, foot_y - 0.02f * unit, 0.075f, figure->trousers);
}

static void arm(struct pen *pen, const struct ww_figure *figure, float shoulder_x, float shoulder_y,
                float side)
{
    float unit = figure->height;
    float swing = ww_sine(figure->stride + (side > 0 ? 0.5f : 0)) * figure->swing;
    float out = (1 - fabsf(figure->facing)) * 0.10f * side * unit;
    float start_x = shoulder_x + out;
    float hand_x = start_x + swing * 0.14f * unit * figure->facing + 0.03f * side * unit;
    float hand_y = shoulder_y + (0.33f - 0.62f * figure->reach) * unit;
    float elbow_x = (start_x + hand_x) / 2 + 0.03f * side * unit;
    float elbow_y = (shoulder_y + hand_y) / 2;
    limb(pen, start_x, shoulder_y, elbow_x, elbow_y, 0.065f, figure->coat);
    limb(pen, elbow_x, elbow_y, hand_x, hand_y, 0.055f, figure->coat);
    limb(pen, hand_x, hand_y, hand_x, hand_y, 0.05f, figure->skin);
}

bool ww_figure_draw(struct ww_canvas *canvas, const struct ww_figure *figure, struct ww_scene_box *box)
{
    struct pen pen = {canvas, {1e9f, 1e9f, -1e9f, -1e9f}, figure->height};
    float unit = figure->height;
    float hip_x = figure->x + 0.3f * figure->lean * unit, hip_y = figure->y - 0.48f * unit;
    float neck_x = figure->x + figure->lean * unit, neck_y = figure->y - 0.82f * unit;

    arm(&pen, figure, neck_x, neck_y + 0.03f * unit, -1);
    leg(&pen, figure, hip_x, hip_y, -1);
    leg(&pen, figure, hip_x, hip_y, 1);
    limb(&pen, neck_x, neck_y + 0.06f * unit, hip_x, hip_y, 0.20f, figure->coat);
    limb(&pen, neck_x, neck_y, neck_x, neck_y - 0.02f * unit, 0.07f, figure->skin);
    limb(&pen, neck_x, neck_y - 0.09f * unit, neck_x, neck_y - 0.10f * unit, 0.13f, figure->skin);
    limb(&pen, neck_x, neck_y - 0.12f * unit, neck_x, neck_y - 0.12f * unit, 0.12f, figure->trousers);
    arm(&pen, figure, neck_x, neck_y + 0.03f * unit, 1);

    float left = fmaxf(floorf(pen.extent.left), 0), top = fmaxf(floorf(pen.extent.top), 0);
    float right = fminf(ceilf(pen.extent.right), (float)canvas->width);
    float bottom = fminf(ceilf(pen.extent.bottom), (float)canvas->clip_bottom);
    if (right <= left || bottom <= top)
        return false;
    *box = (struct ww_scene_box){(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
    return true;
}
