/* One person at one wall or zone: see walls.h. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_PASSAGE_H
#define WW_DETECT_PASSAGE_H

#include "detect/footfall.h"
#include "detect/walls.h"

enum ww_wall_side { WW_SIDE_UNKNOWN, WW_SIDE_OUTSIDE, WW_SIDE_INSIDE };

/* What every frame needs comes first, what is large last. */
struct ww_passage {
    struct ww_moment last;
    struct ww_wall_place place;
    float bottom;                 /* distance of the box's lower side */
    enum ww_wall_side side, feet; /* settled; where the feet are */
    double away_pts;              /* in the region last */
    double feet_pts;              /* since when they are there */
    double overlap_pts;           /* on the line last */
    float overlap_distance, overlap_along, first_distance;
    bool present, in_strip, overlaps, has_passed;
    bool refined;           /* the moment of passing, by what came after it */
    bool hung;              /* from the line, at first sight, and has not dropped yet */
    bool from_outside;      /* he was, when he entered the strip */
    unsigned told, waiting; /* types */
    size_t path_count;
    float path_step;                                /* pixels from one point to the next */
    struct ww_moment first, entry, passed, overlap; /* first: of being beside the line */
    struct ww_point path[WW_MAX_PATH];
    struct ww_footfalls footfalls;
};

/* What a passage needs to know of its region. */
struct ww_passage_rules {
    const struct ww_wall_line *line; /* NULL: of a zone */
    uint64_t bit;                    /* of the region in a blob's regions */
    double dwell;                    /* seconds */
};

/* Of somebody who has not been seen yet. */
void ww_passage_begin(struct ww_passage *passage);

/* Follows a track that was seen. Returns the acts, one bit a type, that begin; their moments are in the
 * passage, see ww_passage_since. */
unsigned ww_passage_step(struct ww_passage *passage, const struct ww_passage_rules *rules,
                         const struct ww_track *track, int64_t frame, double pts);

/* The types of acts that go on, if they have begun. */
unsigned ww_passage_going_on(const struct ww_passage *passage);

/* When an act of that type began. */
const struct ww_moment *ww_passage_since(const struct ww_passage *passage, enum ww_event_type type);

#endif
