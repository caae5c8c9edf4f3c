/* What the program itself adds to the log: signed checkpoints, and what became of old files.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_UPKEEP_H
#define WW_SINK_UPKEEP_H

#include "sink/event_log.h"
#include "sink/retention.h"

enum { WW_CHECKPOINT_LINES = 100, WW_CHECKPOINT_SECONDS = 300 };

struct ww_upkeep {
    struct ww_event_log *log;
    const char *folder;
    const struct ww_signing_key *key; /* NULL: there are no checkpoints */
    struct ww_retention_rules rules;
    int uncovered;     /* lines since the last checkpoint */
    double covered_at; /* when that was, ww_clock_monotonic() */
    double sweep_at;   /* when old files are looked for next, likewise */
    bool sweep_fails;  /* it was said */
};

/* What the program says of itself. */
struct ww_record ww_system_record(const char *detail, const char *why);

/* Returns 0, also without a key, or the log's failure; it is tried again with the next line. */
int ww_upkeep_checkpoint(struct ww_upkeep *upkeep, const char *why, struct ww_error *error);

/* A line was added to the log: now and then a checkpoint is, too, and waits with it. */
int ww_upkeep_note_line(struct ww_upkeep *upkeep, struct ww_error *error);

/* Whether there may be something to do while no line comes. */
bool ww_upkeep_is_due(const struct ww_upkeep *upkeep);

/* What is to be done between events, some at a time. */
int ww_upkeep_tend(struct ww_upkeep *upkeep, struct ww_error *error);

#endif
