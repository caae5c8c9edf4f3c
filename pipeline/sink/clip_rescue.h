/* Clips of a program that ended before they did. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_CLIP_RESCUE_H
#define WW_SINK_CLIP_RESCUE_H

#include <stdint.h>

#include "sink/record.h"

enum { WW_CLIP_CAMERA_TEXT = 256 };

/* What a clip says of itself. */
struct ww_clip_facts {
    char camera[WW_CLIP_CAMERA_TEXT];
    int64_t begin_us; /* wall clock; 0: unknown */
    double duration;  /* seconds */
};

/* Such a clip gets its name; what of it is not whole, a fragment's index or a frame, is cut off. -ENODATA: it
 * had not come to a frame, and was removed. */
int ww_clip_file_rescue(const char *folder, const char *draft, struct ww_evidence *evidence,
                        struct ww_clip_facts *facts, struct ww_error *error);

#endif
