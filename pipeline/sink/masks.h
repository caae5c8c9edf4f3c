/* Foreground masks as PNG files, for measuring. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_MASKS_H
#define WW_SINK_MASKS_H

#include <wallwatch/detector.h>

/* Writes folder/bin%06d.png, numbered from 1, 8-bit grey, 0 and 255, at width × height pixels. Each
 * pixel is the mask's at the same place. A mask without bits is all zeros. `number` is the frame's,
 * from 1. Returns 0 or a negative errno. */
int ww_mask_write(const char *folder, int64_t number, const struct ww_mask *mask, uint32_t width,
                  uint32_t height, struct ww_error *error);

#endif
