/* SIGINT and SIGTERM: the first asks to stop, the second ends the process.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_STOP_H
#define WW_COMMANDS_STOP_H

#include <stdbool.h>

void ww_stop_listen(void);
bool ww_stop_requested(void);

/* The same for libraries that ask while they wait for input; the context is not used. */
int ww_stop_interrupts(void *context);

/* Makes who waits for input come back, though no signal came: nobody wants it any more. */
void ww_stop_waiting(void);

#endif
