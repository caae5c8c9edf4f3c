/* What systemd is told, where it started us; nothing happens elsewhere. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WW_BASE_SERVICE_H
#define WW_BASE_SERVICE_H

#include <stdbool.h>

#include "base/log.h"

void ww_service_ready(const char *status);
void ww_service_status(const char *status);
void ww_service_reloading(void);
void ww_service_stopping(void);

/* Seconds within which the watchdog wants to be fed; 0: there is none. */
double ww_service_watchdog(void);
void ww_service_alive(void);

/* Writes to the journal where stderr is connected to it. false: it is not. */
bool ww_journal_write(enum ww_log_level level, const char *camera, const char *text);

#endif
