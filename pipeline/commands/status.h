/* How the cameras of a run are: lines on a terminal, and a sentence. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STATUS_H
#define WW_COMMANDS_STATUS_H

#include <stdio.h>

#include "commands/roster.h"

struct ww_status;

struct ww_status *ww_status_create(void); /* NULL: no memory */
void ww_status_destroy(struct ww_status *status);

/* Shows a line for each camera, if there is a terminal, and tells systemd; no more than once a second. */
void ww_status_step(struct ww_status *status, const struct ww_roster *roster);

/* Writes the same lines, whose rates are those since the last time, to a file. `rows`: at the most. */
void ww_status_print(struct ww_status *status, const struct ww_roster *roster, FILE *file, size_t rows);

#endif
