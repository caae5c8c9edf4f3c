/* SPDX-License-Identifier: Apache-2.0 */
#include "weather.h"

#include <math.h>

static float part(uint32_t bits)
{
    return (float)(bits & 0xffff) / 65536.0f;
}

static uint32_t draw(const struct scenario *scenario, uint32_t which, uint32_t round)
{
    return ww_hash(scenario->seed * 40503u + which * 2654435761u + round * 97u);
}

static void tree(struct ww_canvas *canvas, const struct scenario *scenario, float t, float at_x, float at_y,
                 float size, uint32_t seed)
{
    float gust = 0.6f + 0.4f * ww_sine(t / 7.3f + part(seed));
    float sway = size * 0.05f * scenario->strength * gust * ww_sine(t / 2.6f + part(seed >> 7));
    for (uint32_t i = 0; i < 260; i++) {
        uint32_t bits = ww_hash(i * 2654435761u + seed);
        float around = part(bits), out = sqrtf(part(bits >> 11));
        float x = at_x + size * out * ww_sine(around + 0.25f), y = at_y + size * 0.8f * out * ww_sine(around);
        float flutter =
            1.6f * scenario->strength * gust * ww_sine(t * (0.7f + part(bits >> 5)) + part(bits >> 3));
        float bend = sway * (at_y + size - y) / size;
        uint8_t luma = (uint8_t)(44 + (bits >> 26) % 52);
        ww_canvas_capsule(canvas, x + bend + flutter, y + flutter * 0.6f, x + bend + flutter + 3,
                          y + 2 - flutter * 0.5f, 2.0f, (struct ww_colour){luma, 118, 124});
    }
}

/* Passes from time to time, `each` seconds apart, `takes` seconds long; 0–1 on the way, below 0 otherwise. */
static float passing(const struct scenario *scenario, float t, float each, float takes, uint32_t which,
                     uint32_t *round)
{
    *round = (uint32_t)(t / each);
    float start = (float)*round * each + part(draw(scenario, which, *round)) * (each - takes);
    float on = (t - start) / takes;
    return on < 0 || on > 1 ? -1 : on;
}

static void birds(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    int flock = scenario->strength > 1.5f ? 3 : 1;
    for (int i = 0; i < flock; i++) {
        uint32_t round;
        float on = passing(scenario, t + (float)i * 0.7f, 9, 2.2f, 31, &round);
        uint32_t bits = draw(scenario, 37, round);
        if (on < 0)
            continue;
        float x = bits & 1 ? on * 700 - 30 : 670 - on * 700,
              y = 30 + part(bits >> 3) * 200 + 40 * ww_sine(on * 1.3f);
        float wing = 3.5f * ww_sine(t * 4 + part(bits));
        struct ww_colour dark = {40, 128, 128};
        ww_canvas_capsule(canvas, x - 5, y - wing, x, y, 1.2f, dark);
        ww_canvas_capsule(canvas, x, y, x + 5, y - wing, 1.2f, dark);
    }
}

static void animals(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    uint32_t round;
    float on = passing(scenario, t, 30, 12, 41, &round);
    uint32_t bits = draw(scenario, 43, round);
    if (on < 0)
        return;
    float y = WALL_FOOT + 20 + part(bits >> 5) * 120, unit = world_person_height(scenario, y);
    float size = unit * 0.11f * (scenario->strength > 1.5f ? 1.3f : 1);
    float x = bits & 1 ? on * 740 - 50 : 690 - on * 740;
    struct ww_colour fur = {60, 128, 130};
    ww_canvas_capsule(canvas, x - size, y - size, x + size, y - size, size * 0.5f, fur);
    ww_canvas_capsule(canvas, x + (bits & 1 ? size : -size) * 1.4f, y - size * 1.4f,
                      x + (bits & 1 ? size : -size) * 1.4f, y - size * 1.4f, size * 0.4f, fur);
    ww_canvas_capsule(canvas, x - size, y - size * 0.5f, x - size + 0.5f * size * ww_sine(t * 2.5f), y, 0.8f,
                      fur);
    ww_canvas_capsule(canvas, x + size, y - size * 0.5f, x + size - 0.5f * size * ww_sine(t * 2.5f), y, 0.8f,
                      fur);
}

