/* How a run is, for who asks; made by its main thread now and then. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_STATE_H
#define WW_COMMANDS_CONSOLE_STATE_H

#include "commands/roster.h"
#include "console/http_server.h"

struct ww_console_state;

struct ww_console_state *ww_console_state_create(const char *site); /* its name; copied. NULL: no memory */
void ww_console_state_destroy(struct ww_console_state *state);

/* At most once a second. `folder` is of the log. */
void ww_console_state_update(struct ww_console_state *state, const struct ww_roster *roster,
                             const char *folder);

/* Of any thread. */
struct ww_http_answer *ww_console_state_cameras(struct ww_console_state *state); /* JSON */
struct ww_http_answer *ww_console_state_metrics(struct ww_console_state *state); /* of Prometheus */
struct ww_http_answer *ww_console_state_health(struct ww_console_state *state);  /* 200, or 503 and why */

/* Is there a camera of this name? */
bool ww_console_state_knows(struct ww_console_state *state, const char *camera);

#endif
