/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

static const double interval = 0.25;

void ww_progress_start(struct ww_progress *progress, const char *label, int64_t total)
{
    progress->label = label;
    progress->total = total;
    progress->started = progress->shown = ww_clock_monotonic();
}

void ww_progress_step(struct ww_progress *progress, int64_t frames, int64_t events)
{
    char text[160];
    double now = ww_clock_monotonic();
    if (now - progress->shown < interval)
        return;
    progress->shown = now;
    double rate = (double)frames / (now - progress->started);
    if (progress->total > 0 && frames <= progress->total)
        snprintf(text, sizeof text,
                 "%.40s: frame %" PRId64 " of %" PRId64 ", %.0f%%, %.0f a second, %.0f s left, %" PRId64
                 " event%s",
                 progress->label, frames, progress->total, 100.0 * (double)frames / (double)progress->total,
                 rate, (double)(progress->total - frames) / rate, events, events == 1 ? "" : "s");
    else
        snprintf(text, sizeof text, "%.40s: frame %" PRId64 ", %.0f a second, %" PRId64 " event%s",
                 progress->label, frames, rate, events, events == 1 ? "" : "s");
    ww_log_progress(text);
}

void ww_progress_end(struct ww_progress *progress)
{
    progress->total = 0;
    ww_log_progress("");
}
