/* One drill: a detector of its own sees somebody who is not there, and has to tell of him.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It learns the place from the frames as they are for a while, then from altered copies of them. What the
 * camera's own detector does is not touched. */
#ifndef WW_COMMANDS_ONE_DRILL_H
#define WW_COMMANDS_ONE_DRILL_H

#include "commands/intruder.h"

enum ww_drill_outcome {
    WW_DRILL_MISSED, /* nobody was told in time */
    WW_DRILL_SEEN,
    WW_DRILL_VOID, /* it says nothing: somebody was really there, or the camera did not see */
};

struct ww_drill_options {
    const struct ww_camera_view *view; /* lent, with all that it lends */
    size_t region;                     /* a wall of it */
    struct ww_intruder_plan plan;      /* its wall is set from the region */
    uint32_t width, height;            /* of the planes */
    double lead;                       /* seconds of learning */
};

struct ww_drill_result {
    enum ww_drill_outcome outcome;
    enum ww_event_type alarm; /* of SEEN */
    double delay;             /* seconds from when he is first seen in the picture to the alarm */
    bool appeared;            /* he was in the picture at all; if not, it is VOID */
    struct ww_box box;        /* at the alarm, or the largest that was seen of him; pixels of the plane */
    int64_t frame;            /* where he is like that */
    double pts;
    float contrast;
};

/* What such a wall should tell of somebody, and which way he must go for that. */
struct ww_intruder_plan ww_drill_plan(const struct ww_region *wall, enum ww_intruder_way way, float place,
                                      float contrast);

struct ww_drill;

int ww_drill_create(struct ww_drill **drill, const struct ww_drill_options *options, struct ww_error *error);
void ww_drill_destroy(struct ww_drill *drill);

/* Looks at the next frame, and at the one before it (NULL: the first). `disturbed`: the frame as it is says
 * nothing of drills: somebody is at the wall, or the camera does not see. Returns 1 while it goes on, 0 when
 * it is over, or a negative errno. */
int ww_drill_step(struct ww_drill *drill, const struct ww_luma *luma, const struct ww_luma *before,
                  int64_t frame, double pts, bool disturbed, struct ww_error *error);

const struct ww_drill_result *ww_drill_result(const struct ww_drill *drill);
const struct ww_intruder *ww_drill_intruder(const struct ww_drill *drill);

/* The altered frame of the last step; lent until the next. */
struct ww_luma ww_drill_luma(const struct ww_drill *drill);

/* Whether the last step's frame shows him as the result says: best so far. */
bool ww_drill_is_best(const struct ww_drill *drill);

/* Whether learning is over. */
bool ww_drill_has_begun(const struct ww_drill *drill);

/* Seconds that one takes at most, from the begin of learning. */
double ww_drill_seconds(const struct ww_drill *drill);

#endif
