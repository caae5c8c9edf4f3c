/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/sides_check.h"

#include <math.h>

#include "base/log.h"
#include "detect/wall_line.h"

enum { WIDTH = 1000, MOST_STEPS = 16 };
static const float closes = 0.05f; /* of the picture: ends so near to each other make a ring */

static struct ww_point in_pixels(struct ww_point point, float aspect)
{
    return (struct ww_point){point.x * WIDTH, point.y * WIDTH * aspect};
}

/* How much of a region lies inside of a line: -1 all outside, 1 all inside; 0 where nothing can be told. */
static float side_of(const struct ww_wall_line *line, const struct ww_region *region, float aspect)
{
    int inside = 0, outside = 0;
    for (size_t i = 0; i < region->point_count; i++) {
        struct ww_point point = in_pixels(region->points[i], aspect);
        struct ww_wall_place place = ww_wall_line_place(line, point.x, point.y);
        inside += place.beside && place.distance > 1;
        outside += place.beside && place.distance < -1;
    }
    return inside + outside > 0 ? (float)(inside - outside) / (float)(inside + outside) : 0;
}

/* A point within the ring: the middle of its points, where that is within. */
static bool is_ring(const struct ww_region *wall)
{
    struct ww_point first = wall->points[0], last = wall->points[wall->point_count - 1];
    return wall->point_count >= 4 && hypotf(first.x - last.x, first.y - last.y) < closes;
}

static float ring_side(const struct ww_wall_line *line, const struct ww_region *wall, float aspect)
{
    struct ww_point middle = {0, 0};
    for (size_t i = 0; i < wall->point_count; i++) {
        middle.x += wall->points[i].x / (float)wall->point_count;
        middle.y += wall->points[i].y / (float)wall->point_count;
    }
    middle = in_pixels(middle, aspect);
    return ww_wall_line_place(line, middle.x, middle.y).distance;
}

const char *ww_sides_inward(const struct ww_region *wall, float aspect)
{
    static const char *const ways[8] = {"to the right", "down and to the right",
                                        "down",         "down and to the left",
                                        "to the left",  "up and to the left",
                                        "up",           "up and to the right"};
    struct ww_point a = in_pixels(wall->points[0], aspect);
    struct ww_point b = in_pixels(wall->points[wall->point_count - 1], aspect);
    if (is_ring(wall))
        return "into the ring";
    float dx = b.x - a.x, dy = b.y - a.y, sign = wall->outside == WW_OUTSIDE_LEFT ? 1 : -1;
    float turns = atan2f(dx * sign, -dy * sign) / (2 * (float)M_PI);
    return ways[(int)lroundf(turns * 8 + 8) % 8];
}

static int check_pair(const struct ww_camera_view *view, size_t a, size_t b, const struct ww_wall_line *lines,
                      float aspect)
{
    if (side_of(&lines[a], &view->regions[b], aspect) > -0.99f ||
        side_of(&lines[b], &view->regions[a], aspect) > -0.99f)
        return 0;
    ww_log_about(WW_LOG_WARNING, view->name,
                 "walls '%s' and '%s' lie outside of each other; is the 'outside:' of one of them swapped?",
                 view->region_names[a], view->region_names[b]);
    return 1;
}

static int check_zones(const struct ww_camera_view *view, size_t wall, const struct ww_wall_line *line,
                       float aspect)
{
    int outside = 0, others = 0;
    for (size_t i = 0; i < view->region_count; i++) {
        if (view->regions[i].kind != WW_REGION_ZONE)
            continue;
        if (side_of(line, &view->regions[i], aspect) <= -0.99f)
            outside++;
        else
            others++;
    }
    if (outside == 0 || others > 0)
        return 0;
    ww_log_about(WW_LOG_WARNING, view->name,
                 "all zones lie outside of wall '%s': who comes in over it goes %s in the picture; is its "
                 "'outside:' swapped?",
                 view->region_names[wall], ww_sides_inward(&view->regions[wall], aspect));
    return 1;
}

static int check_wall(const struct ww_camera_view *view, size_t wall, const struct ww_wall_line *lines,
                      float aspect)
{
    int warnings = check_zones(view, wall, &lines[wall], aspect);
    const struct ww_region *region = &view->regions[wall];
    if (is_ring(region) && ring_side(&lines[wall], region, aspect) < 0) {
        ww_log_about(WW_LOG_WARNING, view->name,
                     "wall '%s' goes around a place that is its outside; is its 'outside:' swapped?",
                     view->region_names[wall]);
        warnings++;
    }
    for (size_t i = 0; i < wall; i++)
        if (view->regions[i].kind == WW_REGION_WALL)
            warnings += check_pair(view, i, wall, lines, aspect);
    return warnings;
}

int ww_sides_check(const struct ww_camera_view *view, float aspect)
{
    struct ww_wall_line lines[WW_MAX_REGIONS] = {0};
    bool whole = true;
    int warnings = 0;
    for (size_t i = 0; i < view->region_count && whole; i++)
        if (view->regions[i].kind == WW_REGION_WALL)
            whole = ww_wall_line_create(&lines[i], &view->regions[i], WIDTH, (uint32_t)(WIDTH * aspect)) == 0;
    for (size_t i = 0; i < view->region_count && whole; i++)
        if (view->regions[i].kind == WW_REGION_WALL)
            warnings += check_wall(view, i, lines, aspect);
    for (size_t i = 0; i < view->region_count; i++)
        ww_wall_line_destroy(&lines[i]);
    return warnings;
}
