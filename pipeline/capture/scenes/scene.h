/* Scenes that the program draws itself, the same on every machine. SPDX-License-Identifier: Apache-2.0
 *
 * A scene is one file that fills a ww_scene, and one line in the list of capture/scene.c. */
#ifndef WW_CAPTURE_SCENES_SCENE_H
#define WW_CAPTURE_SCENES_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/scenes/canvas.h"

/* Where an intruder is, in pixels: the smallest box around all that is drawn of them. */
struct ww_scene_box {
    int x, y, width, height;
};

struct ww_scene {
    const char *name, *about;
    int width, height, frame_rate, frame_count;
    /* Draws what never changes, once. */
    void (*paint)(struct ww_canvas *canvas);
    /* Draws frame `index` over a copy of that; returns whether an intruder can be seen. */
    bool (*animate)(struct ww_canvas *canvas, int index, struct ww_scene_box *intruder);
};

extern const struct ww_scene ww_scene_rear_wall, ww_scene_quiet_wall;

/* NULL where there is none of that name. */
const struct ww_scene *ww_scene_find(const char *name);

/* A scene being drawn. Frames may be asked for in any order. */
struct ww_scene_player;

struct ww_scene_player *ww_scene_player_create(const struct ww_scene *scene); /* NULL: no memory */
void ww_scene_player_destroy(struct ww_scene_player *player);

/* Bytes of one frame: I420 without padding. */
size_t ww_scene_frame_size(const struct ww_scene *scene);

/* Draws frame `index` into `i420`; returns whether an intruder can be seen, and where. */
bool ww_scene_player_draw(struct ww_scene_player *player, int index, uint8_t *i420,
                          struct ww_scene_box *intruder);

#endif
