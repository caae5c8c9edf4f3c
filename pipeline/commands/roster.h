/* The cameras of a run: those of the configuration and those of the command line. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_COMMANDS_ROSTER_H
#define WW_COMMANDS_ROSTER_H

#include "commands/overrides.h"
#include "commands/watch.h"
#include "config/site.h"

/* What the command line says of all cameras. */
struct ww_roster_options {
    struct ww_watch *watch;
    struct ww_sink *sink;
    char **sources; /* further cameras; lent */
    int source_count;
    const struct ww_overrides *overrides;
};

struct ww_roster;

int ww_roster_open(struct ww_roster **roster, const struct ww_roster_options *options,
                   struct ww_error *error);

/* Watches what `site` (NULL: nothing) and the sources say; walls of these are in `drawn` (NULL: none).
 * Cameras that are watched already go on untouched, changed ones begin anew, others end. Both are taken over,
 * also on failure. Returns 0, or -EINVAL and a message where something is wrong; then all is as it was. */
int ww_roster_apply(struct ww_roster *roster, struct ww_site *site, struct ww_site *drawn,
                    struct ww_error *error);

size_t ww_roster_count(const struct ww_roster *roster);
struct ww_watched *ww_roster_camera(const struct ww_roster *roster, size_t index);

/* Frees what ended, once nothing of it is waiting to be written. */
void ww_roster_sweep(struct ww_roster *roster);

/* Ends all by `deadline` (ww_clock_monotonic()). Returns how many hang; what is theirs stays. */
size_t ww_roster_stop(struct ww_roster *roster, double deadline);

/* After the sink was closed. */
void ww_roster_free(struct ww_roster *roster);

#endif
