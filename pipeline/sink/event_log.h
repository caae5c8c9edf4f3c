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

/* Makes the next line of a record; it waits for ww_event_log_sync(). A START, and what is momentary, gets its
 * event's id in record->event. Fails only for want of memory. */
int ww_event_log_add(struct ww_event_log *log, struct ww_record *record, struct ww_error *error);

/* How many lines wait. */
size_t ww_event_log_waiting(const struct ww_event_log *log);

/* Writes the lines that wait in one piece and syncs them once. On failure those that found room are in the
 * log, whole and synced; the others wait on. */
int ww_event_log_sync(struct ww_event_log *log, struct ww_error *error);

/* Gives up the lines that wait, as if they had not been added. */
void ww_event_log_drop(struct ww_event_log *log);

/* One line, added and synced; on failure dropped. None may be waiting. */
int ww_event_log_append(struct ww_event_log *log, struct ww_record *record, struct ww_error *error);

void ww_event_log_close(struct ww_event_log *log);

#endif
