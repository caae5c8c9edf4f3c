/* Whether the evidence is whole, as asked on the console's page. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_VERIFICATION_H
#define WW_COMMANDS_CONSOLE_VERIFICATION_H

#include "console/http_server.h"

struct ww_console_verification;

/* Both are lent; `trusted` is the public key that signs, NULL: none does. NULL: no memory. */
struct ww_console_verification *ww_console_verification_create(const char *folder, const char *trusted);

/* A check that runs is to end soon, without a result. */
void ww_console_verification_end(struct ww_console_verification *verification);

/* Waits for that. NULL is allowed. */
void ww_console_verification_destroy(struct ww_console_verification *verification);

/* How far it is, and what came of the last. Of any thread. */
struct ww_http_answer *ww_console_verification_tell(struct ww_console_verification *verification);

/* Begins one, where none runs: on a thread of its own, behind everything else. Returns 0 or a negative errno.
 */
int ww_console_verification_begin(struct ww_console_verification *verification);

#endif
