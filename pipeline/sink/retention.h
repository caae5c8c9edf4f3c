/* What becomes of old evidence: the oldest files go first. SPDX-License-Identifier: Apache-2.0
 *
 * The log stays, and says of every file that was removed what its hash was. */
#ifndef WW_SINK_RETENTION_H
#define WW_SINK_RETENTION_H

#include "sink/record.h"

/* 0: no such rule. */
struct ww_retention_rules {
    double keep;                /* seconds */
    uint64_t largest, min_free; /* bytes: of all that is in the folder; on its file system */
};

/* A file that may go, and why. */
struct ww_expired {
    struct ww_evidence file;
    const char *why; /* keep, max, min_free */
};

/* Finds the oldest files of a folder that the rules do not allow, at most `most` of them, oldest first, with
 * their hashes. Nothing is removed. Returns how many, or a negative errno. */
int ww_retention_find(const char *folder, const struct ww_retention_rules *rules, struct ww_expired *expired,
                      int most, struct ww_error *error);

/* After the log says so. */
void ww_retention_remove(const char *folder, const struct ww_expired *expired);

#endif
