/* A frame as a browser takes it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_PICTURE_H
#define WW_COMMANDS_CONSOLE_PICTURE_H

#include "base/still.h"

/* A still of `full` pixels' width as a JPEG of at least `width`, by a whole number smaller; 0: as large as it
 * is. What came as a JPEG and stays as large is passed on as it came. *bytes is the caller's to free. Returns
 * 0 or a negative errno. */
int ww_console_jpeg(const struct ww_still *still, uint32_t full, uint32_t width, unsigned char **bytes,
                    size_t *size, struct ww_error *error);

#endif
