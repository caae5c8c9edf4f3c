/* Values with units, as the configuration and the command line write them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CONFIG_UNITS_H
#define WW_CONFIG_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/* 250ms, 5s, 10m (or min), 2h, 7d; not negative. */
bool ww_parse_duration(const char *text, double *seconds);

/* 100B, 20kB, 5MB, 2GB, 1TB (powers of 1000), KiB, MiB, GiB, TiB (of 1024). */
bool ww_parse_size(const char *text, uint64_t *bytes);

/* 1280x720 */
bool ww_parse_dimensions(const char *text, uint32_t *width, uint32_t *height);

/* 18:00-06:00: minutes of the day; may go over midnight. */
bool ww_parse_hours(const char *text, int *from_minute, int *to_minute);

#endif
