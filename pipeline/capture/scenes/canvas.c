/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/scenes/canvas.h"

#include <math.h>

static int at_least(int value, int low)
{
    return value < low ? low : value;
}

static int at_most(int value, int high)
{
    return value > high ? high : value;
}

static uint8_t to_byte(int value)
{
    return (uint8_t)at_most(at_least(value, 0), 255);
}

uint32_t ww_hash(uint32_t value)
{
    value ^= value >> 16;
    value *= 0x7feb352du;
    value ^= value >> 15;
    value *= 0x846ca68bu;
    value ^= value >> 16;
    return value;
}

/* A parabola through the zeros and extremes, then one correction of its error; sinf() may differ
 * between processors in its last bit. */
float ww_sine(float turns)
{
    turns -= floorf(turns);
    float half = turns < 0.5f ? turns : turns - 0.5f;
    float parabola = 16.0f * half * (0.5f - half);
    float value = parabola * (0.775f + 0.225f * parabola);
    return turns < 0.5f ? value : -value;
}

void ww_canvas_gradient(struct ww_canvas *canvas, int x, int y, int width, int height, struct ww_colour top,
                        struct ww_colour bottom)
{
    int x_end = at_most(x + width, canvas->width);
    int y_end = at_most(y + height, canvas->clip_bottom);
    int x_start = at_least(x, 0);
    for (int row = at_least(y, 0); row < y_end; row++) {
        int part = (row - y) * 256 / height;
        uint8_t luma = (uint8_t)(top.y + (bottom.y - top.y) * part / 256);
        uint8_t u = (uint8_t)(top.u + (bottom.u - top.u) * part / 256);
        uint8_t v = (uint8_t)(top.v + (bottom.v - top.v) * part / 256);
        for (int column = x_start; column < x_end; column++) {
            canvas->y[row * canvas->width + column] = luma;
            canvas->u[row / 2 * (canvas->width / 2) + column / 2] = u;
            canvas->v[row / 2 * (canvas->width / 2) + column / 2] = v;
        }
    }
}

void ww_canvas_rectangle(struct ww_canvas *canvas, int x, int y, int width, int height,
                         struct ww_colour colour)
{
    ww_canvas_gradient(canvas, x, y, width, height, colour, colour);
}

static uint8_t blend(uint8_t old, uint8_t new, float part)
{
    return (uint8_t)((float)old + ((float)new - (float)old) * part + 0.5f);
}

struct capsule {
    float x0, y0, dx, dy, radius, length_squared;
};

/* How much of the pixel whose centre is (x, y) the capsule covers, 0–1. */
static float coverage(const struct capsule *capsule, float x, float y)
{
    float px = x - capsule->x0, py = y - capsule->y0;
    float along = 0;
    if (capsule->length_squared > 0) {
        along = (px * capsule->dx + py * capsule->dy) / capsule->length_squared;
        along = along < 0 ? 0 : along > 1 ? 1 : along;
    }
    px -= along * capsule->dx;
    py -= along * capsule->dy;
    float inside = capsule->radius - sqrtf(px * px + py * py) + 0.5f;
    return inside < 0 ? 0 : inside > 1 ? 1 : inside;
}

static void draw_plane(uint8_t *plane, int width, int height, const struct capsule *capsule, uint8_t value)
{
    float left = fminf(capsule->x0, capsule->x0 + capsule->dx) - capsule->radius - 1;
    float right = fmaxf(capsule->x0, capsule->x0 + capsule->dx) + capsule->radius + 1;
    float top = fminf(capsule->y0, capsule->y0 + capsule->dy) - capsule->radius - 1;
    float bottom = fmaxf(capsule->y0, capsule->y0 + capsule->dy) + capsule->radius + 1;
    int x_start = at_least((int)floorf(left), 0), x_end = at_most((int)ceilf(right), width);
    int y_start = at_least((int)floorf(top), 0), y_end = at_most((int)ceilf(bottom), height);
    for (int y = y_start; y < y_end; y++) {
        for (int x = x_start; x < x_end; x++) {
            float part = coverage(capsule, (float)x + 0.5f, (float)y + 0.5f);
            if (part > 0)
                plane[y * width + x] = blend(plane[y * width + x], value, part);
        }
    }
}

void ww_canvas_capsule(struct ww_canvas *canvas, float x0, float y0, float x1, float y1, float radius,
                       struct ww_colour colour)
{
    struct capsule full = {x0, y0, x1 - x0, y1 - y0, radius, 0};
    full.length_squared = full.dx * full.dx + full.dy * full.dy;
    struct capsule half = {x0 / 2, y0 / 2, full.dx / 2, full.dy / 2, radius / 2, full.length_squared / 4};
    draw_plane(canvas->y, canvas->width, canvas->clip_bottom, &full, colour.y);
    draw_plane(canvas->u, canvas->width / 2, canvas->clip_bottom / 2, &half, colour.u);
    draw_plane(canvas->v, canvas->width / 2, canvas->clip_bottom / 2, &half, colour.v);
}

enum { NOISE_TABLE = 1 << 14 };

/* Sums of four uniform numbers are near enough to a bell curve, with a deviation of `sigma`. */
static void fill_noise(int8_t *table, int size, int sigma)
{
    for (int i = 0; i < size; i++) {
        uint32_t bits = ww_hash((uint32_t)i + 77u);
        int sum =
            (int)(bits & 255) + (int)(bits >> 8 & 255) + (int)(bits >> 16 & 255) + (int)(bits >> 24) - 510;
        table[i] = (int8_t)(sum * sigma / 148);
    }
}

void ww_canvas_expose(struct ww_canvas *canvas, int gain, int sigma, uint32_t seed)
{
    int8_t noise[NOISE_TABLE];
    fill_noise(noise, NOISE_TABLE, sigma);
    for (int y = 0; y < canvas->height; y++) {
        uint8_t *row = canvas->y + y * canvas->width;
        for (int x = 0; x < canvas->width;) {
            uint32_t start = ww_hash(seed * 8191u + (uint32_t)(y * 64 + x / 1024)) % (NOISE_TABLE - 1024);
            int end = at_most(x + 1024, canvas->width);
            for (int i = 0; x < end; x++, i++)
                row[x] = to_byte((row[x] * gain >> 8) + noise[start + (uint32_t)i]);
        }
    }
}

void ww_canvas_texture(struct ww_canvas *canvas, int x, int y, int width, int height, int grain, int depth,
                       uint32_t seed)
{
    int x_end = at_most(x + width, canvas->width);
    int y_end = at_most(y + height, canvas->clip_bottom);
    for (int row = at_least(y, 0); row < y_end; row++) {
        for (int column = at_least(x, 0); column < x_end; column++) {
            uint32_t cell = ww_hash(seed + (uint32_t)(row / grain) * 4099u + (uint32_t)(column / grain));
            uint8_t *pixel = &canvas->y[row * canvas->width + column];
            *pixel = to_byte(*pixel + (int)(cell % (uint32_t)(2 * depth + 1)) - depth);
        }
    }
}
