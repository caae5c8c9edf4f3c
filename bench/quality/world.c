/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "people.h"
#include "weather.h"

const char *const place_names[PLACES] = {"wall", "fence", "yard", "gate"};
const char *const light_names[LIGHTS] = {"day", "dusk", "night"};
const char *const distraction_names[DISTRACTIONS] = {
    "none",       "foliage", "rain",        "snow",    "fog",   "clouds", "outside-shadows",
    "headlights", "birds",   "insects",     "animals", "paper", "shake",  "exposure",
    "infrared",   "noise",   "compression", "flicker"};
const char *const act_names[ACTS] = {"nobody", "walks",  "runs",   "crawls",
                                     "rolls",  "climbs", "ladder", "stands"};

enum { MARGIN = 8 }; /* around the picture, that shaking shows */

struct world {
    struct scenario scenario;
    uint8_t *backdrop, *picture, *chroma; /* luma, luma, and a plane that nobody looks at */
    uint8_t *sun, *lamp;                  /* light by day and by infrared, of 128 */
};

float world_person_height(const struct scenario *scenario, float y)
{
    float far = 0.55f, near = 1.9f; /* at the wall's foot and at the picture's lower edge, of `person` */
    float part = (y - WALL_FOOT) / (float)(WORLD_HEIGHT - WALL_FOOT);
    return scenario->person * (far + (near - far) * part) /
           (far + (near - far) * 60.0f / (WORLD_HEIGHT - WALL_FOOT));
}

static struct ww_canvas canvas_on(const struct world *world, uint8_t *luma)
{
    return (struct ww_canvas){luma, world->chroma, world->chroma, WORLD_WIDTH, WORLD_HEIGHT, WORLD_HEIGHT};
}

static void paint(const struct world *world)
{
    struct ww_canvas canvas = canvas_on(world, world->backdrop);
    const struct ww_colour sky = {150, 128, 128}, low = {170, 128, 128}, dark = {60, 128, 128},
                           house = {95, 128, 128};
    const struct ww_colour far = {120, 128, 128}, near = {100, 128, 128}, plaster = {135, 128, 128};
    uint32_t seed = world->scenario.seed;
    enum place place = world->scenario.place;
    ww_canvas_gradient(&canvas, 0, 0, WORLD_WIDTH, WALL_FOOT, sky, low);
    ww_canvas_rectangle(&canvas, 40, 40, 120, WALL_FOOT - 40, house);
    ww_canvas_rectangle(&canvas, 470, 60, 130, WALL_FOOT - 60, (struct ww_colour){80, 128, 128});
    for (int i = 0; i < 4; i++)
        ww_canvas_rectangle(&canvas, 55 + i * 26, 60, 14, 20, dark);
    ww_canvas_texture(&canvas, 0, 0, WORLD_WIDTH, WALL_FOOT, 3, 4, seed + 3);
    ww_canvas_gradient(&canvas, 0, WALL_FOOT, WORLD_WIDTH, WORLD_HEIGHT - WALL_FOOT, far, near);
    ww_canvas_texture(&canvas, 0, WALL_FOOT, WORLD_WIDTH, WORLD_HEIGHT - WALL_FOOT,
                      place == PLACE_YARD ? 5 : 2, 10, seed + 1);
    if (place == PLACE_FENCE) {
        for (int x = 0; x < WORLD_WIDTH; x += 12)
            ww_canvas_rectangle(&canvas, x, WALL_TOP, 2, WALL_FOOT - WALL_TOP, dark);
        for (int y = WALL_TOP; y < WALL_FOOT; y += 24)
            ww_canvas_rectangle(&canvas, 0, y, WORLD_WIDTH, 2, dark);
    } else if (place != PLACE_YARD) {
        ww_canvas_rectangle(&canvas, 0, WALL_TOP, WORLD_WIDTH, WALL_FOOT - WALL_TOP, plaster);
        for (int y = WALL_TOP, course = 0; y < WALL_FOOT; y += 8, course++)
            for (int x = course % 2 ? 12 : 0; x < WORLD_WIDTH; x += 24)
                ww_canvas_rectangle(&canvas, x, y, 22, 7,
                                    (struct ww_colour){(uint8_t)(122 + (x * 7 + y * 3) % 11), 128, 128});
    }
    if (place == PLACE_GATE)
        for (int x = 230; x < 330; x += 10)
            ww_canvas_rectangle(&canvas, x, WALL_TOP - 6, 6, WALL_FOOT - WALL_TOP + 6, dark);
}

/* The sun lights all alike; a lamp lights a spot, and nothing far from it. */
static void light_up(struct world *world)
{
    int day = world->scenario.light == LIGHT_DUSK ? 66 : 128;
    for (int y = 0; y < WORLD_HEIGHT; y++) {
        for (int x = 0; x < WORLD_WIDTH; x++) {
            float dx = ((float)x - 330) / 330, dy = ((float)y - 230) / 190;
            float fall = 1 / (1 + 0.9f * (dx * dx + dy * dy));
            world->sun[y * WORLD_WIDTH + x] = (uint8_t)day;
            world->lamp[y * WORLD_WIDTH + x] = (uint8_t)((y < WALL_TOP ? 30.0f : 96.0f) * fall + 6);
        }
    }
}

