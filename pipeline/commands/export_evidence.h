/* Events copied out of a log with the proof of them. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_EXPORT_EVIDENCE_H
#define WW_COMMANDS_EXPORT_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include <wallwatch/error.h>

struct ww_export_order {
    const char *folder; /* of the log */
    char **events;      /* their names */
    size_t event_count;
    const char *output; /* a folder, or a file whose name ends in .zip, for which libarchive is needed */
};

/* Pictures, clips, the part of the log with its checkpoints, a page and a script that checks all of it.
 * *is_signed: a signed checkpoint follows the events. -ENOENT: there is no such event; -EBADMSG: a file is
 * not as the log says. */
int ww_export_evidence(const struct ww_export_order *order, bool *is_signed, struct ww_error *error);

bool ww_export_is_zip(const char *output);

#endif
