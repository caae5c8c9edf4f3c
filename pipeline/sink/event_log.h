/* events.jsonl: appended, chained by hashes, synced. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_EVENT_LOG_H
#define WW_SINK_EVENT_LOG_H

#include "sink/record.h"

#define WW_EVENT_LOG_NAME "events.jsonl"

struct ww_event_log;
struct dirent;

/* The log's files of days that are over, oldest first, as of scandir(): how many, or -1 and errno. */
int ww_event_log_days(const char *folder, struct dirent ***days);

/* Opens or begins the log of a folder, which must exist, and goes on with its chain; where `daily`, the first
 * line of a day, by the local clock, begins a new file, and the one before is called after its day. A line
 * that was cut off when it was written is removed, with a warning. Only one process can have it open. */
int ww_event_log_open(struct ww_event_log **log, const char *folder, bool daily, struct ww_error *error);

/* Makes the log anew where it was removed or moved away; the chain goes on, so that its gap can be seen. */
int ww_event_log_restore(struct ww_event_log *log, struct ww_error *error);

/* Appends one line and syncs it. A START, and what is momentary, gets its event's id in record->event. On
 * failure the log is as it was before. */
int ww_event_log_append(struct ww_event_log *log, struct ww_record *record, struct ww_error *error);

void ww_event_log_close(struct ww_event_log *log);

#endif
