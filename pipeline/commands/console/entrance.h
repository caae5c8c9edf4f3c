/* Who may come in to the console, and how the way is kept secret. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_ENTRANCE_H
#define WW_COMMANDS_CONSOLE_ENTRANCE_H

#include "commands/console/console.h"
#include "console/access.h"
#include "console/certificate.h"

struct ww_console_entrance {
    struct ww_access *access;
    struct ww_certificate *certificate; /* NULL: HTTP */
    struct ww_certificate **earlier;    /* who is connected may still have one */
    size_t earlier_count;
};

/* An address that others can reach takes users and a certificate, which is made where none is configured.
 * -EINVAL: one of them is missing. */
int ww_console_entrance_open(struct ww_console_entrance *entrance, const struct ww_console_options *options,
                             struct ww_error *error);
void ww_console_entrance_close(struct ww_console_entrance *entrance);

/* Reads the certificate again, as the configuration says now. Returns 1 where it is another, else 0 or a
 * negative errno. */
int ww_console_entrance_renew(struct ww_console_entrance *entrance, const struct ww_console_options *options,
                              struct ww_error *error);

/* What somebody has to know before the first visit, or soon. */
void ww_console_entrance_tell(const struct ww_console_entrance *entrance);

#endif
