/* The built-in scenes as a source: scene:NAME. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/scenes/scene.h"
#include "capture/source.h"

static const char prefix[] = "scene:";

/* Scenes happen in the night of 1 June 2024, UTC, so that two replays log the same. */
static const int64_t scene_start_us = INT64_C(1717279200) * 1000000;

static const struct ww_scene *const scenes[] = {
    &ww_scene_rear_wall,
    &ww_scene_quiet_wall,
};

struct ww_scene_player {
    const struct ww_scene *scene;
    uint8_t *backdrop;
};

const struct ww_scene *ww_scene_find(const char *name)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        if (strcmp(scenes[i]->name, name) == 0)
            return scenes[i];
    return NULL;
}

size_t ww_scene_frame_size(const struct ww_scene *scene)
{
    return (size_t)scene->width * (size_t)scene->height * 3 / 2;
}

static struct ww_canvas canvas_on(const struct ww_scene *scene, uint8_t *i420)
{
    size_t luma = (size_t)scene->width * (size_t)scene->height;
    return (struct ww_canvas){
        .y = i420,
        .u = i420 + luma,
        .v = i420 + luma + luma / 4,
        .width = scene->width,
        .height = scene->height,
        .clip_bottom = scene->height,
    };
}

struct ww_scene_player *ww_scene_player_create(const struct ww_scene *scene)
{
    struct ww_scene_player *player = calloc(1, sizeof *player);
    if (!player)
        return NULL;
    player->scene = scene;
    player->backdrop = malloc(ww_scene_frame_size(scene));
    if (!player->backdrop) {
        free(player);
        return NULL;
    }
    struct ww_canvas canvas = canvas_on(scene, player->backdrop);
    scene->paint(&canvas);
    return player;
}

void ww_scene_player_destroy(struct ww_scene_player *player)
{
    if (!player)
        return;
    free(player->backdrop);
    free(player);
}

bool ww_scene_player_draw(struct ww_scene_player *player, int index, uint8_t *i420,
                          struct ww_scene_box *intruder)
{
    const struct ww_scene *scene = player->scene;
    struct ww_canvas canvas = canvas_on(scene, i420);
    memcpy(i420, player->backdrop, ww_scene_frame_size(scene));
    return scene->animate(&canvas, index, intruder);
}

struct screening {
    struct ww_scene_player *player;
    const struct ww_scene *scene;
    int next;
};

static bool scene_accepts(const char *location)
{
    return strncmp(location, prefix, sizeof prefix - 1) == 0;
}

static int scene_open(void **state, struct ww_stream *stream, const char *location,
                      const struct ww_source_options *options, struct ww_error *error)
{
    (void)options;
    const struct ww_scene *scene = ww_scene_find(location + sizeof prefix - 1);
    if (!scene) {
        char known[256] = "";
        for (size_t i = 0, at = 0; i < sizeof scenes / sizeof *scenes && at < sizeof known; i++)
            at += (size_t)snprintf(known + at, sizeof known - at, "%s%s%s", i ? ", " : "", prefix,
                                   scenes[i]->name);
        return ww_fail(error, -ENOENT, "there is no scene '%s'; there is %s", location, known);
    }
    struct screening *screening = calloc(1, sizeof *screening);
    struct ww_scene_player *player = ww_scene_player_create(scene);
    if (!screening || !player) {
        free(screening);
        ww_scene_player_destroy(player);
        return ww_fail(error, -ENOMEM, "cannot open '%s': out of memory", location);
    }
    *screening = (struct screening){player, scene, 0};
    *stream = (struct ww_stream){
        .codec = WW_CODEC_RAW,
        .raw = {.format = WW_RAW_I420, .stride = (uint32_t)scene->width, .full_range = true},
        .width = (uint32_t)scene->width,
        .height = (uint32_t)scene->height,
        .frame_rate = scene->frame_rate,
        .frame_count = scene->frame_count,
        .start_us = scene_start_us,
    };
    *state = screening;
    return 0;
}

static int scene_read(void *state, struct ww_packet *packet, struct ww_error *error)
{
    struct screening *screening = state;
    const struct ww_scene *scene = screening->scene;
    struct ww_scene_box box;
    if (screening->next == scene->frame_count)
        return 0;
    size_t size = ww_scene_frame_size(scene);
    uint8_t *bytes = malloc(size + WW_PACKET_PADDING);
    if (!bytes)
        return ww_fail(error, -ENOMEM, "cannot draw scene:%s: out of memory", scene->name);
    ww_scene_player_draw(screening->player, screening->next, bytes, &box);
    memset(bytes + size, 0, WW_PACKET_PADDING);
    *packet = (struct ww_packet){
        .bytes = bytes,
        .size = size,
        .index = screening->next,
        .pts = (double)screening->next / scene->frame_rate,
        .key = true,
        .release = free,
        .lease = bytes,
    };
    screening->next++;
    return 1;
}

static void scene_close(void *state)
{
    struct screening *screening = state;
    ww_scene_player_destroy(screening->player);
    free(screening);
}

const struct ww_source_type ww_source_scene = {
    .name = "scene",
    .accepts = scene_accepts,
    .open = scene_open,
    .read = scene_read,
    .close = scene_close,
};
