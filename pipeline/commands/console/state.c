/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/state.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <wallwatch/version.h>

#include "base/clock.h"
#include "base/temperature.h"
#include "commands/run_stats.h"
#include "commands/watched.h"

enum { OK = 200, UNAVAILABLE = 503 };
static const double interval = 1, stale = 10; /* seconds */

struct ww_console_state {
    char *site;
    double updated;       /* by the main thread alone until the lock is taken; ww_clock_monotonic() */
    pthread_mutex_t lock; /* of all below */
    double made;
    char *cameras, *metrics;
    size_t count, lost;
};

struct ww_console_state *ww_console_state_create(const char *site)
{
    struct ww_console_state *state = calloc(1, sizeof *state);
    char *copy = state ? strdup(site) : NULL;
    if (!copy) {
        free(state);
        return NULL;
    }
    state->site = copy;
    state->updated = -interval;
    pthread_mutex_init(&state->lock, NULL);
    return state;
}

void ww_console_state_destroy(struct ww_console_state *state)
{
    if (!state)
        return;
    pthread_mutex_destroy(&state->lock);
    free(state->cameras);
    free(state->metrics);
    free(state->site);
    free(state);
}

/* --- JSON ---------------------------------------------------------------------------------------------- */

static json_t *points_of(const struct ww_point *points, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("[f,f]", (double)points[i].x, (double)points[i].y));
    return list;
}

static json_t *regions_of(const struct ww_camera_view *view)
{
    json_t *list = json_array();
    for (size_t i = 0; i < view->region_count; i++) {
        const struct ww_region *region = &view->regions[i];
        bool wall = region->kind == WW_REGION_WALL;
        json_t *one =
            json_pack("{s:s, s:s, s:o}", "name", view->region_names[i], "kind", wall ? "wall" : "zone",
                      "points", points_of(region->points, region->point_count));
        if (wall)
            json_object_set_new(one, "strip", json_real(floor((double)region->strip * 1e4 + 0.5) / 1e4));
        if (wall)
            json_object_set_new(one, "outside",
                                json_string(region->outside == WW_OUTSIDE_LEFT ? "left" : "right"));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *camera_of(struct ww_watched *camera)
{
    struct ww_watched_report report;
    const struct ww_camera_view *view = &camera->camera.view;
    json_t *json = ww_run_stats_camera(camera);
    ww_watched_report(camera, &report);
    json_object_set_new(json, "latency_ms", json_real(report.latency * 1e3));
    json_object_set_new(json, "regions", regions_of(view));
    bool armed = !view->schedule || ww_schedule_is_armed(view->schedule, ww_clock_wall_us() / 1000000);
    json_object_set_new(json, "armed", json_boolean(armed));
    return json;
}

/* --- metrics ------------------------------------------------------------------------------------------- */

static void put_label(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\n')
            fputs("\\n", out);
        else
            fprintf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
}

struct metric {
    const char *name, *type, *help;
    double (*value)(const struct ww_watched_report *report);
};

static double is_up(const struct ww_watched_report *report)
{
    return report->state == WW_WATCHED_ONLINE;
}
static double captured(const struct ww_watched_report *report)
{
    return (double)report->captured;
}
static double analysed(const struct ww_watched_report *report)
{
    return (double)report->analysed;
}
static double dropped(const struct ww_watched_report *report)
{
    return (double)report->dropped;
}
static double corrupt(const struct ww_watched_report *report)
{
    return (double)report->corrupt;
}
static double events(const struct ww_watched_report *report)
{
    return (double)report->events;
}
static double losses(const struct ww_watched_report *report)
{
    return (double)report->lost;
}
static double latency(const struct ww_watched_report *report)
{
    return report->latency;
}

static const struct metric metrics[] = {
    {"wallwatch_camera_up", "gauge", "Whether the camera gives pictures.", is_up},
    {"wallwatch_camera_frames_captured_total", "counter", "Frames that the camera gave.", captured},
    {"wallwatch_camera_frames_analysed_total", "counter", "Frames that were looked at.", analysed},
    {"wallwatch_camera_frames_dropped_total", "counter", "Frames for which there was no time.", dropped},
    {"wallwatch_camera_frames_corrupt_total", "counter", "Frames that were damaged.", corrupt},
    {"wallwatch_camera_events_total", "counter", "Events that began.", events},
    {"wallwatch_camera_losses_total", "counter", "Times that the camera was lost.", losses},
    {"wallwatch_camera_latency_seconds", "gauge", "From the camera to the end of analysis, the last frame.",
     latency},
};

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_process(FILE *out, const char *folder)
{
    struct rusage usage;
    struct statvfs disk;
    getrusage(RUSAGE_SELF, &usage);
    head(out, "wallwatch_build_info", "gauge", "Which version runs.");
    fprintf(out, "wallwatch_build_info{version=\"" WW_VERSION "\"} 1\n");
    head(out, "wallwatch_cpu_seconds_total", "counter", "Processor time.");
    fprintf(out, "wallwatch_cpu_seconds_total %.3f\n", ww_clock_process_cpu());
    head(out, "wallwatch_peak_memory_bytes", "gauge", "Most memory that was resident.");
    fprintf(out, "wallwatch_peak_memory_bytes %ld\n", usage.ru_maxrss * 1024);
    double celsius = ww_temperature_read(NULL);
    if (!isnan(celsius)) {
        head(out, "wallwatch_cpu_temperature_celsius", "gauge", "How warm the processor is.");
        fprintf(out, "wallwatch_cpu_temperature_celsius %.1f\n", celsius);
    }
    if (statvfs(folder, &disk) == 0) {
        head(out, "wallwatch_store_free_bytes", "gauge", "Room on the store's file system.");
        fprintf(out, "wallwatch_store_free_bytes %ju\n", (uintmax_t)disk.f_bavail * disk.f_frsize);
        head(out, "wallwatch_store_size_bytes", "gauge", "Size of the store's file system.");
        fprintf(out, "wallwatch_store_size_bytes %ju\n", (uintmax_t)disk.f_blocks * disk.f_frsize);
    }
}

static char *make_metrics(const struct ww_roster *roster, const char *folder)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    put_process(out, folder);
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        head(out, metrics[m].name, metrics[m].type, metrics[m].help);
        for (size_t i = 0; i < ww_roster_count(roster); i++) {
            struct ww_watched_report report;
            ww_watched_report(ww_roster_camera(roster, i), &report);
            fprintf(out, "%s{camera=\"", metrics[m].name);
            put_label(out, report.name);
            fprintf(out, "\"} %.9g\n", metrics[m].value(&report));
        }
    }
    fclose(out);
    return text;
}

