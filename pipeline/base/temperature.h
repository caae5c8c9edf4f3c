/* How warm the processor is. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_TEMPERATURE_H
#define WW_BASE_TEMPERATURE_H

/* Degrees Celsius of the processor's own sensor among the thermal zones of `root` (NULL: /sys/class/thermal),
 * else of the warmest zone; NAN: nothing is known. */
double ww_temperature_read(const char *root);

#endif
