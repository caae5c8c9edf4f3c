/* Whether a folder's evidence is whole: its log and the files that this names. SPDX-License-Identifier:
 * Apache-2.0
 *
 * The log may be written meanwhile, and files may expire. */
#ifndef WW_COMMANDS_EVIDENCE_CHECK_H
#define WW_COMMANDS_EVIDENCE_CHECK_H

#include <jansson.h>

#include "commands/file_check.h"
#include "commands/log_check.h"

struct dirent;

struct ww_evidence_order {
    const char *folder;
    const char *trusted;         /* as of ww_log_check; NULL is allowed */
    struct ww_file_watch *watch; /* NULL is allowed */
    int threads;
    bool progress; /* on the terminal */
};

struct ww_evidence_check {
    struct ww_log_check log;
    struct dirent **days; /* whose names the check of the log borrows */
    int day_count;
    int64_t bytes;
    double seconds;
    bool running; /* somebody writes it */
};

/* Free it afterwards, also on failure. -ENOENT and others: it cannot be read; -ECANCELED: the watch said so.
 */
int ww_evidence_check(struct ww_evidence_check *check, const struct ww_evidence_order *order,
                      struct ww_error *error);
void ww_evidence_check_free(struct ww_evidence_check *check);

/* {"whole": …}; NULL: no memory. */
json_t *ww_evidence_json(const struct ww_evidence_check *check);

/* Where a damage is, as far as the checkpoints tell. */
void ww_damage_place(const struct ww_damage *damage, char *text, size_t size);

#endif
