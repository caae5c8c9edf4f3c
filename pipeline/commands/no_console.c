/* What stands in for the console where it was not built. SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/console.h"

#ifndef WW_HAVE_LIBMICROHTTPD

#include <errno.h>

int ww_console_open(struct ww_console **console, const struct ww_console_options *options,
                    struct ww_error *error)
{
    (void)options;
    *console = NULL;
    return ww_fail(error, -ENOTSUP, "there is no console: wallwatch was built without libmicrohttpd");
}

void ww_console_renew(struct ww_console *console, const struct ww_console_options *options)
{
    (void)console;
    (void)options;
}

void ww_console_update(struct ww_console *console, const struct ww_roster *roster)
{
    (void)console;
    (void)roster;
}

void ww_console_tell(struct ww_console *console)
{
    (void)console;
}

void ww_console_end(struct ww_console *console)
{
    (void)console;
}

void ww_console_close(struct ww_console *console)
{
    (void)console;
}

#endif
