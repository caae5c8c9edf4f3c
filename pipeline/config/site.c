/* SPDX-License-Identifier: Apache-2.0 */
#include "config/site.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/document.h"
#include "config/schedule.h"
#include "config/schema.h"
#include "config/units.h"

enum { PATH_TEXT = 128 };

static const float default_strip = 0.08f;

static void *allocate(void *context, void *memory, size_t size)
{
    (void)context;
    if (size == 0) {
        free(memory);
        return NULL;
    }
    return realloc(memory, size);
}

static const cyaml_config_t loading = {.mem_fn = allocate};

/* What libcyaml does not know of. */
static void free_own(struct ww_site_camera *camera)
{
    for (size_t i = 0; i < camera->capture.control_count; i++) {
        free(camera->capture.controls[i].name);
        free(camera->capture.controls[i].value);
    }
    free(camera->capture.controls);
    for (size_t i = 0; i < camera->ignored_count; i++)
        free((void *)(uintptr_t)camera->ignored[i].points);
    free(camera->ignored);
    camera->ignored = NULL;
    camera->ignored_count = 0;
}

void ww_site_free(struct ww_site *site)
{
    if (!site)
        return;
    for (unsigned i = 0; i < site->camera_count; i++)
        free_own(&site->cameras[i]);
    cyaml_free(&loading, &ww_site_schema, site, 0);
}

const struct ww_site_camera *ww_site_find(const struct ww_site *site, const char *name)
{
    for (unsigned i = 0; i < site->camera_count; i++)
        if (strcmp(site->cameras[i].name, name) == 0)
            return &site->cameras[i];
    return NULL;
}

/* --- what the schema cannot say ---------------------------------------------------------------- */

struct judge {
    struct ww_document *document;
    struct ww_error *error;
    char path[PATH_TEXT];
};

static void at(struct judge *judge, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void at(struct judge *judge, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(judge->path, sizeof judge->path, format, args);
    va_end(args);
}

static int fail(struct judge *judge, const char *reason, const char *value)
{
    return ww_document_fail(judge->document, judge->path, judge->error, "%s, not '%.60s'", reason, value);
}

static int check_points(struct judge *judge, const struct ww_point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(points[i].x >= 0 && points[i].x <= 1 && points[i].y >= 0 && points[i].y <= 1))
            return ww_document_fail(judge->document, judge->path, judge->error,
                                    "point %zu is [%g, %g]; coordinates are fractions of the frame, 0 to 1",
                                    i + 1, (double)points[i].x, (double)points[i].y);
    return 0;
}

static int check_area(struct judge *judge, const struct ww_point *points, size_t count)
{
    float twice = 0;
    for (size_t i = 0, j = count - 1; i < count; j = i++)
        twice += points[j].x * points[i].y - points[i].x * points[j].y;
    if (fabsf(twice) < 1e-6f)
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "the polygon has no area; its points lie on one line");
    return 0;
}

