/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/upkeep.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

enum { SWEEP_FILES = 20 };
static const double sweep_interval = 60, sweep_again = 1; /* seconds */

struct ww_record ww_system_record(const char *detail, const char *why)
{
    struct ww_record record = {
        .time_us = ww_clock_wall_us(),
        .type = "system",
        .phase = WW_PHASE_END,
        .momentary = true,
        .camera = "",
        .detail = detail,
        .frame = -1,
    };
    snprintf(record.reason, sizeof record.reason, "%s", why);
    return record;
}

static int add_checkpoint(struct ww_upkeep *upkeep, const char *why, struct ww_error *error)
{
    struct ww_record record = ww_system_record("checkpoint", why);
    if (!upkeep->key)
        return 0;
    record.signed_by = upkeep->key;
    int code = ww_event_log_add(upkeep->log, &record, error);
    if (code == 0) {
        upkeep->uncovered = 0;
        upkeep->covered_at = ww_clock_monotonic();
    }
    return code;
}

int ww_upkeep_checkpoint(struct ww_upkeep *upkeep, const char *why, struct ww_error *error)
{
    int uncovered = upkeep->uncovered, code = add_checkpoint(upkeep, why, error);
    if (code == 0)
        code = ww_event_log_sync(upkeep->log, error);
    if (code != 0) {
        upkeep->uncovered = uncovered;
        ww_event_log_drop(upkeep->log);
    }
    return code;
}

int ww_upkeep_note_line(struct ww_upkeep *upkeep, struct ww_error *error)
{
    return ++upkeep->uncovered >= WW_CHECKPOINT_LINES ? add_checkpoint(upkeep, "lines", error) : 0;
}

static bool has_rules(const struct ww_upkeep *upkeep)
{
    const struct ww_retention_rules *rules = &upkeep->rules;
    return rules->keep > 0 || rules->largest > 0 || rules->min_free > 0;
}

bool ww_upkeep_is_due(const struct ww_upkeep *upkeep)
{
    return has_rules(upkeep) || (upkeep->key && upkeep->uncovered > 0);
}

/* Some at a time, so that events do not wait for long. */
static void sweep(struct ww_upkeep *upkeep)
{
    struct ww_expired expired[SWEEP_FILES];
    struct ww_error error;
    int found = ww_retention_find(upkeep->folder, &upkeep->rules, expired, SWEEP_FILES, &error);
    for (int i = 0; i < found; i++) {
        struct ww_record record = ww_system_record("expired", expired[i].why);
        record.expired = expired[i].file;
        if (ww_event_log_append(upkeep->log, &record, &error) != 0) {
            found = -1;
            break;
        }
        ww_retention_remove(upkeep->folder, &expired[i]);
        upkeep->uncovered++;
    }
    if (found < 0 && !upkeep->sweep_fails)
        ww_log(WW_LOG_ERROR, "%s; old evidence is not removed", error.text);
    upkeep->sweep_fails = found < 0;
    upkeep->sweep_at = ww_clock_monotonic() + (found == SWEEP_FILES ? sweep_again : sweep_interval);
}

int ww_upkeep_tend(struct ww_upkeep *upkeep, struct ww_error *error)
{
    double now = ww_clock_monotonic();
    if (has_rules(upkeep) && now >= upkeep->sweep_at)
        sweep(upkeep);
    bool due = upkeep->uncovered >= WW_CHECKPOINT_LINES ||
               (upkeep->uncovered > 0 && now - upkeep->covered_at >= WW_CHECKPOINT_SECONDS);
    return due ? ww_upkeep_checkpoint(upkeep, upkeep->uncovered >= WW_CHECKPOINT_LINES ? "lines" : "time",
                                      error)
               : 0;
}
