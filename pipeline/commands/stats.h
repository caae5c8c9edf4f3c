/* What a replay took, as JSON. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STATS_H
#define WW_COMMANDS_STATS_H

#include <jansson.h>

#include "commands/session.h"

struct ww_stats {
    struct ww_session_totals totals;
    double wall, cpu, sink_cpu; /* seconds */
    int threads;
};

/* "-" is standard output. */
int ww_stats_write(const char *path, const struct ww_stats *stats, struct ww_error *error);

/* The same for any JSON, which it frees; NULL: there was no memory to make it. */
int ww_json_write(const char *path, json_t *json, struct ww_error *error);

#endif
