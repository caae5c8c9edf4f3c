/* A frame as a browser takes it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_PICTURE_H
#define WW_COMMANDS_CONSOLE_PICTURE_H

#include "base/still.h"

/* A still as a JPEG: as it came, where it came as one and `width` is 0 or not smaller; else reduced by a
 * whole number to at least `width` pixels. *bytes is the caller's to free. Returns 0 or a negative errno. */
int ww_console_jpeg(const struct ww_still *still, uint32_t width, unsigned char **bytes, size_t *size,
                    struct ww_error *error);

#endif
