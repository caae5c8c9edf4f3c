/* What one camera is watched for, however that was asked for. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CAMERA_H
#define WW_COMMANDS_CAMERA_H

#include <wallwatch/detector.h>

#include "config/schedule.h"
#include "config/site.h"
#include "sink/recorder.h"
#include "sink/sink.h"

enum {
    WW_DEFAULT_ANALYSIS_WIDTH = 640, /* pixels */
    WW_DEFAULT_ANALYSIS_RATE = 15,   /* frames a second */
    WW_DEFAULT_BEFORE = 5,
    WW_DEFAULT_AFTER = 10
};

/* The region with number i is called region_names[i]. */
struct ww_camera_view {
    const char *name;
    const struct ww_region *regions;
    const char *const *region_names;
    const enum ww_severity *region_severities;
    size_t region_count;
    const struct ww_polygon *ignored;
    size_t ignored_count;
    enum ww_sensitivity sensitivity;
    enum ww_model model;
    const struct ww_person_height *person;
    size_t person_count;
    const struct ww_schedule *schedule; /* NULL: armed always */
    double event_gap;                   /* seconds; 0: the default */
    uint32_t analysis_width;            /* pixels */
    double analysis_rate;               /* frames a second; 0: all */
    double drill_every;                 /* seconds; 0: only when asked */
    bool crop;                          /* a picture of the intruder alone is made, too */
    enum ww_record_mode record;
    double record_before, record_after; /* seconds */
};

/* A rectangle in pixels of the source's frames. */
struct ww_rectangle {
    int x, y, width, height;
};

/* May be moved: nothing in it points into it. */
struct ww_camera {
    struct ww_camera_view view;
    char *name;
    struct ww_region *regions;
    char **region_names;
    enum ww_severity *severities;
    struct ww_schedule *schedule;
    struct ww_point *corners; /* of the rectangles, four each */
    const struct ww_rectangle *rectangles;
    size_t rectangle_count;
    bool fitted;
    uint64_t last_key; /* of an event of this camera in the sink */
};

/* `config` (NULL: the whole frame at normal sensitivity) and the rectangles, which are further zones
 * called zone-1, zone-2, …, are lent until the camera is destroyed. `name` is copied. Returns 0 or a
 * negative errno, -ERANGE for too many of them; the camera must be destroyed either way. */
int ww_camera_create(struct ww_camera *camera, const char *name, const struct ww_site_camera *config,
                     const struct ww_rectangle *rectangles, size_t rectangle_count, struct ww_error *error);

/* Puts the rectangles where they belong in frames of this size, the first time that it is called.
 * -ERANGE where one lies outside. */
int ww_camera_fit(struct ww_camera *camera, uint32_t width, uint32_t height, struct ww_error *error);

/* motion, approach, … as the log says it */
const char *ww_event_type_name(enum ww_event_type type);

/* For planes of this size, of a source of that size, on one thread; lends what the view lends. */
struct ww_detector_config ww_camera_detection(const struct ww_camera_view *view, uint32_t width,
                                              uint32_t height, uint32_t source_width, uint32_t source_height);

/* What records clips of it. NULL: no memory. */
struct ww_recorder *ww_camera_recorder(const struct ww_camera_view *view, struct ww_sink *sink);

void ww_camera_destroy(struct ww_camera *camera);

#endif
