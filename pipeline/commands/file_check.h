/* Whether the files beside a log are what it says. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_FILE_CHECK_H
#define WW_COMMANDS_FILE_CHECK_H

#include <stdatomic.h>

#include "commands/log_check.h"

/* How far it is, for another thread, which may also end it. */
struct ww_file_watch {
    atomic_size_t done, total;
    atomic_bool cancelled;
};

/* Hashes what the check's lines name, on several threads, and notes what was altered or is missing. `watch`
 * may be NULL. Returns the bytes that were read. */
int64_t ww_file_check(struct ww_log_check *check, const char *folder, int threads, bool progress,
                      struct ww_file_watch *watch);

/* Is a file missing, of which the log does not say that it was removed? */
bool ww_file_check_is_missing_any(struct ww_log_check *check);

/* Adds what is missing to what is wrong, and files that no line names, but where a program that was killed
 * can have left them: those are only counted. */
void ww_file_check_end(struct ww_log_check *check, const char *folder);

#endif