static float turn(struct ww_point a, struct ww_point b, struct ww_point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static bool cross(struct ww_point a, struct ww_point b, struct ww_point c, struct ww_point d)
{
    return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/* Or nobody could tell its sides. */
static int check_line(struct judge *judge, const struct ww_site_wall *wall)
{
    const struct ww_point *line = wall->line;
    int code = check_points(judge, line, wall->line_count);
    for (unsigned i = 0; i + 1 < wall->line_count && code == 0; i++) {
        if (line[i].x == line[i + 1].x && line[i].y == line[i + 1].y)
            return ww_document_fail(judge->document, judge->path, judge->error,
                                    "points %u and %u are the same; a wall needs length between them", i + 1,
                                    i + 2);
        for (unsigned j = 0; j + 1 < i; j++)
            if (cross(line[i], line[i + 1], line[j], line[j + 1]))
                return ww_document_fail(judge->document, judge->path, judge->error,
                                        "the line crosses itself between points %u and %u; make two walls of "
                                        "it",
                                        i + 1, i + 2);
    }
    return code;
}

static int check_dwell(struct judge *judge, const char *dwell)
{
    double seconds;
    if (dwell && !(ww_parse_duration(dwell, &seconds) && seconds > 0))
        return fail(judge, "a duration such as 5s or 2m was expected", dwell);
    return 0;
}

static int check_wall(struct judge *judge, unsigned camera, unsigned index, struct ww_site_wall *wall)
{
    at(judge, "cameras/%u/walls/%u/strip", camera, index);
    if (!ww_document_find(judge->document, judge->path))
        wall->strip = default_strip;
    if (!(wall->strip > 0 && wall->strip <= 1))
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "%g is no depth; more than 0, up to 1 was expected", (double)wall->strip);
    at(judge, "cameras/%u/walls/%u/dwell", camera, index);
    int code = check_dwell(judge, wall->dwell);
    if (code != 0)
        return code;
    at(judge, "cameras/%u/walls/%u/line", camera, index);
    return check_line(judge, wall);
}

static int check_zone(struct judge *judge, unsigned camera, unsigned index, const struct ww_site_zone *zone)
{
    at(judge, "cameras/%u/zones/%u/dwell", camera, index);
    int code = check_dwell(judge, zone->dwell);
    at(judge, "cameras/%u/zones/%u/polygon", camera, index);
    if (code == 0)
        code = check_points(judge, zone->polygon, zone->polygon_count);
    return code == 0 ? check_area(judge, zone->polygon, zone->polygon_count) : code;
}

static bool read_number(const yaml_node_t *node, float *number)
{
    char *end;
    if (!node || node->type != YAML_SCALAR_NODE)
        return false;
    const char *text = (const char *)node->data.scalar.value;
    *number = strtof(text, &end);
    return end != text && !*end;
}

static int read_polygon(struct judge *judge, const yaml_node_t *list, struct ww_polygon *polygon)
{
    size_t count = ww_document_count(list);
    if (count < 3)
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "a polygon needs at least 3 points, there %s %zu", count == 1 ? "is" : "are",
                                count);
    struct ww_point *points = calloc(count, sizeof *points);
    if (!points)
        return ww_fail(judge->error, -ENOMEM, "cannot read '%s': out of memory", judge->document->name);
    polygon->points = points;
    polygon->point_count = count;
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *pair = ww_document_entry(judge->document, list, i);
        if (ww_document_count(pair) != 2 ||
            !read_number(ww_document_entry(judge->document, pair, 0), &points[i].x) ||
            !read_number(ww_document_entry(judge->document, pair, 1), &points[i].y))
            return ww_document_fail(judge->document, judge->path, judge->error,
                                    "point %zu is no pair of numbers such as [0.1, 0.2]", i + 1);
    }
    int code = check_points(judge, points, count);
    return code == 0 ? check_area(judge, points, count) : code;
}

static int read_ignored(struct judge *judge, unsigned index, struct ww_site_camera *camera)
{
    at(judge, "cameras/%u/ignore", index);
    const yaml_node_t *list = ww_document_find(judge->document, judge->path);
    size_t count = ww_document_count(list);
    if (!list)
        return 0;
    if (list->type != YAML_SEQUENCE_NODE)
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "a list of polygons was expected");
    camera->ignored = calloc(count + 1, sizeof *camera->ignored);
    if (!camera->ignored)
        return ww_fail(judge->error, -ENOMEM, "cannot read '%s': out of memory", judge->document->name);
    for (size_t i = 0; i < count; i++) {
        at(judge, "cameras/%u/ignore/%zu", index, i);
        int code = read_polygon(judge, ww_document_entry(judge->document, list, i),
                                &camera->ignored[camera->ignored_count++]);
        if (code != 0)
            return code;
    }
    return 0;
}

static int read_controls(struct judge *judge, unsigned index, struct ww_site_capture *capture)
{
    const yaml_node_t *key, *value;
    at(judge, "cameras/%u/capture/controls", index);
    const yaml_node_t *node = ww_document_find(judge->document, judge->path);
    if (!node)
        return 0;
    if (node->type != YAML_MAPPING_NODE)
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "names with numbers were expected, such as 'power_line_frequency: 1'");
    for (size_t i = 0; ww_document_pair(judge->document, node, i, &key, &value); i++) {
        if (!ww_document_text(key) || !ww_document_text(value))
            return ww_document_fail(judge->document, judge->path, judge->error,
                                    "a control takes a number, or the name of one of its choices");
        struct ww_site_control *grown = realloc(capture->controls, (i + 1) * sizeof *grown);
        if (!grown)
            return ww_fail(judge->error, -ENOMEM, "cannot read '%s': out of memory", judge->document->name);
        capture->controls = grown;
        grown[capture->control_count++] =
            (struct ww_site_control){strdup(ww_document_text(key)), strdup(ww_document_text(value))};
        if (!grown[i].name || !grown[i].value)
            return ww_fail(judge->error, -ENOMEM, "cannot read '%s': out of memory", judge->document->name);
    }
    return 0;
}

