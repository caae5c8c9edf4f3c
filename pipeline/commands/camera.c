/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/camera.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/units.h"

static void add_region(struct ww_camera *camera, const char *name, enum ww_severity severity,
                       struct ww_region region)
{
    size_t index = camera->view.region_count++;
    camera->regions[index] = region;
    camera->severities[index] = severity;
    camera->region_names[index] = name ? strdup(name) : NULL;
}

static unsigned tells_of(const enum ww_alarm *alarms, unsigned count)
{
    static const enum ww_event_type types[] = {
        [WW_ALARM_INWARD] = WW_EVENT_BREACH,     [WW_ALARM_OUTWARD] = WW_EVENT_EXIT,
        [WW_ALARM_APPROACH] = WW_EVENT_APPROACH, [WW_ALARM_LOITER] = WW_EVENT_LOITER,
        [WW_ALARM_CLIMB] = WW_EVENT_CLIMB,       [WW_ALARM_MOTION] = WW_EVENT_MOTION,
    };
    unsigned tells = 0;
    for (unsigned i = 0; i < count; i++)
        tells |= WW_TELLS(types[alarms[i]]);
    return tells;
}

static double seconds_of(const char *duration)
{
    double seconds = 0;
    if (duration)
        ww_parse_duration(duration, &seconds); /* it was checked */
    return seconds;
}

/* 0 or -ENOMEM. */
static int add_configured(struct ww_camera *camera, const struct ww_site_camera *config)
{
    for (unsigned i = 0; i < config->wall_count; i++) {
        const struct ww_site_wall *wall = &config->walls[i];
        add_region(camera, wall->name, wall->severity,
                   (struct ww_region){.kind = WW_REGION_WALL,
                                      .points = wall->line,
                                      .point_count = wall->line_count,
                                      .strip = wall->strip,
                                      .outside = wall->outside,
                                      .tells = tells_of(wall->alarm, wall->alarm_count),
                                      .dwell = seconds_of(wall->dwell)});
    }
    for (unsigned i = 0; i < config->zone_count; i++) {
        const struct ww_site_zone *zone = &config->zones[i];
        add_region(camera, zone->name, zone->severity,
                   (struct ww_region){.kind = WW_REGION_ZONE,
                                      .points = zone->polygon,
                                      .point_count = zone->polygon_count,
                                      .tells = tells_of(zone->alarm, zone->alarm_count),
                                      .dwell = seconds_of(zone->dwell)});
    }
    if (config->armed) {
        camera->schedule = calloc(1, sizeof *camera->schedule);
        if (!camera->schedule)
            return -ENOMEM;
        ww_schedule_parse(camera->schedule, config->armed); /* it was checked */
        camera->view.schedule = camera->schedule;
    }
    camera->view.ignored = config->ignored;
    camera->view.ignored_count = config->ignored_count;
    camera->view.sensitivity = config->sensitivity;
    camera->view.model = config->analyse.model;
    camera->view.person = config->person;
    camera->view.person_count = config->person_count;
    camera->view.drill_every = seconds_of(config->drill.every);
    camera->view.crop = config->crop;
    camera->view.record = (enum ww_record_mode)config->record;
    if (config->pre)
        camera->view.record_before = seconds_of(config->pre);
    if (config->post)
        camera->view.record_after = seconds_of(config->post);
    if (config->analyse.fps > 0)
        camera->view.analysis_rate = (double)config->analyse.fps;
    if (config->analyse.width)
        camera->view.analysis_width = config->analyse.width;
    return 0;
}

