/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/run_stats.h"

#include <sys/resource.h>

#include "commands/stats.h"

static const char *state_name(enum ww_watched_state state)
{
    return state == WW_WATCHED_ONLINE ? "online" : state == WW_WATCHED_LOST ? "lost" : "starting";
}

json_t *ww_run_stats_camera(struct ww_watched *camera)
{
    struct ww_watched_report report;
    ww_watched_report(camera, &report);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "name", report.name, "state",
                     state_name(report.state), "reason", report.reason, "captured",
                     (json_int_t)report.captured, "analysed", (json_int_t)report.analysed, "dropped",
                     (json_int_t)report.dropped, "corrupt", (json_int_t)report.corrupt, "events",
                     (json_int_t)report.events, "lost", (json_int_t)report.lost);
}

static json_t *latency(const struct ww_latency *latency)
{
    return json_pack("{s:f, s:f}", "median", ww_latency_quantile(latency, 0.5), "p99",
                     ww_latency_quantile(latency, 0.99));
}

int ww_run_stats_write(const char *path, const struct ww_run_stats *stats, struct ww_error *error)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    json_t *json =
        json_pack("{s:o, s:f, s:f, s:I, s:i, s:s, s:o, s:o, s:{s:I, s:I, s:I}}", "cameras", stats->cameras,
                  "wall_s", stats->wall, "cpu_s", stats->cpu, "peak_rss_kb", (json_int_t)usage.ru_maxrss,
                  "threads", stats->threads, "isa", ww_detector_isa(), "frame_latency_ms",
                  latency(stats->frame_latency), "event_latency_ms", latency(stats->event_latency),
                  "lost_in_writing", "lines", (json_int_t)stats->written.lost_lines, "pictures",
                  (json_int_t)stats->written.lost_pictures, "clips", (json_int_t)stats->written.lost_clips);
    return ww_json_write(path, json, error);
}
