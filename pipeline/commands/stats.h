/* What a replay took, as JSON. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STATS_H
#define WW_COMMANDS_STATS_H

#include "commands/session.h"

struct ww_stats {
    struct ww_session_totals totals;
    double wall, cpu, sink_cpu; /* seconds */
    int threads;
};

/* "-" is standard output. */
int ww_stats_write(const char *path, const struct ww_stats *stats, struct ww_error *error);

#endif