static int check_capture(struct judge *judge, unsigned index, struct ww_site_capture *capture)
{
    uint32_t width, height;
    double stall;
    at(judge, "cameras/%u/capture/stall", index);
    if (capture->stall && !(ww_parse_duration(capture->stall, &stall) && stall >= 0.1))
        return fail(judge, "a duration such as 10s was expected, 100ms at least", capture->stall);
    at(judge, "cameras/%u/capture/size", index);
    if (capture->size && !ww_parse_dimensions(capture->size, &width, &height))
        return fail(judge, "a size such as 1280x720 was expected", capture->size);
    at(judge, "cameras/%u/capture/fps", index);
    if (ww_document_find(judge->document, judge->path) && !(capture->fps > 0 && capture->fps <= 1000))
        return ww_document_fail(judge->document, judge->path, judge->error, "%g is no rate; 1 to 1000 is",
                                (double)capture->fps);
    return read_controls(judge, index, capture);
}

static int check_analyse(struct judge *judge, unsigned index, const struct ww_site_analyse *analyse)
{
    at(judge, "cameras/%u/analyse/width", index);
    if (ww_document_find(judge->document, judge->path) &&
        (analyse->width < 64 || analyse->width > WW_MAX_PLANE))
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "%u pixels is no width to analyse; 64 to %d is", analyse->width,
                                WW_MAX_PLANE);
    at(judge, "cameras/%u/analyse/fps", index);
    if (ww_document_find(judge->document, judge->path) && !(analyse->fps > 0 && analyse->fps <= 1000))
        return ww_document_fail(judge->document, judge->path, judge->error, "%g is no rate; up to 1000 is",
                                (double)analyse->fps);
    return 0;
}

static int check_person(struct judge *judge, unsigned index, const struct ww_site_camera *camera)
{
    at(judge, "cameras/%u/person", index);
    for (unsigned i = 0; i < camera->person_count; i++) {
        const struct ww_person_height *p = &camera->person[i];
        if (!(p->x >= 0 && p->x <= 1 && p->y >= 0 && p->y <= 1 && p->height > 0 && p->height <= 1))
            return ww_document_fail(judge->document, judge->path, judge->error,
                                    "entry %u is [%g, %g, %g]; x, y and height are fractions of the frame, "
                                    "0 to 1",
                                    i + 1, (double)p->x, (double)p->y, (double)p->height);
    }
    return 0;
}

static int check_record(struct judge *judge, unsigned index, const struct ww_site_camera *camera)
{
    const struct {
        const char *key, *value;
        double longest;
    } durations[] = {{"pre", camera->pre, 60}, {"post", camera->post, 600}};
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        double seconds;
        at(judge, "cameras/%u/%s", index, durations[i].key);
        if (durations[i].value &&
            !(ww_parse_duration(durations[i].value, &seconds) && seconds <= durations[i].longest))
            return fail(judge,
                        i == 0 ? "a duration such as 5s was expected, 60s at most"
                               : "a duration such as 10s was expected, 10m at most",
                        durations[i].value);
    }
    return 0;
}

static int check_drill(struct judge *judge, unsigned index, const struct ww_site_camera *camera)
{
    double seconds;
    at(judge, "cameras/%u/drill/every", index);
    if (camera->drill.every && !(ww_parse_duration(camera->drill.every, &seconds) && seconds >= 10))
        return fail(judge, "a duration such as 6h was expected, 10s at least", camera->drill.every);
    return 0;
}

/* Regions are told apart by name in the log. */
static int check_region_names(struct judge *judge, unsigned index, const struct ww_site_camera *camera)
{
    unsigned count = camera->wall_count + camera->zone_count;
    if (count > WW_MAX_REGIONS) {
        at(judge, "cameras/%u", index);
        return ww_document_fail(judge->document, judge->path, judge->error,
                                "%u walls and zones are more than the %d of one camera", count,
                                WW_MAX_REGIONS);
    }
    for (unsigned i = 0; i < count; i++) {
        bool wall = i < camera->wall_count;
        unsigned own = wall ? i : i - camera->wall_count;
        const char *name = wall ? camera->walls[own].name : camera->zones[own].name;
        at(judge, "cameras/%u/%s/%u/name", index, wall ? "walls" : "zones", own);
        for (unsigned j = 0; j < i; j++) {
            const char *other =
                j < camera->wall_count ? camera->walls[j].name : camera->zones[j - camera->wall_count].name;
            if (strcmp(name, other) == 0)
                return fail(judge, "a name that no other wall or zone of the camera has was expected", name);
        }
    }
    return 0;
}

