/* The files of one event. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_EVIDENCE_H
#define WW_SINK_EVIDENCE_H

#include "sink/sink.h"
#include "sink/text.h"

/* Writes the annotated snapshot of the best frame and, beside it, the frame as it was recorded (where
 * the source was no picture file: as a JPEG of it) and, if wanted, who is meant alone; all are noted in the
 * record. */
int ww_evidence_write(const char *folder, struct ww_record *record, const struct ww_best_frame *best,
                      const struct ww_region *region, struct ww_font *font, struct ww_error *error);

#endif
