/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/intruder.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "capture/scenes/figure.h"
#include "detect/scale.h"
#include "detect/wall_line.h"

static const float unknown_scale = 1.0f / 6; /* of the picture's height, where no person is given */
static const float person_metres = 1.75f, speed = 1.2f, wall_heights = 1.2f;
static const float depth_seen = 0.5f;                                   /* of ground, at 30 degrees */
static const float least_reach = 3, most_reach = 6, stay_before = 0.4f; /* metres from the line */
static const float rise = 2, drop = 1.5f, walk_on = 2;                  /* seconds, of a climb */
static const float up = 0.65f;                                          /* of him is above the wall */
static const float black = 16, white = 235;
static const float least_tall = 4; /* pixels */

struct ww_intruder {
    struct ww_intruder_plan plan;
    struct ww_wall_line line;
    struct ww_scale scale;
    struct ww_point at;    /* of the line, pixels */
    float in_x, in_y;      /* inwards, of length 1 */
    float reach;           /* metres before and behind the line */
    float tall;            /* at the line, pixels */
    uint8_t *alpha, *tone; /* how much of him is in a pixel, and how bright he is there */
    uint8_t *chroma;       /* nobody looks at it */
    int width, height;
    bool has_tones;
    struct ww_colour coat, trousers, skin;
    float contrast;
};

const char *ww_intruder_way_name(enum ww_intruder_way way)
{
    static const char *const names[] = {
        [WW_INTRUDER_WALKS] = "walk", [WW_INTRUDER_CLIMBS] = "climb", [WW_INTRUDER_STAYS] = "stay"};
    return names[way];
}

static float height_at(const struct ww_scale *scale, float row)
{
    if (!scale->known)
        return unknown_scale * (float)scale->height;
    return fmaxf(fmaxf(scale->at_top + scale->by_row * row, scale->least), least_tall);
}

/* The point of the line that has `place` of its length before it, and the way inwards there. */
static void find_place(struct ww_intruder *intruder)
{
    const struct ww_wall_line *line = &intruder->line;
    float whole = 0, before = 0;
    for (size_t i = 0; i + 1 < line->count; i++)
        whole += hypotf(line->points[i + 1].x - line->points[i].x, line->points[i + 1].y - line->points[i].y);
    for (size_t i = 0; i + 1 < line->count; i++) {
        struct ww_point a = line->points[i], b = line->points[i + 1];
        float dx = b.x - a.x, dy = b.y - a.y, length = hypotf(dx, dy);
        float part = length > 0 ? (intruder->plan.place * whole - before) / length : 2;
        before += length;
        if (part > 1 && i + 2 < line->count)
            continue;
        part = fminf(fmaxf(part, 0), 1);
        intruder->at = (struct ww_point){a.x + dx * part, a.y + dy * part};
        intruder->in_x = -dy / fmaxf(length, 1) * line->outward;
        intruder->in_y = dx / fmaxf(length, 1) * line->outward;
        return;
    }
}

bool ww_intruder_can_climb(const struct ww_region *wall, float place, uint32_t width, uint32_t height)
{
    struct ww_intruder intruder = {.plan = {.wall = wall, .place = place}};
    if (ww_wall_line_create(&intruder.line, wall, width, height) != 0)
        return false;
    find_place(&intruder);
    ww_wall_line_destroy(&intruder.line);
    return fabsf(intruder.in_y) >= fabsf(intruder.in_x);
}

/* Pixels that he comes nearer to the line with a metre. */
static float metre_across(const struct ww_intruder *intruder)
{
    float seen = intruder->in_x * intruder->in_x + depth_seen * intruder->in_y * intruder->in_y;
    return intruder->tall / person_metres * seen;
}

int ww_intruder_create(struct ww_intruder **intruder, const struct ww_intruder_plan *plan,
                       const struct ww_camera_view *view, uint32_t width, uint32_t height)
{
    struct ww_intruder *created = calloc(1, sizeof *created);
    *intruder = NULL;
    if (!created)
        return -ENOMEM;
    created->plan = *plan;
    created->width = (int)width;
    created->height = (int)height;
    created->contrast = plan->contrast;
    created->alpha = calloc(width, height);
    created->tone = calloc(width, height);
    created->chroma = calloc(width, height);
    if (!created->alpha || !created->tone || !created->chroma ||
        ww_wall_line_create(&created->line, plan->wall, width, height) != 0) {
        ww_intruder_destroy(created);
        return -ENOMEM;
    }
    created->scale = ww_scale_fit(view->person, view->person_count, width, height);
    find_place(created);
    created->tall = height_at(&created->scale, created->at.y);
    created->reach = fminf(fmaxf(created->line.strip / metre_across(created) + 1, least_reach), most_reach);
    *intruder = created;
    return 0;
}

void ww_intruder_destroy(struct ww_intruder *intruder)
{
    if (!intruder)
        return;
    ww_wall_line_destroy(&intruder->line);
    free(intruder->alpha);
    free(intruder->tone);
    free(intruder->chroma);
    free(intruder);
}

