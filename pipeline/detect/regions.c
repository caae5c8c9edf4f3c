/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/regions.h"

#include <errno.h>
#include <math.h>

static void set_pixel(struct ww_bitplane *plane, uint32_t x, uint32_t y)
{
    ww_bitplane_row(plane, y)[x / 64] |= UINT64_C(1) << (x % 64);
}

/* Even-odd rule at the pixel's centre (M. Shimrat, "Algorithm 112", CACM 1962). */
static bool inside(const struct ww_point *points, size_t count, float x, float y)
{
    bool in = false;
    for (size_t i = 0, j = count - 1; i < count; j = i++) {
        if ((points[i].y > y) == (points[j].y > y))
            continue;
        float crossing =
            points[i].x + (y - points[i].y) / (points[j].y - points[i].y) * (points[j].x - points[i].x);
        if (x < crossing)
            in = !in;
    }
    return in;
}

static void draw_polygon(struct ww_bitplane *plane, const struct ww_point *points, size_t count)
{
    for (uint32_t y = 0; y < plane->height; y++) {
        float fy = ((float)y + 0.5f) / (float)plane->height;
        for (uint32_t x = 0; x < plane->width; x++)
            if (inside(points, count, ((float)x + 0.5f) / (float)plane->width, fy))
                set_pixel(plane, x, y);
    }
}

/* Distances are in picture heights, in a picture whose pixels are square. */
static float distance_squared(struct ww_point p, struct ww_point a, struct ww_point b)
{
    float dx = b.x - a.x, dy = b.y - a.y;
    float length_squared = dx * dx + dy * dy;
    float along = 0;
    if (length_squared > 0) {
        along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length_squared;
        along = along < 0 ? 0 : along > 1 ? 1 : along;
    }
    float ex = p.x - a.x - along * dx, ey = p.y - a.y - along * dy;
    return ex * ex + ey * ey;
}

static void draw_strip(struct ww_bitplane *plane, const struct ww_point *points, size_t count, float strip)
{
    float aspect = (float)plane->width / (float)plane->height;
    for (uint32_t y = 0; y < plane->height; y++) {
        for (uint32_t x = 0; x < plane->width; x++) {
            struct ww_point p = {((float)x + 0.5f) / (float)plane->height,
                                 ((float)y + 0.5f) / (float)plane->height};
            for (size_t i = 0; i + 1 < count; i++) {
                struct ww_point a = {points[i].x * aspect, points[i].y};
                struct ww_point b = {points[i + 1].x * aspect, points[i + 1].y};
                if (distance_squared(p, a, b) <= strip * strip) {
                    set_pixel(plane, x, y);
                    break;
                }
            }
        }
    }
}

static int check_points(const char *what, size_t index, const struct ww_point *points, size_t count,
                        size_t least, struct ww_error *error)
{
    if (count < least)
        return ww_fail(error, -EINVAL, "%s %zu has %zu points; it needs at least %zu", what, index, count,
                       least);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            return ww_fail(error, -EINVAL, "%s %zu: point %zu is not a number", what, index, i);
    return 0;
}

static int draw_region(struct ww_bitplane *plane, const struct ww_region *region, size_t index,
                       struct ww_error *error)
{
    bool wall = region->kind == WW_REGION_WALL;
    int code =
        check_points(wall ? "wall" : "zone", index, region->points, region->point_count, wall ? 2 : 3, error);
    if (code != 0)
        return code;
    if (wall && !(region->strip > 0 && region->strip <= 1))
        return ww_fail(error, -EINVAL, "wall %zu: its strip is not in 0–1", index);
    if (wall)
        draw_strip(plane, region->points, region->point_count, region->strip);
    else
        draw_polygon(plane, region->points, region->point_count);
    return 0;
}

