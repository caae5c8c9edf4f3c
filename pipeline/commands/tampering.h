/* What becomes of a camera's picture, as the log says it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_TAMPERING_H
#define WW_COMMANDS_TAMPERING_H

#include <wallwatch/detector.h>

#include "sink/record.h"

/* Fills detail and reason. */
void ww_tampering_describe(struct ww_record *record, const struct ww_event *event);

#endif