/* Whether he begins on the far side of a wall that he climbs, which is the upper one. */
static bool comes_from_afar(const struct ww_intruder *intruder)
{
    return (intruder->in_y > 0) != intruder->plan.outward;
}

double ww_intruder_seconds(const struct ww_intruder *intruder)
{
    switch (intruder->plan.way) {
    case WW_INTRUDER_CLIMBS: return (double)(rise + drop + walk_on);
    case WW_INTRUDER_STAYS: return (double)(intruder->reach / speed) + intruder->plan.stays;
    default: return (double)(2 * intruder->reach / speed);
    }
}

double ww_intruder_crosses(const struct ww_intruder *intruder)
{
    switch (intruder->plan.way) {
    case WW_INTRUDER_CLIMBS: return (double)(comes_from_afar(intruder) ? rise : drop + walk_on);
    case WW_INTRUDER_STAYS: return ww_intruder_seconds(intruder);
    default: return (double)(intruder->reach / speed);
    }
}

float ww_intruder_height(const struct ww_intruder *intruder)
{
    return intruder->tall;
}

float ww_intruder_contrast(const struct ww_intruder *intruder)
{
    return intruder->contrast;
}

struct ww_spot ww_intruder_place(const struct ww_intruder *intruder)
{
    return (struct ww_spot){(int32_t)intruder->at.x, (int32_t)intruder->at.y};
}

/* --- where he is ---------------------------------------------------------------------------------- */

struct pose {
    struct ww_figure figure;
    bool hidden; /* but for what is beyond the line */
};

static struct pose pose_on_ground(const struct ww_intruder *intruder, float t)
{
    float depth = -intruder->reach + speed * t, metre = intruder->tall / person_metres;
    bool stands = intruder->plan.way == WW_INTRUDER_STAYS && depth > -stay_before;
    depth = stands ? -stay_before : depth;
    depth *= intruder->plan.outward ? -1 : 1;
    struct pose pose = {.figure = {.x = intruder->at.x + intruder->in_x * depth * metre,
                                   .y = intruder->at.y + intruder->in_y * depth * metre * depth_seen,
                                   .stride = t * 0.9f,
                                   .swing = !stands}};
    float sideways = intruder->in_x * (intruder->plan.outward ? -1 : 1);
    pose.figure.facing = fabsf(sideways) > 0.5f ? copysignf(1, sideways) : 0;
    pose.figure.height = height_at(&intruder->scale, pose.figure.y);
    return pose;
}

/* Up behind the wall, over it, down and on; who goes away from the camera does all of that backwards. */
static struct pose pose_on_wall(const struct ww_intruder *intruder, float t)
{
    t = comes_from_afar(intruder) ? t : rise + drop + walk_on - t;
    float tall = intruder->tall, over = fminf(t / rise, 1), down = fminf(fmaxf((t - rise) / drop, 0), 1);
    float on = fmaxf(t - rise - drop, 0) * speed * tall / person_metres;
    float near_x = intruder->in_y > 0 ? intruder->in_x : -intruder->in_x, near_y = fabsf(intruder->in_y);
    float from_top = 1 - up * over + (wall_heights - 1 + up) * down; /* to his feet, in his heights */
    return (struct pose){.figure = {.x = intruder->at.x + near_x * on,
                                    .y = intruder->at.y + tall * from_top + near_y * on * depth_seen,
                                    .height = tall,
                                    .stride = t * 0.9f,
                                    .swing = on > 0,
                                    .reach = t < rise ? 0.8f : 0.3f * (1 - down),
                                    .tuck = 0.5f * (1 - down)},
                         .hidden = t < rise};
}

static struct pose pose_of(const struct ww_intruder *intruder, double t)
{
    return intruder->plan.way == WW_INTRUDER_CLIMBS ? pose_on_wall(intruder, (float)t)
                                                    : pose_on_ground(intruder, (float)t);
}

/* --- how bright he is ----------------------------------------------------------------------------- */

static float brightness_at(const struct ww_intruder *intruder, const struct ww_luma *luma)
{
    float tall = intruder->tall;
    int left = (int)(intruder->at.x - tall / 4), right = (int)(intruder->at.x + tall / 4) + 1;
    int top = (int)(intruder->at.y - tall), bottom = (int)(intruder->at.y + tall / 2) + 1;
    int64_t sum = 0, count = 0;
    for (int y = top < 0 ? 0 : top; y < bottom && y < intruder->height; y++) {
        for (int x = left < 0 ? 0 : left; x < right && x < intruder->width; x++) {
            sum += luma->pixels[y * luma->stride + x];
            count++;
        }
    }
    return count > 0 ? (float)sum / (float)count : black;
}

static uint8_t tone_of(float behind, float contrast)
{
    float tone = black + (fmaxf(behind, black) - black) * (1 + contrast);
    return (uint8_t)(fminf(fmaxf(tone, 0), white) + 0.5f);
}

