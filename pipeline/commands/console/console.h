/* A page of a running wallwatch, for a browser on the same machine. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_CONSOLE_H
#define WW_COMMANDS_CONSOLE_CONSOLE_H

#include "commands/live_view.h"
#include "commands/roster.h"

struct ww_console;

struct ww_console_options {
    const char *address;         /* as of ww_http_options */
    const char *folder;          /* of the log; lent */
    const char *site;            /* its name; may be empty */
    const char *config;          /* its file, or NULL: cameras are of the command line; lent */
    struct ww_live_views *views; /* outlive the console */
};

/* -ENOTSUP: built without it. */
int ww_console_open(struct ww_console **console, const struct ww_console_options *options,
                    struct ww_error *error);

/* Where it is. */
const char *ww_console_url(const struct ww_console *console);

/* Of the main thread, as often as it likes. NULL is allowed. */
void ww_console_update(struct ww_console *console, const struct ww_roster *roster);

/* A line of the log was written. NULL is allowed. */
void ww_console_tell(struct ww_console *console);

/* Sends everybody away; lines may still be told. NULL is allowed. */
void ww_console_end(struct ww_console *console);

/* Frees it; ends it, where that was not done. NULL is allowed. */
void ww_console_close(struct ww_console *console);

#endif
