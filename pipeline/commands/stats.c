/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/stats.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"

static json_t *to_json(const struct ww_stats *stats)
{
    const struct ww_session_totals *totals = &stats->totals;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return json_pack("{s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:I, s:i, s:s, s:i, s:i, s:I, s:i, s:I, s:I}",
                     "frames", (json_int_t)totals->frames, "wall_s", stats->wall, "cpu_s", stats->cpu,
                     "decode_cpu_s", totals->decode_cpu, "detect_cpu_s", totals->detect_cpu, "sink_cpu_s",
                     stats->sink_cpu, "fps", stats->wall > 0 ? (double)totals->frames / stats->wall : 0,
                     "peak_rss_kb", (json_int_t)usage.ru_maxrss, "threads", stats->threads, "isa",
                     ww_detector_isa(), "analysis_width", (int)totals->analysis_width, "analysis_height",
                     (int)totals->analysis_height, "events", (json_int_t)totals->events, "dropped", 0,
                     "corrupt", (json_int_t)totals->corrupt, "analysed",
                     (json_int_t)(totals->taken - totals->corrupt));
}

int ww_stats_write(const char *path, const struct ww_stats *stats, struct ww_error *error)
{
    return ww_json_write(path, to_json(stats), error);
}

int ww_json_write(const char *path, json_t *json, struct ww_error *error)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    int code = 0;
    if (!file)
        code = -errno;
    else if (!json || json_dumpf(json, file, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0 ||
             fputc('\n', file) == EOF || fflush(file) != 0)
        code = errno ? -errno : -EIO;
    if (file && file != stdout && fclose(file) != 0 && code == 0)
        code = -errno;
    json_decref(json);
    if (code != 0)
        return ww_fail(error, code, "cannot write '%s': %s", path, ww_errno_text(code));
    return 0;
}
