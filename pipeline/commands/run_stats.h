/* How a run went, as JSON. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_RUN_STATS_H
#define WW_COMMANDS_RUN_STATS_H

#include <jansson.h>

#include "commands/watch.h"

/* One camera's counts; NULL: no memory. */
json_t *ww_run_stats_camera(struct ww_watched *camera);

struct ww_run_stats {
    json_t *cameras;  /* a list of the above; taken over */
    double wall, cpu; /* seconds */
    int threads;
    const struct ww_latency *frame_latency, *event_latency;
    struct ww_sink_summary written;
};

/* "-" is standard output. */
int ww_run_stats_write(const char *path, const struct ww_run_stats *stats, struct ww_error *error);

#endif
