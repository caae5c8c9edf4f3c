/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/view_check.h"

#include <math.h>
#include <stdio.h>

#include "base/log.h"
#include "commands/camera.h"
#include "commands/sides_check.h"
#include "config/units.h"
#include "detect/regions.h"
#include "detect/scale.h"

enum { WIDTH = 320, SHORTEST = 10 /* pixels, of somebody who is found: `make quality` */ };

/* Of the frames; 16:9 where nothing is said. */
static float aspect_of(const struct ww_site_camera *camera)
{
    uint32_t width, height;
    if (camera->capture.size && ww_parse_dimensions(camera->capture.size, &width, &height))
        return (float)height / (float)width;
    return 9.0f / 16;
}

static size_t common_pixels(const struct ww_bitplane *a, const struct ww_bitplane *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->stride * a->height; i++)
        count += (size_t)__builtin_popcountll(a->words[i] & b->words[i]);
    return count;
}

static int check_ignored(const struct ww_site_camera *camera, const struct ww_camera_view *view, float aspect)
{
    const struct ww_detector_config config = {
        .width = WIDTH,
        .height = (uint32_t)(WIDTH * aspect),
        .regions = view->regions,
        .region_count = view->region_count,
        .ignored = view->ignored,
        .ignored_count = view->ignored_count,
    };
    struct ww_regions regions;
    struct ww_error error;
    int warnings = 0;
    if (ww_regions_create(&regions, &config, &error) != 0) {
        ww_log_about(WW_LOG_WARNING, camera->name, "%s", error.text);
        ww_regions_destroy(&regions);
        return 1;
    }
    for (size_t i = 0; i < view->region_count; i++) {
        size_t all = ww_bitplane_count(&regions.planes[i]);
        size_t seen = common_pixels(&regions.planes[i], &regions.visible);
        if (2 * seen >= all)
            continue;
        ww_log_about(WW_LOG_WARNING, camera->name,
                     "%s '%s' lies under what is ignored: %.0f %% of it is seen",
                     view->regions[i].kind == WW_REGION_WALL ? "wall" : "zone", view->region_names[i],
                     all > 0 ? 100.0 * (double)seen / (double)all : 0);
        warnings++;
    }
    ww_regions_destroy(&regions);
    return warnings;
}

static int check_size(const struct ww_site_camera *camera, const struct ww_camera_view *view, float aspect)
{
    float rows = (float)view->analysis_width * aspect;
    struct ww_scale scale =
        ww_scale_fit(camera->person, camera->person_count, view->analysis_width, (uint32_t)rows);
    int warnings = 0;
    for (unsigned i = 0; i < camera->wall_count && scale.known; i++) {
        const struct ww_site_wall *wall = &camera->walls[i];
        float least = INFINITY;
        for (unsigned p = 0; p < wall->line_count; p++)
            least = fminf(least, scale.at_top + scale.by_row * wall->line[p].y * rows);
        if (least >= SHORTEST)
            continue;
        ww_log_about(WW_LOG_WARNING, camera->name,
                     "at wall '%s' somebody is %.0f pixels tall, and less than %d are not found; "
                     "'analyse: {width: %.0f}' would do",
                     wall->name, (double)fmaxf(least, 0), SHORTEST,
                     ceil((double)view->analysis_width * SHORTEST / (double)fmaxf(least, 1) / 64) * 64);
        warnings++;
    }
    return warnings;
}

void ww_view_describe(const struct ww_site_camera *camera)
{
    float aspect = aspect_of(camera);
    for (unsigned i = 0; i < camera->wall_count; i++) {
        const struct ww_site_wall *wall = &camera->walls[i];
        const struct ww_region region = {.kind = WW_REGION_WALL,
                                         .points = wall->line,
                                         .point_count = wall->line_count,
                                         .outside = wall->outside};
        printf("    wall %s: who comes in goes %s in the picture\n", wall->name,
               ww_sides_inward(&region, aspect));
    }
}

static int check_drill(const struct ww_site_camera *camera)
{
    if (!camera->drill.every || camera->wall_count > 0)
        return 0;
    ww_log_about(WW_LOG_WARNING, camera->name,
                 "it is drilled every %s, and has no wall to be drilled at; drills begin when one is drawn",
                 camera->drill.every);
    return 1;
}

int ww_view_check(const struct ww_site_camera *camera)
{
    struct ww_camera made;
    struct ww_error error;
    float aspect = aspect_of(camera);
    int warnings = 0;
    if (ww_camera_create(&made, camera->name, camera, NULL, 0, &error) != 0)
        ww_log_about(WW_LOG_WARNING, camera->name, "%s", error.text);
    else
        warnings = check_ignored(camera, &made.view, aspect) + check_size(camera, &made.view, aspect) +
                   ww_sides_check(&made.view, aspect) + check_drill(camera);
    ww_camera_destroy(&made);
    return warnings;
}
