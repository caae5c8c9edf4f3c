/* scene:rear-wall: evening behind a compound; a tree in the wind, changing light, sensor noise, and a
 * person who comes over the wall and walks out of the picture. scene:quiet-wall: the same, and nobody comes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "capture/scenes/figure.h"
#include "capture/scenes/scene.h"

enum {
    WIDTH = 1280,
    HEIGHT = 720,
    RATE = 15,
    SECONDS = 36,
    QUIET_SECONDS = 120,
    WALL_TOP = 262,
    WALL_FOOT = 430,
    LEAVES = 620,
    CROWN_X = 1010,
    CROWN_Y = 190,
};

static const struct ww_colour sky_high = {96, 138, 118}, sky_low = {150, 122, 136};
static const struct ww_colour plaster = {128, 124, 132}, coping = {104, 126, 131};
static const struct ww_colour gravel_far = {112, 123, 132}, gravel_near = {92, 123, 133};
static const struct ww_colour bark = {52, 122, 132}, house = {70, 128, 130};
static const struct ww_colour coat = {46, 130, 126}, trousers = {36, 131, 128}, skin = {120, 112, 148};

static void paint_bricks(struct ww_canvas *canvas)
{
    const struct ww_colour joint = {112, 124, 131};
    for (int y = WALL_TOP + 14, course = 0; y < WALL_FOOT; y += 14, course++) {
        ww_canvas_rectangle(canvas, 0, y, WIDTH, 2, joint);
        for (int x = course % 2 ? 24 : 0; x < WIDTH; x += 48)
            ww_canvas_rectangle(canvas, x, y, 2, 14, joint);
    }
}

static void paint(struct ww_canvas *canvas)
{
    ww_canvas_gradient(canvas, 0, 0, WIDTH, WALL_TOP, sky_high, sky_low);
    ww_canvas_rectangle(canvas, 120, 96, 250, WALL_TOP - 96, house);
    ww_canvas_rectangle(canvas, 100, 84, 290, 14, trousers);
    for (int i = 0; i < 3; i++)
        ww_canvas_rectangle(canvas, 150 + i * 74, 130, 40, 52,
                            (struct ww_colour){i == 1 ? 176 : 48, 112, 140});
    ww_canvas_rectangle(canvas, 0, WALL_TOP, WIDTH, WALL_FOOT - WALL_TOP, plaster);
    paint_bricks(canvas);
    ww_canvas_rectangle(canvas, 0, WALL_TOP - 6, WIDTH, 12, coping);
    ww_canvas_gradient(canvas, 0, WALL_FOOT, WIDTH, HEIGHT - WALL_FOOT, gravel_far, gravel_near);
    ww_canvas_texture(canvas, 0, WALL_TOP, WIDTH, WALL_FOOT - WALL_TOP, 3, 5, 11);
    ww_canvas_texture(canvas, 0, WALL_FOOT, WIDTH, HEIGHT - WALL_FOOT, 2, 9, 12);
    ww_canvas_rectangle(canvas, 618, WALL_TOP - 150, 8, 150, bark);
    ww_canvas_capsule(canvas, 622, WALL_TOP - 152, 650, WALL_TOP - 156, 4, bark);
}

/* The crown sways as a whole and each leaf on its own, in gusts. */
static void draw_tree(struct ww_canvas *canvas, float seconds)
{
    float gust = 0.55f + 0.45f * ww_sine(seconds / 7.3f);
    float sway = 7.0f * gust * ww_sine(seconds / 2.6f);
    ww_canvas_capsule(canvas, CROWN_X, WALL_TOP + 20, CROWN_X + sway * 0.3f, CROWN_Y + 60, 13, bark);
    for (uint32_t i = 0; i < LEAVES; i++) {
        uint32_t bits = ww_hash(i * 2654435761u + 5u);
        float around = (float)(bits & 1023) / 1024.0f;
        float out = (float)(bits >> 10 & 255) / 255.0f;
        float away = 130.0f * (1.0f - (1.0f - out) * (1.0f - out) * 0.8f);
        float x = CROWN_X + away * 1.15f * ww_sine(around + 0.25f);
        float y = CROWN_Y + away * 0.85f * ww_sine(around);
        float own = (float)(bits >> 18 & 255) / 255.0f;
        float flutter = 3.5f * gust * ww_sine(seconds * (0.7f + own) + own);
        float bend = sway * (CROWN_Y + 140 - y) / 200.0f;
        uint8_t shade = (uint8_t)(44 + (bits >> 26) % 44);
        ww_canvas_capsule(canvas, x + bend + flutter, y + flutter * 0.6f, x + bend + flutter + 7,
                          y + 4 - flutter * 0.5f, 4.0f, (struct ww_colour){shade, 116, 122});
    }
}

