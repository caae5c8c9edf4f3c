/* SIGINT and SIGTERM: the first asks to stop, the second ends the process.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STOP_H
#define WW_COMMANDS_STOP_H

#include <stdbool.h>

void ww_stop_listen(void);
bool ww_stop_requested(void);

#endif