static void paper(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    uint32_t round;
    float on = passing(scenario, t, 20, 9, 51, &round);
    uint32_t bits = draw(scenario, 53, round);
    if (on < 0)
        return;
    float y = WALL_FOOT + 30 + part(bits >> 5) * 110,
          size = world_person_height(scenario, y) * (0.03f + 0.02f * scenario->strength);
    float x = -20 + on * 680 + 25 * ww_sine(on * 5), hop = 8 * fabsf(ww_sine(on * 7));
    ww_canvas_capsule(canvas, x, y - hop, x + size * ww_sine(t * 1.3f),
                      y - hop + size * ww_sine(t * 1.3f + 0.25f), size, (struct ww_colour){210, 128, 128});
}

void weather_things(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    switch (scenario->distraction) {
    case FOLIAGE:
        tree(canvas, scenario, t, 90, 96, 60, 5);
        tree(canvas, scenario, t, 530, 80, 75, 6);
        tree(canvas, scenario, t, 250, 330, 34, 7);
        break;
    case BIRDS: birds(canvas, scenario, t); break;
    case ANIMALS: animals(canvas, scenario, t); break;
    case PAPER: paper(canvas, scenario, t); break;
    default: break;
    }
}

/* Streaks or flakes, each in the picture for less than a second. */
static void falling(struct ww_canvas *canvas, const struct scenario *scenario, float t, bool snow)
{
    uint32_t count = (uint32_t)((snow ? 130 : 170) * scenario->strength);
    float speed = snow ? 110 : 900;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bits = ww_hash(i * 7919u + scenario->seed);
        float near = 0.4f + part(bits >> 4) * part(bits >> 9), way = speed * near * t + part(bits) * 480;
        uint32_t round = (uint32_t)(way / 480);
        uint32_t place = ww_hash(bits + round * 31u);
        float y = way - (float)round * 480 - 60, x = part(place) * 660 - 10;
        if (snow)
            ww_canvas_capsule(canvas, x + 6 * ww_sine(t * 0.4f + part(bits)), y,
                              x + 6 * ww_sine(t * 0.4f + part(bits)), y, 0.6f + 1.1f * near,
                              (struct ww_colour){215, 128, 128});
        else
            ww_canvas_capsule(canvas, x, y, x + 1.5f, y + 22 * near, 0.35f,
                              (struct ww_colour){190, 128, 128});
    }
}

static void insects(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    for (uint32_t i = 0; i < (scenario->strength > 1.5f ? 3u : 1u); i++) {
        uint32_t round;
        float on = passing(scenario, t, 6, 2.5f, 61 + i, &round);
        uint32_t bits = draw(scenario, 67 + i, round);
        if (on < 0)
            continue;
        float turn = on * (1 + 2 * part(bits));
        float x = part(bits >> 2) * 640 + 130 * ww_sine(turn) + 40 * ww_sine(turn * 4.7f);
        float y = part(bits >> 7) * 360 + 110 * ww_sine(turn + 0.3f) + 40 * ww_sine(turn * 5.3f);
        float size = 2.5f + 5 * part(bits >> 11);
        ww_canvas_capsule(canvas, x, y, x + 18 * ww_sine(turn * 3), y + 18 * ww_sine(turn * 3 + 0.25f), size,
                          (struct ww_colour){230, 128, 128});
    }
}

static void fog(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            float drift = ww_sine(((float)x + t * 14) / 310.0f) * ww_sine(((float)y * 2 - t * 5) / 270.0f) +
                          0.5f * ww_sine(((float)x - t * 9) / 170.0f + (float)y / 400.0f);
            float thick = 0.16f * scenario->strength * (1 + 0.6f * drift);
            thick = thick < 0 ? 0 : thick > 0.8f ? 0.8f : thick;
            uint8_t *pixel = &canvas->y[y * canvas->width + x];
            *pixel = (uint8_t)((float)*pixel + (170.0f - (float)*pixel) * thick);
        }
    }
}

