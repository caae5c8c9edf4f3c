/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/wall_line.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const float edge = 0.015f; /* of the picture: ends so near to it are meant to reach it */

static bool is_at_edge(struct ww_point point)
{
    return point.x < edge || point.x > 1 - edge || point.y < edge || point.y > 1 - edge;
}

int ww_wall_line_create(struct ww_wall_line *line, const struct ww_region *wall, uint32_t width,
                        uint32_t height)
{
    *line = (struct ww_wall_line){
        .points = malloc(wall->point_count * sizeof *line->points),
        .lengths = malloc(wall->point_count * sizeof *line->lengths),
        .count = wall->point_count,
        .strip = wall->strip * (float)height,
        .outward = wall->outside == WW_OUTSIDE_LEFT ? 1 : -1,
        .open_start = is_at_edge(wall->points[0]),
        .open_end = is_at_edge(wall->points[wall->point_count - 1]),
    };
    if (!line->points || !line->lengths)
        return -ENOMEM;
    for (size_t i = 0; i < line->count; i++)
        line->points[i] =
            (struct ww_point){wall->points[i].x * (float)width, wall->points[i].y * (float)height};
    for (size_t i = 0; i + 1 < line->count; i++)
        line->lengths[i] =
            hypotf(line->points[i + 1].x - line->points[i].x, line->points[i + 1].y - line->points[i].y);
    return 0;
}

void ww_wall_line_destroy(struct ww_wall_line *line)
{
    free(line->points);
    free(line->lengths);
    line->points = NULL;
    line->lengths = NULL;
}

/* At a corner two segments are equally near; the one that is seen less askew knows the side. */
struct ww_wall_place ww_wall_line_place(const struct ww_wall_line *line, float x, float y)
{
    struct ww_wall_place place = {.beside = true};
    float nearest = INFINITY, straightest = 0, before = 0;
    for (size_t i = 0; i + 1 < line->count; i++) {
        struct ww_point a = line->points[i], b = line->points[i + 1];
        float dx = b.x - a.x, dy = b.y - a.y, length = line->lengths[i];
        if (length <= 0)
            continue;
        float along = ((x - a.x) * dx + (y - a.y) * dy) / length;
        float across = (dx * (y - a.y) - dy * (x - a.x)) / length; /* positive to the right */
        float on = fminf(fmaxf(along, 0), length);
        float away = along == on ? fabsf(across) : hypotf(across, along - on);
        bool as_near = fabsf(away - nearest) <= 1e-3f * (1 + away);
        if (as_near ? fabsf(across) > straightest : away < nearest) {
            straightest = fabsf(across);
            nearest = fminf(away, nearest);
            place.distance = copysignf(away, across * line->outward);
            place.along = before + along;
            place.beside = (along >= 0 || i > 0 || line->open_start) &&
                           (along <= length || i + 2 < line->count || line->open_end);
            if ((along < 0 && i == 0 && line->open_start) ||
                (along > length && i + 2 == line->count && line->open_end))
                place.distance = across * line->outward;
        }
        before += length;
    }
    return place;
}
