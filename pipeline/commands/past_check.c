/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/past_check.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands/coverage_report.h"

enum { DAYS = 7, LEAST_MINUTES = 10 };
static const double too_much = 0.02; /* of the armed time */

static const struct {
    unsigned state;
    const char *remedy;
} troubles[] = {
    {WW_WATCH_DARK, "it needs light there, or a camera with infrared"},
    {WW_WATCH_NOISY, "it needs more light there, or a better camera"},
    {WW_WATCH_FAINT, "clean the lens; in fog nothing helps but more cameras"},
    {WW_WATCH_BLIND, "see 'wallwatch events --type tamper'"},
    {WW_WATCH_LOST, "see 'wallwatch events --type camera'"},
};

static int check_covered(const struct ww_covered *covered)
{
    int64_t armed =
        (int64_t)covered->count - covered->minutes[WW_WATCH_OFF] - covered->minutes[WW_WATCH_UNKNOWN];
    const char *kind = *covered->wall ? "wall '" : *covered->zone ? "zone '" : "the picture";
    const char *name = *covered->wall ? covered->wall : covered->zone;
    int warnings = 0;
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
        int64_t minutes = covered->minutes[troubles[i].state];
        if (minutes < LEAST_MINUTES || (double)minutes < too_much * (double)armed)
            continue;
        ww_log_about(WW_LOG_WARNING, covered->camera,
                     "%s%s%s was %s for %" PRId64 ":%02d of the %" PRId64
                     ":%02d hours that it was armed in the last %d days; %s",
                     kind, name, *name ? "'" : "", ww_watch_state_name(troubles[i].state), minutes / 60,
                     (int)(minutes % 60), armed / 60, (int)(armed % 60), DAYS, troubles[i].remedy);
        warnings++;
    }
    return warnings;
}

int ww_past_check(const struct ww_site *site)
{
    const struct ww_event_filter filter = {.from_us = ww_clock_wall_us() - DAYS * INT64_C(86400) * 1000000,
                                           .to_us = INT64_MAX};
    struct ww_coverage_report report;
    struct ww_error error = {0};
    int warnings = 0;
    if (!site->store.path || access(site->store.path, F_OK) != 0)
        return 0; /* it has not run yet */
    int code = ww_coverage_report_read(&report, site->store.path, &filter, &error);
    if (code != 0 && code != -ENOENT)
        ww_log(WW_LOG_WARNING, "%s", error.text);
    for (size_t i = 0; i < report.count; i++)
        if (ww_site_find(site, report.covered[i].camera))
            warnings += check_covered(&report.covered[i]);
    ww_coverage_report_free(&report);
    return warnings;
}
