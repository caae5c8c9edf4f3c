/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/drill_map.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "sink/jpeg_writer.h"
#include "sink/overlay.h"
#include "sink/text.h"

enum { QUALITY = 90, LEAST_TEXT = 11 };

static const struct ww_rgb colours[] = {[WW_UNKNOWN] = {190, 196, 204},
                                        [WW_UNGUARDED] = {255, 64, 64},
                                        [WW_PARTLY] = {255, 214, 10},
                                        [WW_GUARDED] = {64, 220, 96}};
static const struct ww_rgb black = {0, 0, 0}, ground = {22, 24, 28}, bright = {245, 246, 248};

struct map {
    const struct ww_survey *survey;
    struct ww_picture picture;
    uint32_t frame_height;
    struct ww_font *font; /* NULL: no text */
    int text;             /* size, pixels */
    float thickness;
};

/* --- walls ---------------------------------------------------------------------------------------- */

static float length_of(const struct ww_region *wall, const struct map *map)
{
    float length = 0;
    for (size_t i = 0; i + 1 < wall->point_count; i++)
        length += hypotf((wall->points[i + 1].x - wall->points[i].x) * (float)map->picture.width,
                         (wall->points[i + 1].y - wall->points[i].y) * (float)map->frame_height);
    return length;
}

/* What lies between two parts of a wall's length, as lines. */
static void draw_stretch(struct map *map, const struct ww_region *wall, float from, float to, float wide,
                         struct ww_rgb colour)
{
    float width = (float)map->picture.width, height = (float)map->frame_height;
    float whole = length_of(wall, map), before = 0;
    for (size_t i = 0; i + 1 < wall->point_count; i++) {
        float x0 = wall->points[i].x * width, y0 = wall->points[i].y * height;
        float dx = wall->points[i + 1].x * width - x0, dy = wall->points[i + 1].y * height - y0;
        float length = hypotf(dx, dy);
        float a = fmaxf((from * whole - before) / length, 0), b = fminf((to * whole - before) / length, 1);
        before += length;
        if (a < b)
            ww_overlay_line(&map->picture, x0 + dx * a, y0 + dy * a, x0 + dx * b, y0 + dy * b, wide, colour);
    }
}

static void draw_wall(struct map *map, size_t region)
{
    const struct ww_region *wall = &map->survey->options.view->regions[region];
    struct ww_drill_place place, next;
    if (!ww_drill_place_of(map->survey, region, 0, &place))
        return;
    ww_overlay_region(&map->picture, map->frame_height, wall, map->thickness, bright);
    draw_stretch(map, wall, 0, 1, map->thickness * 3, black);
    float from = 0;
    for (int i = 0; ww_drill_place_of(map->survey, region, i, &place); i++) {
        bool last = !ww_drill_place_of(map->survey, region, i + 1, &next);
        float to = last ? 1 : (place.at + next.at) / 2;
        draw_stretch(map, wall, from, to, map->thickness * 2, colours[place.guard]);
        from = to;
    }
}

/* --- people --------------------------------------------------------------------------------------- */

static void write_on(struct map *map, int x, int y, const char *text, struct ww_rgb colour)
{
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            ww_font_draw(map->font, map->text, &map->picture, x + dx, y + dy, text, black);
    ww_font_draw(map->font, map->text, &map->picture, x, y, text, colour);
}

static void draw_place(struct map *map, const struct ww_drill_place *place)
{
    float scale = (float)map->picture.width / (float)map->survey->width;
    int x = (int)((float)place->spot.x * scale), y = (int)((float)place->spot.y * scale);
    int tall = (int)(place->tall * scale), wide = tall * 2 / 5, thin = (int)(map->thickness / 2) + 1;
    struct ww_box box = {x - wide / 2, y - tall, wide, tall};
    struct ww_drill_count all = {0};
    char text[32];
    ww_overlay_box(&map->picture, &box, thin * 2, black);
    ww_overlay_box(&map->picture, &box, thin, colours[place->guard]);
    for (int i = 0; i < WW_SURVEY_CONTRASTS; i++) {
        all.seen += place->counts[i].seen;
        all.missed += place->counts[i].missed;
    }
    if (!map->font)
        return;
    snprintf(text, sizeof text, "%d/%d", all.seen, all.seen + all.missed);
    int room = ww_font_width(map->font, map->text, text);
    int left = x - room / 2 < 2 ? 2 : x - room / 2, top = y + (int)(map->thickness * 2);
    if (left + room + 2 > (int)map->picture.width)
        left = (int)map->picture.width - room - 2;
    if (top + map->text > (int)map->frame_height)
        top = y - map->text - (int)(map->thickness * 2);
    write_on(map, left, top, text, colours[place->guard]);
}

