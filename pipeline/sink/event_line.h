/* The text of a line of the event log. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_EVENT_LINE_H
#define WW_SINK_EVENT_LINE_H

#include "sink/record.h"

/* The line with that sequence number, after the one whose SHA-256 is `previous`; signed where the record says
 * so. The caller frees it. NULL: no memory, or a name is not UTF-8. */
char *ww_event_line(const struct ww_record *record, int64_t number, const char *previous);

#endif
