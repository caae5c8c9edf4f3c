/* Events that never expire: their names, one a line, in the file `held` beside the log, and the paths of
 * their clips, which are called after no event. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_HOLDS_H
#define WW_SINK_HOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include <wallwatch/error.h>

#define WW_HOLDS_NAME "held"

struct ww_holds {
    char **events; /* and clips, in order */
    size_t count;
};

/* A file that is not there holds nothing. */
int ww_holds_read(struct ww_holds *holds, const char *folder, struct ww_error *error);
void ww_holds_free(struct ww_holds *holds);

bool ww_holds_has(const struct ww_holds *holds, const char *event);

/* Whether a file of that name, in that folder beside the log, is one of a held event's. */
bool ww_holds_has_file(const struct ww_holds *holds, const char *subfolder, const char *name);

/* Returns 0 or -ENOMEM. */
int ww_holds_add(struct ww_holds *holds, const char *event);
void ww_holds_remove(struct ww_holds *holds, const char *event);

/* Around reading, changing and writing: who else does so waits, be it another program; here for so many
 * seconds at the most, INFINITY: until it is free. -1: it cannot be locked there, or was not free in time. */
int ww_holds_lock(const char *folder, double seconds);
void ww_holds_unlock(int lock);

int ww_holds_write(const struct ww_holds *holds, const char *folder, struct ww_error *error);

#endif