/* --- what it means -------------------------------------------------------------------------------- */

struct entry {
    enum ww_guard guard;
    const char *text;
};

static const struct entry entries[] = {
    {WW_GUARDED, "guarded: strong and medium contrast all seen"},
    {WW_PARTLY, "partly: half or more"},
    {WW_UNGUARDED, "not: fewer"},
    {WW_UNKNOWN, "unknown"},
};

static const char numbers[] = "numbers: drills seen, of all; boxes: as tall as somebody there";

/* In one row where they fit, else below each other; returns the height, and draws where `draw`. */
static int write_legend(struct map *map, int top, bool draw)
{
    int line = ww_font_line(map->font, map->text), x = map->text, y = top + map->text / 2;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        int wide = ww_font_width(map->font, map->text, entries[i].text) + map->text * 5 / 2;
        if (x > map->text && x + wide > (int)map->picture.width) {
            x = map->text;
            y += line;
        }
        if (draw) {
            float middle = (float)y + (float)line / 2;
            ww_overlay_line(&map->picture, (float)x, middle, (float)(x + map->text), middle,
                            map->thickness * 2, colours[entries[i].guard]);
            ww_font_draw(map->font, map->text, &map->picture, x + map->text * 3 / 2, y, entries[i].text,
                         bright);
        }
        x += wide;
    }
    y += line;
    if (draw)
        ww_font_draw(map->font, map->text, &map->picture, map->text, y, numbers, colours[WW_UNKNOWN]);
    return y + line + map->text / 2 - top;
}

static int add_legend(struct map *map, struct ww_error *error)
{
    struct ww_picture *picture = &map->picture;
    int room = write_legend(map, 0, false);
    size_t before = (size_t)picture->width * picture->height * 3, added = (size_t)room * picture->width * 3;
    uint8_t *grown = realloc(picture->pixels, before + added);
    if (!grown)
        return ww_fail(error, -ENOMEM, "cannot draw the walls: out of memory");
    picture->pixels = grown;
    for (size_t i = 0; i < added; i += 3)
        memcpy(grown + before + i, &ground, 3);
    picture->height += (uint32_t)room;
    write_legend(map, (int)map->frame_height, true);
    return 0;
}

/* --- the picture ---------------------------------------------------------------------------------- */

static int draw(struct map *map, struct ww_error *error)
{
    const struct ww_camera_view *view = map->survey->options.view;
    struct ww_drill_place place;
    uint32_t shorter = map->picture.width < map->frame_height ? map->picture.width : map->frame_height;
    map->thickness = fmaxf((float)map->frame_height / 240, 1.5f);
    map->text = (int)shorter / 32 > LEAST_TEXT ? (int)shorter / 32 : LEAST_TEXT;
    for (size_t r = 0; r < view->region_count; r++)
        draw_wall(map, r);
    for (size_t r = 0; r < view->region_count; r++)
        for (int i = 0; ww_drill_place_of(map->survey, r, i, &place); i++)
            draw_place(map, &place);
    return map->font ? add_legend(map, error) : 0;
}

int ww_drill_map_write(const struct ww_survey *survey, const char *folder, const char *name,
                       struct ww_error *error)
{
    struct map map = {.survey = survey};
    unsigned char *bytes = NULL;
    size_t size;
    if (!survey->still)
        return ww_fail(error, -ENODATA, "there is no frame to draw the walls on");
    int code = survey->still->type->decode(survey->still, &map.picture, error);
    if (code != 0)
        return code;
    map.frame_height = map.picture.height;
    if (ww_font_open(&map.font, error) != 0)
        ww_log(WW_LOG_WARNING, "%s; the picture has no text", error->text);
    code = draw(&map, error);
    if (code == 0)
        code = ww_jpeg_encode(&map.picture, QUALITY, NULL, &bytes, &size, error);
    if (code == 0)
        code = ww_publish_file(folder, name, bytes, size, WW_WHOLE, error);
    free(bytes);
    ww_font_close(map.font);
    ww_picture_free(&map.picture);
    return code;
}
