/* Times as text, and the processor time that was used. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_CLOCK_H
#define WW_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WW_TIME_TEXT = 40 }; /* bytes that hold any time as text */

int64_t ww_clock_wall_us(void);    /* microseconds since 1970, UTC */
double ww_clock_monotonic(void);   /* seconds */
double ww_clock_process_cpu(void); /* seconds that all threads together have used */
double ww_clock_thread_cpu(void);  /* seconds that the calling thread has used */

/* Whether the system has a time zone of that name, such as Asia/Karachi. */
bool ww_clock_knows_zone(const char *name);

/* Makes it the local time zone; NULL changes nothing. Before any thread is started. */
void ww_clock_use_zone(const char *name);

/* RFC 3339, UTC, milliseconds: 2024-06-01T21:14:03.250Z. `text` holds WW_TIME_TEXT bytes. */
void ww_time_utc(char *text, int64_t wall_us);

/* The same in the local time zone, as a person reads it: 2024-06-01 23:14:03 CEST. */
void ww_time_local(char *text, int64_t wall_us);

/* Reads RFC 3339 or its parts: 2024-06-01, 2024-06-01T21:14, …:03.250, with Z, +02:00 or, without
 * one, the local time zone; a space may stand for the T. Returns 0 or -EINVAL. */
int ww_time_parse(const char *text, int64_t *wall_us);

#endif