static int check_camera(struct judge *judge, struct ww_site *site, unsigned index)
{
    struct ww_site_camera *camera = &site->cameras[index];
    int code = read_ignored(judge, index, camera);
    for (unsigned i = 0; i < camera->wall_count && code == 0; i++)
        code = check_wall(judge, index, i, &camera->walls[i]);
    for (unsigned i = 0; i < camera->zone_count && code == 0; i++)
        code = check_zone(judge, index, i, &camera->zones[i]);
    if (code == 0)
        code = check_region_names(judge, index, camera);
    if (code == 0)
        code = check_capture(judge, index, &camera->capture);
    if (code == 0)
        code = check_analyse(judge, index, &camera->analyse);
    if (code == 0)
        code = check_person(judge, index, camera);
    if (code == 0)
        code = check_drill(judge, index, camera);
    if (code == 0)
        code = check_record(judge, index, camera);
    at(judge, "cameras/%u", index);
    if (code == 0)
        code = ww_document_digest(judge->document, ww_document_find(judge->document, judge->path),
                                  camera->digest);
    struct ww_schedule schedule;
    at(judge, "cameras/%u/armed", index);
    if (code == 0 && camera->armed && !ww_schedule_parse(&schedule, camera->armed))
        code =
            fail(judge,
                 "days and hours such as \"18:00-06:00\" or \"mon-fri 18:00-06:00, sat-sun\" were expected",
                 camera->armed);
    at(judge, "cameras/%u/name", index);
    for (unsigned i = 0; i < index && code == 0; i++)
        if (strcmp(site->cameras[i].name, camera->name) == 0)
            code = fail(judge, "a name that no other camera has was expected", camera->name);
    return code;
}

static int check_access(struct judge *judge, const struct ww_site_access *access)
{
    at(judge, "access/key");
    if (access->key && !access->certificate)
        return fail(judge, "a certificate beside it, whose key it is, was expected", access->key);
    return 0;
}

static int check_store(struct judge *judge, const struct ww_site_store *store)
{
    double seconds;
    uint64_t bytes;
    at(judge, "store/keep");
    if (store->keep && !ww_parse_duration(store->keep, &seconds))
        return fail(judge, "a duration such as 30d was expected", store->keep);
    at(judge, "store/max");
    if (store->max && !ww_parse_size(store->max, &bytes))
        return fail(judge, "a size such as 50GB was expected", store->max);
    at(judge, "store/min_free");
    if (store->min_free && !ww_parse_size(store->min_free, &bytes))
        return fail(judge, "a size such as 2GB was expected", store->min_free);
    return 0;
}

static int check_timezone(struct judge *judge, const char *timezone)
{
    at(judge, "timezone");
    if (!timezone || ww_clock_knows_zone(timezone))
        return 0;
    return fail(
        judge,
        "a time zone that this machine has was expected, such as Asia/Karachi ('timedatectl list-timezones'; "
        "Debian's package is tzdata)",
        timezone);
}

static int check_site(struct ww_document *document, struct ww_site *site, struct ww_error *error)
{
    struct judge judge = {.document = document, .error = error};
    int code = check_timezone(&judge, site->timezone);
    if (code == 0)
        code = check_access(&judge, &site->access);
    if (code == 0)
        code = check_store(&judge, &site->store);
    for (unsigned i = 0; i < site->camera_count && code == 0; i++)
        code = check_camera(&judge, site, i);
    return code;
}

static int parse(struct ww_site **site, const cyaml_schema_value_t *schema, const char *name,
                 const char *text, size_t size, struct ww_error *error)
{
    struct ww_document document;
    *site = NULL;
    int code = ww_document_parse(&document, name, text, size, error);
    if (code != 0)
        return code;
    code = ww_document_check(&document, schema, error);
    if (code == 0) {
        cyaml_err_t loaded =
            cyaml_load_data((const uint8_t *)text, size, &loading, schema, (cyaml_data_t **)site, NULL);
        if (loaded != CYAML_OK)
            code = ww_fail(error, loaded == CYAML_ERR_OOM ? -ENOMEM : -EINVAL, "%s: %s", name,
                           cyaml_strerror(loaded));
    }
    if (code == 0)
        code = check_site(&document, *site, error);
    ww_document_free(&document);
    if (code != 0) {
        ww_site_free(*site);
        *site = NULL;
    }
    return code;
}

int ww_site_parse(struct ww_site **site, const char *name, const char *text, size_t size,
                  struct ww_error *error)
{
    return parse(site, &ww_site_schema, name, text, size, error);
}

int ww_site_parse_drawn(struct ww_site **site, const char *name, const char *text, size_t size,
                        struct ww_error *error)
{
    return parse(site, &ww_drawn_schema, name, text, size, error);
}
