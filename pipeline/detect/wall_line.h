/* A wall's line in a plane. SPDX-License-Identifier: Apache-2.0
 *
 * Distances are pixels of the plane, negative outside of the wall and positive inside. Beyond the ends of the
 * line there is neither; an end at the picture's edge goes on for ever. */
#ifndef WW_DETECT_WALL_LINE_H
#define WW_DETECT_WALL_LINE_H

#include <wallwatch/detector.h>

struct ww_wall_line {
    struct ww_point *points; /* pixels */
    float *lengths;          /* from each to the next */
    size_t count;            /* 2 or more */
    float strip;             /* pixels */
    float outward;           /* 1: outside is to the left, seen from its first point; -1: to the right */
    bool open_start, open_end;
};

/* Where a place lies. */
struct ww_wall_place {
    float distance; /* signed */
    float along;    /* pixels from the line's start */
    bool beside;    /* not beyond an end */
};

/* Returns 0 or -ENOMEM. */
int ww_wall_line_create(struct ww_wall_line *line, const struct ww_region *wall, uint32_t width,
                        uint32_t height);
void ww_wall_line_destroy(struct ww_wall_line *line);

struct ww_wall_place ww_wall_line_place(const struct ww_wall_line *line, float x, float y);

#endif
