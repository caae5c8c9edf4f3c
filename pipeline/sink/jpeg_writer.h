/* Pictures as JPEG files. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_JPEG_WRITER_H
#define WW_SINK_JPEG_WRITER_H

#include "base/still.h"

/* Encodes at `quality` (1–100), with `comment` (NULL: none) in a COM segment. *bytes is the caller's to
 * free. Returns 0 or a negative errno. */
int ww_jpeg_encode(const struct ww_picture *picture, int quality, const char *comment, unsigned char **bytes,
                   size_t *size, struct ww_error *error);

#endif