struct world *world_create(const struct scenario *scenario)
{
    struct world *world = calloc(1, sizeof *world);
    if (!world)
        return NULL;
    world->scenario = *scenario;
    world->backdrop = malloc(WORLD_PIXELS);
    world->picture = malloc(WORLD_PIXELS);
    world->chroma = malloc(WORLD_PIXELS);
    world->sun = malloc(WORLD_PIXELS);
    world->lamp = malloc(WORLD_PIXELS);
    if (!world->backdrop || !world->picture || !world->chroma || !world->sun || !world->lamp) {
        world_destroy(world);
        return NULL;
    }
    paint(world);
    light_up(world);
    return world;
}

void world_destroy(struct world *world)
{
    if (!world)
        return;
    free(world->backdrop);
    free(world->picture);
    free(world->chroma);
    free(world->sun);
    free(world->lamp);
    free(world);
}

static void illuminate(struct world *world, float t)
{
    const struct scenario *scenario = &world->scenario;
    float infrared = weather_infrared(scenario, t), even = weather_even_light(scenario, t);
    int by_lamp = (int)(infrared * 256), gain = (int)(even * 256);
    bool uneven = weather_lights_unevenly(scenario);
    for (int y = 0, i = 0; y < WORLD_HEIGHT; y++) {
        for (int x = 0; x < WORLD_WIDTH; x++, i++) {
            int light = (world->sun[i] * (256 - by_lamp) + world->lamp[i] * by_lamp) >> 8;
            int value = world->picture[i] * light >> 7;
            if (uneven)
                value = (int)((float)value * weather_light(scenario, t, x, y));
            value = value * gain >> 8;
            world->picture[i] = (uint8_t)(value > 255 ? 255 : value);
        }
    }
}

static int noise_of(const struct scenario *scenario, float t)
{
    int sigma = weather_infrared(scenario, t) > 0.5f ? 4 : scenario->light == LIGHT_DUSK ? 3 : 2;
    return scenario->distraction == NOISE ? (int)((float)sigma + 5 * scenario->strength) : sigma;
}

static void shift(const struct world *world, float t, uint8_t *luma)
{
    int dx, dy;
    weather_shake(&world->scenario, t, &dx, &dy);
    for (int y = 0; y < WORLD_HEIGHT; y++) {
        int from = y + dy < 0 ? 0 : y + dy >= WORLD_HEIGHT ? WORLD_HEIGHT - 1 : y + dy;
        const uint8_t *row = world->picture + from * WORLD_WIDTH;
        uint8_t *out = luma + y * WORLD_WIDTH;
        memset(out, row[0], WORLD_WIDTH);
        memcpy(out + (dx < 0 ? -dx : 0), row + (dx > 0 ? dx : 0), (size_t)(WORLD_WIDTH - abs(dx)));
        for (int x = WORLD_WIDTH - (dx > 0 ? dx : 0); x < WORLD_WIDTH; x++)
            out[x] = row[WORLD_WIDTH - 1];
    }
}

/* There and back through a bad JPEG. */
static void compress(uint8_t *luma, int quality)
{
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct out = {.err = jpeg_std_error(&errors)};
    struct jpeg_decompress_struct in = {.err = &errors};
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg_create_compress(&out);
    jpeg_mem_dest(&out, &bytes, &size);
    out.image_width = WORLD_WIDTH;
    out.image_height = WORLD_HEIGHT;
    out.input_components = 1;
    out.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&out);
    jpeg_set_quality(&out, quality, TRUE);
    jpeg_start_compress(&out, TRUE);
    for (JSAMPROW row = luma; out.next_scanline < WORLD_HEIGHT; row += WORLD_WIDTH)
        jpeg_write_scanlines(&out, &row, 1);
    jpeg_finish_compress(&out);
    jpeg_destroy_compress(&out);
    jpeg_create_decompress(&in);
    jpeg_mem_src(&in, bytes, size);
    jpeg_read_header(&in, TRUE);
    jpeg_start_decompress(&in);
    for (JSAMPROW row = luma; in.output_scanline < WORLD_HEIGHT; row += WORLD_WIDTH)
        jpeg_read_scanlines(&in, &row, 1);
    jpeg_finish_decompress(&in);
    jpeg_destroy_decompress(&in);
    free(bytes);
}

bool world_draw(struct world *world, int index, uint8_t *luma, struct ww_scene_box *box)
{
    const struct scenario *scenario = &world->scenario;
    float t = (float)(index / scenario->rate);
    struct ww_canvas canvas = canvas_on(world, world->picture);
    memcpy(world->picture, world->backdrop, WORLD_PIXELS);
    weather_things(&canvas, scenario, t);
    bool seen = people_draw(&canvas, scenario, t - (float)scenario->enters, 112, box);
    weather_near(&canvas, scenario, t);
    illuminate(world, t);
    ww_canvas_expose(&canvas, 256, noise_of(scenario, t), (uint32_t)index + scenario->seed * 7919u);
    shift(world, t, luma);
    if (scenario->distraction == COMPRESSION)
        compress(luma, scenario->strength > 1.5f ? 12 : 25);
    if (!seen)
        box->width = 0;
    return seen && box->x + box->width > 4 && box->x < WORLD_WIDTH - 4;
}