static int subtract_ignored(struct ww_regions *regions, const struct ww_detector_config *config,
                            struct ww_error *error)
{
    struct ww_bitplane ignored;
    if (ww_bitplane_create(&ignored, config->width, config->height) != 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = 0;
    for (size_t i = 0; i < config->ignored_count && code == 0; i++) {
        const struct ww_polygon *polygon = &config->ignored[i];
        code = check_points("ignored polygon", i, polygon->points, polygon->point_count, 3, error);
        if (code == 0)
            draw_polygon(&ignored, polygon->points, polygon->point_count);
    }
    for (size_t i = 0; i < ignored.stride * ignored.height; i++)
        regions->visible.words[i] &= ~ignored.words[i];
    ww_bitplane_destroy(&ignored);
    return code;
}

static void fill(struct ww_bitplane *plane)
{
    for (uint32_t y = 0; y < plane->height; y++)
        for (size_t i = 0; i < plane->stride; i++)
            ww_bitplane_row(plane, y)[i] = ww_bits_between(i, 0, plane->width);
}

static uint64_t regions_at(const struct ww_regions *regions, uint32_t x, uint32_t y)
{
    uint64_t here = 0;
    for (size_t i = 0; i < regions->count; i++)
        here |= (ww_bitplane_row(&regions->planes[i], y)[x / 64] >> (x % 64) & 1) << i;
    return here;
}

/* Few bytes, however many regions there are: each run of each frame asks for them. */
static int find_spans(struct ww_regions *regions)
{
    uint32_t width = regions->visible.width, height = regions->visible.height;
    size_t count = 0, room = 0;
    for (uint32_t y = 0; y < height; y++) {
        regions->first[y] = count;
        for (uint32_t x = 0; x < width; x++) {
            uint64_t here = regions_at(regions, x, y);
            if (x > 0 && here == regions->spans[count - 1].regions) {
                regions->spans[count - 1].end = x + 1;
                continue;
            }
            if (count == room) {
                room = 2 * room + height;
                struct ww_region_span *more = realloc(regions->spans, room * sizeof *more);
                if (!more)
                    return -ENOMEM;
                regions->spans = more;
            }
            regions->spans[count++] = (struct ww_region_span){here, x + 1};
        }
    }
    regions->first[height] = count;
    return 0;
}

static int draw_all(struct ww_regions *regions, const struct ww_detector_config *config,
                    struct ww_error *error)
{
    for (size_t i = 0; i < config->region_count; i++) {
        if (ww_bitplane_create(&regions->planes[i], config->width, config->height) != 0)
            return ww_fail(error, -ENOMEM, "out of memory");
        int code = draw_region(&regions->planes[i], &config->regions[i], i, error);
        if (code != 0)
            return code;
    }
    fill(&regions->visible);
    if (find_spans(regions) != 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    return config->ignored_count ? subtract_ignored(regions, config, error) : 0;
}

int ww_regions_create(struct ww_regions *regions, const struct ww_detector_config *config,
                      struct ww_error *error)
{
    *regions = (struct ww_regions){.count = config->region_count};
    if (config->region_count > WW_MAX_REGIONS)
        return ww_fail(error, -EINVAL, "there are %zu regions; one camera can have %d", config->region_count,
                       WW_MAX_REGIONS);
    regions->planes = calloc(config->region_count + 1, sizeof *regions->planes);
    regions->first = calloc((size_t)config->height + 1, sizeof *regions->first);
    if (!regions->planes || !regions->first ||
        ww_bitplane_create(&regions->visible, config->width, config->height) != 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    return draw_all(regions, config, error);
}

void ww_regions_destroy(struct ww_regions *regions)
{
    for (size_t i = 0; regions->planes && i < regions->count; i++)
        ww_bitplane_destroy(&regions->planes[i]);
    free(regions->planes);
    free(regions->spans);
    free(regions->first);
    regions->planes = NULL;
    regions->spans = NULL;
    regions->first = NULL;
    ww_bitplane_destroy(&regions->visible);
}

uint64_t ww_regions_touched(const struct ww_regions *regions, uint32_t y, uint32_t start, uint32_t end)
{
    uint64_t touched = 0;
    if (regions->count == 0)
        return 1;
    const struct ww_region_span *span = regions->spans + regions->first[y];
    while (span->end <= start)
        span++;
    for (touched = span->regions; span->end < end; touched |= span->regions)
        span++;
    return touched;
}