/* --- what is asked for --------------------------------------------------------------------------------- */

static char *make_cameras(const struct ww_console_state *state, const struct ww_roster *roster,
                          const char *folder, size_t *lost)
{
    struct statvfs disk = {0};
    json_t *cameras = json_array();
    for (size_t i = 0; i < ww_roster_count(roster); i++) {
        struct ww_watched_report report;
        ww_watched_report(ww_roster_camera(roster, i), &report);
        *lost += report.state != WW_WATCHED_ONLINE;
        json_array_append_new(cameras, camera_of(ww_roster_camera(roster, i)));
    }
    statvfs(folder, &disk);
    json_t *json = json_pack("{s:s, s:s, s:I, s:{s:I, s:I}, s:o}", "version", WW_VERSION, "site", state->site,
                             "time_us", (json_int_t)ww_clock_wall_us(), "store", "free",
                             (json_int_t)disk.f_bavail * (json_int_t)disk.f_frsize, "size",
                             (json_int_t)disk.f_blocks * (json_int_t)disk.f_frsize, "cameras", cameras);
    double celsius = ww_temperature_read(NULL);
    if (!isnan(celsius))
        json_object_set_new(json, "cpu_celsius", json_real(celsius));
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(json);
    return text;
}

void ww_console_state_update(struct ww_console_state *state, const struct ww_roster *roster,
                             const char *folder)
{
    double now = ww_clock_monotonic();
    size_t lost = 0;
    if (now - state->updated < interval)
        return;
    state->updated = now;
    char *cameras = make_cameras(state, roster, folder, &lost), *text = make_metrics(roster, folder);
    pthread_mutex_lock(&state->lock);
    free(state->cameras);
    free(state->metrics);
    state->cameras = cameras;
    state->metrics = text;
    state->made = now;
    state->count = ww_roster_count(roster);
    state->lost = lost;
    pthread_mutex_unlock(&state->lock);
}

static struct ww_http_answer *answer(struct ww_console_state *state, char *const *text, const char *type)
{
    pthread_mutex_lock(&state->lock);
    char *copy = *text ? strdup(*text) : NULL;
    pthread_mutex_unlock(&state->lock);
    return copy ? ww_http_text(OK, type, copy) : ww_http_refusal(UNAVAILABLE, "wallwatch is starting");
}

struct ww_http_answer *ww_console_state_cameras(struct ww_console_state *state)
{
    return answer(state, &state->cameras, "application/json");
}

struct ww_http_answer *ww_console_state_metrics(struct ww_console_state *state)
{
    return answer(state, &state->metrics, "text/plain; version=0.0.4; charset=utf-8");
}

struct ww_http_answer *ww_console_state_health(struct ww_console_state *state)
{
    pthread_mutex_lock(&state->lock);
    size_t count = state->count, lost = state->lost;
    bool hangs = ww_clock_monotonic() - state->made > stale;
    pthread_mutex_unlock(&state->lock);
    const char *how = hangs ? "hanging" : lost > 0 ? "degraded" : "watching";
    char *text;
    if (asprintf(&text, "{\"status\":\"%s\",\"cameras\":%zu,\"not_online\":%zu}\n", how, count, lost) < 0)
        return NULL;
    return ww_http_text(hangs || lost > 0 ? UNAVAILABLE : OK, "application/json", text);
}

bool ww_console_state_knows(struct ww_console_state *state, const char *camera)
{
    bool known = false;
    pthread_mutex_lock(&state->lock);
    json_t *json = state->cameras ? json_loads(state->cameras, 0, NULL) : NULL;
    pthread_mutex_unlock(&state->lock);
    const json_t *cameras = json_object_get(json, "cameras");
    for (size_t i = 0; i < json_array_size(cameras); i++) {
        const json_t *one = json_array_get(cameras, i);
        known |= strcmp(json_string_value(json_object_get(one, "name")), camera) == 0;
    }
    json_decref(json);
    return known;
}