/* A value that goes from `from` to `to` while the time goes from `start` to `end`. */
static float between(float seconds, float start, float end, float from, float to)
{
    float part = (seconds - start) / (end - start);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return from + (to - from) * part;
}

enum { RISES = 10, OVER = 12, HANGS = 14, LANDS = 16, GONE = 27 };

static bool draw_intruder(struct ww_canvas *canvas, float t, struct ww_scene_box *box)
{
    if (t < RISES || t >= GONE)
        return false;
    struct ww_figure person = {
        .x = 520, .y = 0, .height = 170, .coat = coat, .trousers = trousers, .skin = skin};
    int clip = canvas->clip_bottom;
    if (t < OVER) { /* behind the wall, pulling up */
        person.y = between(t, RISES, OVER, WALL_TOP + 190, WALL_TOP + 62);
        person.reach = between(t, RISES, OVER, 1, 0.45f);
        canvas->clip_bottom = WALL_TOP - 6;
    } else if (t < HANGS) { /* over the coping */
        person.y = between(t, OVER, HANGS, WALL_TOP + 62, WALL_TOP + 84);
        person.tuck = between(t, OVER, OVER + 0.8f, 0.9f, 1) * between(t, HANGS - 0.7f, HANGS, 1, 0.2f);
        person.reach = between(t, OVER, HANGS, 0.45f, 0.9f);
        person.lean = between(t, OVER, OVER + 1, 0, -0.16f) + between(t, OVER + 1, HANGS, 0, 0.16f);
    } else if (t < LANDS) { /* down the inner side */
        person.y = between(t, HANGS, LANDS - 0.6f, WALL_TOP + 84, WALL_FOOT + 14);
        person.reach = between(t, HANGS, LANDS, 0.9f, 0);
        person.tuck = 0.2f * between(t, HANGS, LANDS, 1, 0);
    } else { /* across the yard */
        person.x = between(t, LANDS, GONE, 520, -110);
        person.y = between(t, LANDS, GONE, WALL_FOOT + 14, 640);
        person.height = between(t, LANDS, GONE, 170, 265);
        person.facing = -1;
        person.swing = 1;
        person.stride = (t - LANDS) * 0.85f;
        person.lean = -0.03f;
    }
    bool seen = ww_figure_draw(canvas, &person, box);
    canvas->clip_bottom = clip;
    return seen;
}

static void expose(struct ww_canvas *canvas, int index)
{
    float seconds = (float)index / RATE;
    float light = 1.0f + 0.10f * ww_sine(seconds / 19.0f) + 0.02f * ww_sine(seconds / 3.1f);
    ww_canvas_expose(canvas, (int)(256 * light), 3, (uint32_t)index + 1);
}

static bool animate(struct ww_canvas *canvas, int index, struct ww_scene_box *intruder)
{
    float seconds = (float)index / RATE;
    draw_tree(canvas, seconds);
    bool seen = draw_intruder(canvas, seconds, intruder);
    expose(canvas, index);
    return seen;
}

static bool animate_quiet(struct ww_canvas *canvas, int index, struct ww_scene_box *intruder)
{
    (void)intruder;
    draw_tree(canvas, (float)index / RATE);
    expose(canvas, index);
    return false;
}

const struct ww_scene ww_scene_rear_wall = {
    .name = "rear-wall",
    .about = "evening behind a compound: a tree in the wind, and a person who climbs over the wall",
    .width = WIDTH,
    .height = HEIGHT,
    .frame_rate = RATE,
    .frame_count = RATE * SECONDS,
    .paint = paint,
    .animate = animate,
};

const struct ww_scene ww_scene_quiet_wall = {
    .name = "quiet-wall",
    .about = "the same evening, and nobody comes: for drills",
    .width = WIDTH,
    .height = HEIGHT,
    .frame_rate = RATE,
    .frame_count = RATE * QUIET_SECONDS,
    .paint = paint,
    .animate = animate_quiet,
};
