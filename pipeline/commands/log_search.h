/* Reading a log with the help of its index, where there is one or where it is worth one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_LOG_SEARCH_H
#define WW_COMMANDS_LOG_SEARCH_H

#include "commands/event_index.h"

/* Whether a log has an index, or is so long that one is worth its making. */
bool ww_log_is_worth_an_index(const char *folder);

/* The index of a log, up to date; NULL: the log is small, is one file, or cannot be indexed, and is to be
 * read. The caller closes it. */
struct ww_event_index *ww_log_index(const char *path);

/* As ww_log_read(), but lines whose time is not in [from_us, to_us] may be left out. */
int ww_log_search(const char *path, int64_t from_us, int64_t to_us,
                  int (*take)(void *context, const struct ww_log_line *line), void *context,
                  struct ww_error *error);

#endif
