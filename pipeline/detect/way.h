/* How far a track goes, and how. SPDX-License-Identifier: Apache-2.0
 *
 * Somebody goes straight on, and all of him does; what sways comes back, a shadow's edge becomes longer, what
 * is being learned shrinks, and rain falls faster than anybody runs. */
#ifndef WW_DETECT_WAY_H
#define WW_DETECT_WAY_H

#include <stdbool.h>

#include "detect/tracker.h"

/* It is seen for the first time, as track->blob. */
void ww_way_start(struct ww_track *track, double pts);

/* How far it goes counts from here on; how far it has grown, from its first sight. */
void ww_way_begin(struct ww_track *track, double pts);

/* track->x and y have followed it to the blob, which is not track->blob yet. */
void ww_way_follow(struct ww_track *track, const struct ww_tracker_rules *rules, const struct ww_blob *blob,
                   double pts);

/* Pixels that one side has gone out while the other one stayed. */
float ww_way_growth(const struct ww_track *track, const struct ww_tracker_rules *rules);

/* Whether it went so many pixels as somebody goes. */
bool ww_way_is_of_somebody(const struct ww_track *track, const struct ww_tracker_rules *rules, float travel);

bool ww_way_is_too_fast(const struct ww_track *track);

/* Whether it went straight on, further than it is large. */
bool ww_way_has_left(const struct ww_track *track, const struct ww_tracker_rules *rules);

#endif