int ww_camera_create(struct ww_camera *camera, const char *name, const struct ww_site_camera *config,
                     const struct ww_rectangle *rectangles, size_t rectangle_count, struct ww_error *error)
{
    size_t configured = config ? config->wall_count + config->zone_count : 0;
    size_t count = configured + rectangle_count;
    *camera = (struct ww_camera){.rectangles = rectangles, .rectangle_count = rectangle_count};
    if (count > WW_MAX_REGIONS)
        return ww_fail(error, -ERANGE, "%zu walls and zones are more than the %d of one camera", count,
                       WW_MAX_REGIONS);
    camera->name = strdup(name);
    camera->regions = calloc(count + 1, sizeof *camera->regions);
    camera->region_names = calloc(count + 1, sizeof *camera->region_names);
    camera->severities = calloc(count + 1, sizeof *camera->severities);
    camera->corners = calloc(rectangle_count + 1, 4 * sizeof *camera->corners);
    if (!camera->name || !camera->regions || !camera->region_names || !camera->severities || !camera->corners)
        return ww_fail(error, -ENOMEM, "cannot watch '%s': out of memory", name);
    camera->view = (struct ww_camera_view){
        .name = camera->name,
        .regions = camera->regions,
        .region_names = (const char *const *)camera->region_names,
        .region_severities = camera->severities,
        .analysis_width = WW_DEFAULT_ANALYSIS_WIDTH,
        .analysis_rate = WW_DEFAULT_ANALYSIS_RATE,
        .record_before = WW_DEFAULT_BEFORE,
        .record_after = WW_DEFAULT_AFTER,
    };
    if (config && add_configured(camera, config) != 0)
        return ww_fail(error, -ENOMEM, "cannot watch '%s': out of memory", name);
    for (size_t i = 0; i < rectangle_count; i++) {
        char zone[32];
        snprintf(zone, sizeof zone, "zone-%zu", i + 1);
        add_region(
            camera, zone, WW_SEVERITY_NORMAL,
            (struct ww_region){.kind = WW_REGION_ZONE, .points = &camera->corners[4 * i], .point_count = 4});
    }
    for (size_t i = 0; i < count; i++)
        if (!camera->region_names[i])
            return ww_fail(error, -ENOMEM, "cannot watch '%s': out of memory", name);
    return 0;
}

int ww_camera_fit(struct ww_camera *camera, uint32_t width, uint32_t height, struct ww_error *error)
{
    if (camera->fitted)
        return 0;
    for (size_t i = 0; i < camera->rectangle_count; i++) {
        const struct ww_rectangle *zone = &camera->rectangles[i];
        if ((uint32_t)zone->x + (uint32_t)zone->width > width ||
            (uint32_t)zone->y + (uint32_t)zone->height > height)
            return ww_fail(error, -ERANGE, "zone %d,%d,%d,%d (X,Y,W,H) does not lie in frames of %ux%u",
                           zone->x, zone->y, zone->width, zone->height, width, height);
        float left = (float)zone->x / (float)width, right = (float)(zone->x + zone->width) / (float)width;
        float top = (float)zone->y / (float)height, bottom = (float)(zone->y + zone->height) / (float)height;
        struct ww_point *corners = &camera->corners[4 * i];
        corners[0] = (struct ww_point){left, top};
        corners[1] = (struct ww_point){right, top};
        corners[2] = (struct ww_point){right, bottom};
        corners[3] = (struct ww_point){left, bottom};
    }
    camera->fitted = true;
    return 0;
}

const char *ww_event_type_name(enum ww_event_type type)
{
    static const char *const names[] = {
        [WW_EVENT_MOTION] = "motion", [WW_EVENT_APPROACH] = "approach", [WW_EVENT_CLIMB] = "climb",
        [WW_EVENT_BREACH] = "breach", [WW_EVENT_EXIT] = "exit",         [WW_EVENT_LOITER] = "loiter",
        [WW_EVENT_TAMPER] = "tamper",
    };
    return names[type];
}

struct ww_detector_config ww_camera_detection(const struct ww_camera_view *view, uint32_t width,
                                              uint32_t height, uint32_t source_width, uint32_t source_height)
{
    return (struct ww_detector_config){
        .width = width,
        .height = height,
        .source_width = source_width,
        .source_height = source_height,
        .regions = view->regions,
        .region_count = view->region_count,
        .ignored = view->ignored,
        .ignored_count = view->ignored_count,
        .event_gap = view->event_gap,
        .sensitivity = view->sensitivity,
        .model = view->model,
        .person = view->person,
        .person_count = view->person_count,
        .threads = 1,
    };
}

struct ww_recorder *ww_camera_recorder(const struct ww_camera_view *view, struct ww_sink *sink)
{
    const struct ww_recorder_options options = {
        .mode = view->record,
        .before = view->record_before,
        .after = view->record_after,
        .camera = view->name,
        .writer = ww_sink_clips(sink),
    };
    return ww_recorder_create(&options);
}

void ww_camera_destroy(struct ww_camera *camera)
{
    for (size_t i = 0; i < camera->view.region_count; i++)
        free(camera->region_names[i]);
    free(camera->region_names);
    free(camera->regions);
    free(camera->severities);
    free(camera->schedule);
    free(camera->corners);
    free(camera->name);
    *camera = (struct ww_camera){0};
}
