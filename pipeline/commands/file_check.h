/* Whether the files beside a log are what it says. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_FILE_CHECK_H
#define WW_COMMANDS_FILE_CHECK_H

#include "commands/log_check.h"

/* Hashes what the check's lines name, on several threads, and adds what is wrong: altered, removed; and files
 * that no line names, but where a program that was killed can have left them: those are only counted. Returns
 * the bytes that were read. */
int64_t ww_file_check(struct ww_log_check *check, const char *folder, int threads, bool progress);

#endif