void weather_near(struct ww_canvas *canvas, const struct scenario *scenario, float t)
{
    switch (scenario->distraction) {
    case RAIN: falling(canvas, scenario, t, false); break;
    case SNOW: falling(canvas, scenario, t, true); break;
    case INSECTS: insects(canvas, scenario, t); break;
    case FOG: fog(canvas, scenario, t); break;
    default: break;
    }
}

float weather_even_light(const struct scenario *scenario, float t)
{
    float strength = scenario->strength;
    if (scenario->distraction == EXPOSURE) { /* a new level every 9 s, reached in half a second */
        uint32_t round = (uint32_t)(t / 9);
        float before = part(draw(scenario, 71, round)) - 0.5f,
              now = part(draw(scenario, 71, round + 1)) - 0.5f;
        float on = fminf(1, (t - (float)round * 9) * 2);
        return 1 + 0.5f * strength * (before + (now - before) * on);
    }
    if (scenario->distraction == FLICKER)
        return 1 + 0.07f * strength * ww_sine(t * 3.7f) + 0.05f * strength * ww_sine(t * 11.3f);
    return 1;
}

bool weather_lights_unevenly(const struct scenario *scenario)
{
    return scenario->distraction == CLOUDS || scenario->distraction == HEADLIGHTS ||
           scenario->distraction == OUTSIDE_SHADOWS;
}

static float soft(float distance, float radius, float edge)
{
    float inside = (radius - distance) / edge;
    return inside < 0 ? 0 : inside > 1 ? 1 : inside;
}

float weather_light(const struct scenario *scenario, float t, int x, int y)
{
    float strength = scenario->strength;
    if (scenario->distraction == CLOUDS) {
        float wave =
            ww_sine(((float)x - t * 30) / 900.0f) + 0.6f * ww_sine(((float)x + (float)y - t * 22) / 520.0f);
        float dark = soft(-wave, -0.1f, 0.35f);
        return 1 - 0.22f * strength * dark;
    }
    if (scenario->distraction == HEADLIGHTS) {
        uint32_t round;
        float on = passing(scenario, t, 12, 4, 81, &round);
        if (on < 0)
            return 1;
        float at = -150 + on * 940, dx = (float)x - at, dy = ((float)y - 200) * 1.6f;
        return 1 + 0.7f * strength * soft(sqrtf(dx * dx + dy * dy), 170, 120);
    }
    uint32_t round; /* a shadow falls through the fence onto the ground */
    float on = passing(scenario, t, 15, 10, 91, &round);
    if (on < 0 || y < WALL_FOOT)
        return 1;
    float at = -60 + on * 760 + ((float)y - WALL_FOOT) * 0.9f, dx = fabsf((float)x - at);
    return 1 - 0.20f * strength * soft(dx, 16, 8) * soft((float)y, WALL_FOOT + 90, 10);
}

void weather_shake(const struct scenario *scenario, float t, int *x, int *y)
{
    *x = *y = 0;
    if (scenario->distraction != SHAKE)
        return;
    float gust = 0.5f + 0.5f * ww_sine(t / 5);
    *x = (int)lroundf(1.6f * scenario->strength * gust * ww_sine(t * 1.9f));
    *y = (int)lroundf(1.1f * scenario->strength * gust * ww_sine(t * 2.7f));
}

float weather_infrared(const struct scenario *scenario, float t)
{
    if (scenario->distraction != INFRARED)
        return scenario->light == LIGHT_NIGHT ? 1 : 0;
    float each = scenario->strength > 1.5f ? 20 : 40;
    float on = fmodf(t, 2 * each);
    float to = (on - each) * 4, back = (on - 2 * each + 0.25f) * 4; /* a quarter of a second each */
    float value = to < 0 ? 0 : to > 1 ? 1 : to;
    return back > 0 ? 1 - back : value;
}
