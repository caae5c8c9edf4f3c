/* Tracks: blobs followed from frame to frame. SPDX-License-Identifier: Apache-2.0
 *
 * Blobs are given to tracks greedily, nearest first, where a track is expected after a constant
 * velocity. A track is confirmed when it has lasted, is not explained by clutter, and has really gone
 * somewhere, with both sides, or grown away from the picture's edge, or up or down, as who comes into the
 * picture or over a wall does: leaves that sway, rain and noise come back to where they were, and a shadow
 * only becomes longer. A track may begin smaller than somebody is, so that his way is known when all of him
 * is to be seen. */
#ifndef WW_DETECT_TRACKER_H
#define WW_DETECT_TRACKER_H

#include <stdbool.h>

#include "detect/blobs.h"

enum { WW_MAX_TRACKS = 64 };

struct ww_entry {
    int64_t frame;
    double pts;
    struct ww_blob blob; /* its regions are 0 where there was none yet */
};

/* A side of a blob's box, smoothed; pixels. */
struct ww_side {
    float at, birth, begun; /* begun: where its way began last */
    float path, way;        /* way: where the path ends */
};

/* The same path in steps of a second, in which swinging legs and arms do not count. */
struct ww_stride {
    double pts;
    float x, y, path;
    int steps;
};

/* Sights in which it was as large as somebody: what is smaller may be his beginning, but tells nothing. */
struct ww_large_sights {
    int count, in_a_row;
    int frames;   /* from the first on */
    int outlined; /* those whose outline's step is known */
    float steps;  /* their sum */
};

enum { WW_LEFT, WW_RIGHT, WW_TOP, WW_BOTTOM, WW_SIDES };

struct ww_track {
    uint32_t id;                  /* counts up from 1 */
    float extent;                 /* the longest side it had */
    struct ww_blob blob;          /* where it was seen last */
    float x, y;                   /* smoothed centroid */
    float velocity_x, velocity_y; /* pixels a second */
    float birth_x, birth_y;       /* where it was first as large as somebody */
    float evidence;               /* logarithm of how much likelier it is one thing than clutter */
    float path; /* pixels that the smoothed centroid has gone, from one tenth of a second to the next */
    float way_x, way_y; /* where the path ends, and when */
    float farthest;     /* pixels from its birth, at the most */
    float score;        /* 0–1, of a confirmed track */
    struct ww_side sides[WW_SIDES];
    float anchor_x, anchor_y; /* where it was when it went on last */
    double anchor_pts;
    float still_x, still_y; /* where it has stood since, to the pixel */
    double still_pts;
    double first_pts, birth_pts, seen_pts, way_pts; /* first: small as it may have been */
    struct ww_stride stride;
    struct ww_entry entry; /* its first sight in any region */
    struct ww_large_sights large;
    int hits, frames; /* frames in which it was seen; since its birth */
    bool confirmed;
    bool just_confirmed; /* in this step */
    bool seen;           /* in this step */
};

struct ww_tracker_rules {
    uint32_t width, height; /* of the plane */
    double confirm_seconds; /* youngest age of a confirmed track */
    double forget_seconds;  /* unseen for so long, an unconfirmed track is dropped; a confirmed one
                               after three times that */
    float min_travel;       /* pixels; small blobs must go at least so far */
    float max_travel;       /* pixels; no blob needs to go farther */
    float min_straightness; /* of distance to path */
};

struct ww_tracker;

struct ww_tracker *ww_tracker_create(const struct ww_tracker_rules *rules); /* NULL: no memory */
void ww_tracker_destroy(struct ww_tracker *tracker);

/* Follows the tracks to this frame's blobs. Returns how many there are; *tracks is the tracker's. */
size_t ww_tracker_step(struct ww_tracker *tracker, const struct ww_blob *blobs, size_t blob_count,
                       int64_t frame, double pts, const struct ww_track **tracks);

/* From now on a track must be so many seconds old to be confirmed, of those after `until`; or have gone
 * straight on, further than it is large. */
void ww_tracker_doubt(struct ww_tracker *tracker, double until, double seconds);

/* Whether nobody is confirmed until this is set otherwise. */
void ww_tracker_withhold(struct ww_tracker *tracker, bool withhold);

/* Forgets all tracks. */
void ww_tracker_clear(struct ww_tracker *tracker);

#endif
