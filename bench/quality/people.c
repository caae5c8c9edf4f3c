/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

#include <math.h>

enum { GROUND_ROW = WALL_FOOT + 60 };

static uint8_t shade(int luma)
{
    return (uint8_t)(luma < 8 ? 8 : luma > 247 ? 247 : luma);
}

/* Dark clothes on bright ground, and the other way round. */
static struct ww_figure somebody(const struct scenario *scenario, int ground)
{
    int side = ground > 90 ? -1 : 1;
    int apart = (int)(scenario->contrast * 90);
    return (struct ww_figure){
        .coat = {shade(ground + side * apart), 128, 128},
        .trousers = {shade(ground + side * apart * 4 / 5), 128, 128},
        .skin = {shade(ground + side * apart / 2 + 20), 120, 140},
    };
}

static bool lying(struct ww_canvas *canvas, const struct scenario *scenario, float x, float y, float turn,
                  int ground, struct ww_scene_box *box)
{
    struct ww_figure look = somebody(scenario, ground);
    float unit = world_person_height(scenario, y), thick = 0.11f * unit;
    float wave = 0.05f * unit * ww_sine(turn);
    ww_canvas_capsule(canvas, x - 0.45f * unit, y - thick + wave, x - 0.05f * unit, y - thick, thick * 0.8f,
                      look.trousers);
    ww_canvas_capsule(canvas, x - 0.05f * unit, y - thick, x + 0.33f * unit, y - 1.2f * thick, thick,
                      look.coat);
    ww_canvas_capsule(canvas, x + 0.33f * unit, y - 1.2f * thick, x + 0.48f * unit, y - thick - wave,
                      thick * 0.5f, look.coat);
    ww_canvas_capsule(canvas, x + 0.42f * unit, y - 1.9f * thick, x + 0.43f * unit, y - 1.9f * thick,
                      thick * 0.6f, look.skin);
    int left = (int)(x - 0.6f * unit), right = (int)(x + 0.6f * unit);
    left = left < 0 ? 0 : left;
    right = right > WORLD_WIDTH ? WORLD_WIDTH : right;
    *box = (struct ww_scene_box){left, (int)(y - 0.32f * unit), right - left, (int)(0.34f * unit) + 2};
    return right - left > 0;
}

static bool upright(struct ww_canvas *canvas, const struct scenario *scenario, float x, float y, float stride,
                    float swing, int ground, struct ww_scene_box *box)
{
    struct ww_figure person = somebody(scenario, ground);
    person.x = x;
    person.y = y;
    person.height = world_person_height(scenario, y);
    person.facing = swing > 0 ? 1 : 0;
    person.swing = swing;
    person.stride = stride;
    return ww_figure_draw(canvas, &person, box);
}

/* Up behind the wall, over it, down, and on. */
static bool climbing(struct ww_canvas *canvas, const struct scenario *scenario, float t, int ground,
                     struct ww_scene_box *box)
{
    struct ww_figure person = somebody(scenario, ground);
    float unit = world_person_height(scenario, WALL_FOOT);
    int clip = canvas->clip_bottom;
    person.x = 360;
    person.height = unit;
    if (t < 2) {
        person.y = WALL_TOP + unit - t / 2 * unit * 0.65f;
        person.reach = 1 - t / 4;
        canvas->clip_bottom = WALL_TOP;
    } else if (t < 3.5f) {
        person.y = WALL_TOP + unit * 0.35f + (t - 2) / 1.5f * ((float)(WALL_FOOT - WALL_TOP) - unit * 0.35f);
        person.tuck = 1 - (t - 2) / 1.5f;
        person.reach = 0.6f;
    } else {
        canvas->clip_bottom = clip;
        return upright(canvas, scenario, 360 - (t - 3.5f) * unit, WALL_FOOT + 2 + (t - 3.5f) * unit * 0.5f,
                       t * 0.9f, 1, ground, box);
    }
    bool seen = ww_figure_draw(canvas, &person, box);
    canvas->clip_bottom = clip;
    return seen;
}

bool people_draw(struct ww_canvas *canvas, const struct scenario *scenario, float t, int ground,
                 struct ww_scene_box *box)
{
    float unit = world_person_height(scenario, GROUND_ROW), y = GROUND_ROW;
    float from = -0.3f * unit;
    bool seen = false;
    if (t < 0)
        return false;
    switch (scenario->act) {
    case WALKS: seen = upright(canvas, scenario, from + t * 0.8f * unit, y, t * 0.85f, 1, ground, box); break;
    case RUNS: seen = upright(canvas, scenario, from + t * 2.4f * unit, y, t * 1.4f, 1, ground, box); break;
    case CRAWLS:
        seen = lying(canvas, scenario, from - 0.2f * unit + t * 0.35f * unit, y, t * 0.6f, ground, box);
        break;
    case ROLLS:
        seen = lying(canvas, scenario, from - 0.2f * unit + t * 0.5f * unit, y, t * 1.1f, ground, box);
        break;
    case CLIMBS: seen = climbing(canvas, scenario, t, ground, box); break;
    case STANDS: { /* walks in, stands for most of the time, walks on */
        float leave = (float)(scenario->seconds - scenario->enters) - 20;
        float on = fminf(t, 4) + fmaxf(0, t - leave);
        bool goes = t < 4 || t > leave;
        seen = upright(canvas, scenario, from + on * 0.8f * unit, y, on * 0.85f, goes ? 1 : 0, ground, box);
        break;
    }
    case CARRIES_LADDER: {
        float x = from - unit + t * 0.7f * unit;
        struct ww_figure look = somebody(scenario, ground);
        seen = upright(canvas, scenario, x, y, t * 0.8f, 1, ground, box) && x > -0.1f * unit;
        for (int i = 0; i < 2; i++)
            ww_canvas_capsule(canvas, x - unit, y - (0.62f + 0.08f * (float)i) * unit, x + unit,
                              y - (0.66f + 0.08f * (float)i) * unit, 0.02f * unit + 0.5f, look.skin);
        int left = (int)fmaxf(0, x - unit), right = (int)fminf(WORLD_WIDTH, x + unit);
        *box = (struct ww_scene_box){left, (int)(y - unit), right - left, (int)unit};
        seen = seen && right > left; /* the ladder comes first */
        break;
    }
    default: break;
    }
    return seen && box->width > 0 && box->height > 0;
}
