/* SIGINT and SIGTERM: the first asks to stop, the second ends the process. SIGHUP asks to read the
 * configuration again. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STOP_H
#define WW_COMMANDS_STOP_H

#include <stdbool.h>

void ww_stop_listen(void);
bool ww_stop_requested(void);

void ww_reload_listen(void);
bool ww_reload_requested(void); /* once for each request */

#endif
