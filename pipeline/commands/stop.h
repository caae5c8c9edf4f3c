/* SIGINT and SIGTERM: the first asks to stop, the second ends the process. SIGHUP asks to read the
 * configuration again, SIGUSR1 for drills. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STOP_H
#define WW_COMMANDS_STOP_H

#include <stdbool.h>

void ww_stop_listen(void);
bool ww_stop_requested(void);

void ww_drill_listen(void);
bool ww_drill_requested(void); /* once for each request */

void ww_reload_listen(void);
bool ww_reload_requested(void); /* once for each request */
void ww_reload_request(void);   /* as SIGHUP does */

#endif
