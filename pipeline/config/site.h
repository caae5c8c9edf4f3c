/* The configuration: a site, its cameras, their walls and zones. SPDX-License-Identifier: Apache-2.0
 *
 * Coordinates are fractions of the frame, 0–1, origin top left. Texts that are not given are NULL,
 * numbers 0, lists empty, unless something else is said. */
#ifndef WW_CONFIG_SITE_H
#define WW_CONFIG_SITE_H

#include <wallwatch/detector.h>

#include "base/sha256.h"

enum ww_alarm {
    WW_ALARM_INWARD,
    WW_ALARM_OUTWARD,
    WW_ALARM_APPROACH,
    WW_ALARM_LOITER,
    WW_ALARM_CLIMB,
    WW_ALARM_MOTION,
};

enum ww_severity { WW_SEVERITY_NORMAL, WW_SEVERITY_LOW, WW_SEVERITY_HIGH };

struct ww_site_wall {
    char *name;
    struct ww_point *line; /* at least 2 */
    unsigned line_count;
    enum ww_outside outside;
    enum ww_alarm *alarm;
    unsigned alarm_count;
    float strip; /* half-depth, as a fraction of the height; default 0.08 */
    char *dwell; /* a duration */
    enum ww_severity severity;
};

struct ww_site_zone {
    char *name;
    struct ww_point *polygon; /* at least 3 */
    unsigned polygon_count;
    enum ww_alarm *alarm;
    unsigned alarm_count;
    char *dwell; /* a duration */
    enum ww_severity severity;
};

struct ww_site_control {
    char *name, *value;
};

struct ww_site_capture {
    char *format; /* mjpeg, yuyv, … */
    char *size;   /* 1280x720 */
    float fps;
    char *stall; /* a duration; how long without a frame before the camera counts as lost */
    struct ww_site_control *controls;
    size_t control_count;
};

struct ww_site_analyse {
    unsigned width; /* pixels; 0: the default */
    float fps;      /* 0: the default */
    enum ww_model model;
};

enum ww_recording { WW_RECORDS_EVENTS, WW_RECORDS_ALWAYS, WW_RECORDS_NONE };

struct ww_site_drill {
    char *every; /* a duration; NULL: only when asked */
};

struct ww_site_camera {
    char *name;
    char *source;
    struct ww_site_capture capture;
    struct ww_site_analyse analyse;
    enum ww_sensitivity sensitivity;
    struct ww_site_wall *walls;
    unsigned wall_count;
    struct ww_site_zone *zones;
    unsigned zone_count;
    struct ww_person_height *person;
    unsigned person_count;
    char *armed;
    struct ww_site_drill drill;
    bool crop;                /* a picture of the intruder alone */
    enum ww_recording record; /* what goes into clips */
    char *pre, *post;         /* durations, before and after an event */
    struct ww_polygon *ignored;
    size_t ignored_count;
    char digest[WW_SHA256_TEXT]; /* of all that is said of this camera; comments and layout do not count */
};

struct ww_site_store {
    char *path, *keep, *max, *min_free;
    char *key; /* a file; NULL: the log is not signed */
};

/* Who may open the console, and how the way there is kept secret. Files, from the configuration's folder on.
 */
struct ww_site_access {
    char *users;             /* NULL: console.users in the store */
    char *certificate, *key; /* PEM; key is NULL: it stands in the same file. Both are NULL: one is made */
};

struct ww_site {
    char *site;
    char *timezone; /* a name of the system's zone files; NULL: that of the process */
    char *console;  /* where its page is served, as of --console; NULL: nowhere */
    char *drawn;    /* the file of what is drawn on that page; NULL: its default */
    struct ww_site_access access;
    struct ww_site_store store;
    struct ww_site_camera *cameras; /* at least 1, names differ */
    unsigned camera_count;
};

/* Reads and checks a text. Returns 0 and a site that the caller frees, or a negative errno and a message with
 * `name`, which stands for the file, line, key and what was expected. */
int ww_site_parse(struct ww_site **site, const char *name, const char *text, size_t size,
                  struct ww_error *error);

/* The same of a text of cameras that have nothing but a name, walls, zones, ignored areas and a scale. */
int ww_site_parse_drawn(struct ww_site **site, const char *name, const char *text, size_t size,
                        struct ww_error *error);

/* Cameras of `site` get what is drawn for them in `drawn`, beside what they have; what is drawn for others
 * stays there. -EINVAL: a name is taken, or it is too much; `name` stands for the file that it was drawn in.
 */
int ww_site_add_drawn(struct ww_site *site, struct ww_site *drawn, const char *name, struct ww_error *error);

void ww_site_free(struct ww_site *site);

/* NULL where there is no camera of that name. */
const struct ww_site_camera *ww_site_find(const struct ww_site *site, const char *name);

#endif