/* Where white ends before his contrast does, he is darker instead. */
static void choose_tones(struct ww_intruder *intruder, const struct ww_luma *luma)
{
    float behind = brightness_at(intruder, luma), contrast = intruder->plan.contrast;
    if (contrast > 0 && black + (behind - black) * (1 + contrast) > white)
        contrast = -fminf(contrast, 0.9f);
    intruder->contrast = contrast;
    intruder->coat = (struct ww_colour){tone_of(behind, contrast), 128, 128};
    intruder->trousers = (struct ww_colour){tone_of(behind, contrast * 0.8f), 128, 128};
    intruder->skin = (struct ww_colour){tone_of(behind, contrast * 0.6f), 128, 128};
    memset(intruder->tone, intruder->coat.y, (size_t)intruder->width * (size_t)intruder->height);
    intruder->has_tones = true;
}

/* --- drawing -------------------------------------------------------------------------------------- */

static struct ww_canvas canvas_on(const struct ww_intruder *intruder, uint8_t *plane)
{
    return (struct ww_canvas){.y = plane,
                              .u = intruder->chroma,
                              .v = intruder->chroma,
                              .width = intruder->width,
                              .height = intruder->height,
                              .clip_bottom = intruder->height};
}

static bool is_beyond(const struct ww_intruder *intruder, int x, int y)
{
    float inside = ((float)x + 0.5f - intruder->at.x) * intruder->in_x +
                   ((float)y + 0.5f - intruder->at.y) * intruder->in_y;
    return (intruder->in_y > 0) == (inside < 0);
}

static uint8_t mixed(const struct ww_intruder *intruder, size_t i, uint8_t now, int noise)
{
    int alpha = intruder->alpha[i], him = intruder->tone[i] + noise * 181 / 256; /* of two frames: √½ */
    int mixed = (now * (255 - alpha) + him * alpha + 127) / 255;
    return (uint8_t)(mixed < 0 ? 0 : mixed > 255 ? 255 : mixed);
}

static void grow(struct ww_box *box, int x, int y)
{
    if (box->width == 0)
        *box = (struct ww_box){x, y, 1, 1};
    int right = box->x + box->width, bottom = box->y + box->height;
    box->x = x < box->x ? x : box->x;
    box->y = y < box->y ? y : box->y;
    box->width = (x >= right ? x + 1 : right) - box->x;
    box->height = (y >= bottom ? y + 1 : bottom) - box->y;
}

/* Puts what was drawn of him over the plane, and forgets it. */
static struct ww_box paint(struct ww_intruder *intruder, const struct pose *pose, struct ww_scene_box area,
                           const struct ww_luma *luma, const struct ww_luma *before, uint8_t *plane,
                           ptrdiff_t stride)
{
    struct ww_box seen = {0};
    int right = area.x + area.width < intruder->width ? area.x + area.width : intruder->width;
    int bottom = area.y + area.height < intruder->height ? area.y + area.height : intruder->height;
    for (int y = area.y; y < bottom; y++) {
        for (int x = area.x; x < right; x++) {
            size_t i = (size_t)y * (size_t)intruder->width + (size_t)x;
            if (intruder->alpha[i] && !(pose->hidden && !is_beyond(intruder, x, y))) {
                uint8_t now = luma->pixels[y * luma->stride + x];
                int noise = before ? now - before->pixels[y * before->stride + x] : 0;
                plane[y * stride + x] = mixed(intruder, i, now, noise);
                if (intruder->alpha[i] > 127)
                    grow(&seen, x, y);
            }
            intruder->alpha[i] = 0;
            intruder->tone[i] = intruder->coat.y;
        }
    }
    return seen;
}

bool ww_intruder_draw(struct ww_intruder *intruder, double t, const struct ww_luma *luma,
                      const struct ww_luma *before, uint8_t *plane, ptrdiff_t stride, struct ww_box *box)
{
    struct pose pose = pose_of(intruder, t);
    struct ww_scene_box area, whole;
    struct ww_canvas canvas = canvas_on(intruder, intruder->alpha);
    if (!intruder->has_tones)
        choose_tones(intruder, luma);
    pose.figure.coat = pose.figure.trousers = pose.figure.skin = (struct ww_colour){255, 128, 128};
    *box = (struct ww_box){0};
    if (!ww_figure_draw(&canvas, &pose.figure, &area))
        return false;
    pose.figure.coat = intruder->coat;
    pose.figure.trousers = intruder->trousers;
    pose.figure.skin = intruder->skin;
    canvas.y = intruder->tone;
    ww_figure_draw(&canvas, &pose.figure, &whole);
    area = (struct ww_scene_box){area.x > 0 ? area.x - 1 : 0, area.y > 0 ? area.y - 1 : 0, area.width + 2,
                                 area.height + 2};
    *box = paint(intruder, &pose, area, luma, before, plane, stride);
    return box->width > 0;
}
