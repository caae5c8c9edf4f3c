/* A page of a running wallwatch, for browsers. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_CONSOLE_H
#define WW_COMMANDS_CONSOLE_CONSOLE_H

#include "commands/live_view.h"
#include "commands/roster.h"
#include "config/site.h"

struct ww_console;

struct ww_console_options {
    const char *address;         /* as of ww_http_options */
    const char *folder;          /* of the log; lent */
    const struct ww_site *site;  /* NULL: cameras are of the command line; only looked at here */
    const char *config;          /* its file, or NULL; lent */
    const char *public_key;      /* of the log's signatures; NULL: it is not signed; lent */
    struct ww_live_views *views; /* outlive the console */
};

/* -ENOTSUP: built without it; -EINVAL: it cannot be served so. Says where it is. */
int ww_console_open(struct ww_console **console, const struct ww_console_options *options,
                    struct ww_error *error);

/* After the configuration was read again: its certificate, if it is another. Of options only address, folder,
 * site and config count. NULL is allowed. */
void ww_console_renew(struct ww_console *console, const struct ww_console_options *options);

/* Of the main thread, as often as it likes. NULL is allowed. */
void ww_console_update(struct ww_console *console, const struct ww_roster *roster);

/* A line of the log was written. NULL is allowed. */
void ww_console_tell(struct ww_console *console);

/* Sends everybody away; lines may still be told. NULL is allowed. */
void ww_console_end(struct ww_console *console);

/* Frees it; ends it, where that was not done. NULL is allowed. */
void ww_console_close(struct ww_console *console);

#endif
