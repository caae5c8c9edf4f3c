/* The course of an event: glimpses of it, at distances that grow with it, so that their number does not.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_COURSE_H
#define WW_SINK_COURSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/glimpse.h"

enum { WW_COURSE_MOST = 24 };

struct ww_course_view {
    double at; /* seconds */
    struct ww_glimpse *glimpse;
};

/* All zero is an empty one. */
struct ww_course {
    struct ww_course_view views[WW_COURSE_MOST]; /* in order */
    size_t count;
    double apart; /* seconds; at least so far is a view from the one before, but for the last */
};

/* Takes a reference of its own. A last view that came too soon after the one before makes room for it. */
void ww_course_add(struct ww_course *course, double at, struct ww_glimpse *glimpse);

/* Forgets what was before. */
void ww_course_trim(struct ww_course *course, double from);

/* Forgets all. */
void ww_course_clear(struct ww_course *course);

/* Chooses `count` views, 2 or more, that are at even distances from `from` to `to` but for half of one:
 * chosen[i] is a place in `views`. False: there is not one for each. */
bool ww_course_choose(const struct ww_course *course, double from, double to, size_t count, size_t *chosen);

#endif
