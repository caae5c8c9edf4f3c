/* A made-up site with exact truth: what the detector is judged on. SPDX-License-Identifier: Apache-2.0
 *
 * A case is a place in some light, distractions, and perhaps an intruder. Frames are 640×360 planes of luma,
 * RATE a second; the same on every machine. The distractions are those of the sterile-zone standard of
 * perimeter video: Home Office Scientific Development Branch, "Imagery Library for Intelligent Detection
 * Systems (i-LIDS)", publication 10/09. */
#ifndef WW_BENCH_QUALITY_WORLD_H
#define WW_BENCH_QUALITY_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/scenes/canvas.h"
#include "capture/scenes/figure.h"

enum { WORLD_WIDTH = 640, WORLD_HEIGHT = 360, WORLD_PIXELS = WORLD_WIDTH * WORLD_HEIGHT };
enum { WALL_TOP = 112, WALL_FOOT = 168 }; /* rows of the wall, fence or gate */

enum place { PLACE_WALL, PLACE_FENCE, PLACE_YARD, PLACE_GATE, PLACES };
enum daylight { LIGHT_DAY, LIGHT_DUSK, LIGHT_NIGHT, LIGHTS };

enum distraction {
    NO_DISTRACTION,
    FOLIAGE,
    RAIN,
    SNOW,
    FOG,
    CLOUDS,          /* shadows of clouds */
    OUTSIDE_SHADOWS, /* of people who walk outside */
    HEADLIGHTS,
    BIRDS,
    INSECTS, /* near the lens */
    ANIMALS, /* small ones on the ground */
    PAPER,   /* in the wind */
    SHAKE,
    EXPOSURE, /* the camera's own, in steps */
    INFRARED, /* the switch to it and back */
    NOISE,
    COMPRESSION,
    FLICKER, /* of lamps */
    DISTRACTIONS
};

enum act { NOBODY, WALKS, RUNS, CRAWLS, ROLLS, CLIMBS, CARRIES_LADDER, STANDS, ACTS };

extern const char *const place_names[PLACES],
    *const light_names[LIGHTS], *const distraction_names[DISTRACTIONS], *const act_names[ACTS];

struct scenario {
    enum place place;
    enum daylight light;
    enum distraction distraction;
    float strength; /* of the distraction: 1 is normal, 2 strong */
    enum act act;
    float person;   /* height of a grown person at WALL_FOOT + 60, pixels */
    float contrast; /* of the person against the ground, 0–1 */
    double rate;    /* frames a second */
    int width;      /* pixels of the frames that the detector gets; the world is 640 wide */
    double seconds;
    double enters; /* when the intruder does; seconds */
    uint32_t seed;
};

struct world;

struct world *world_create(const struct scenario *scenario);
void world_destroy(struct world *world);

/* Draws frame `index` into WORLD_PIXELS bytes; true where the intruder is in the picture, then in *box. */
bool world_draw(struct world *world, int index, uint8_t *luma, struct ww_scene_box *box);

/* How tall a person is whose feet are at row y. */
float world_person_height(const struct scenario *scenario, float y);

#endif
