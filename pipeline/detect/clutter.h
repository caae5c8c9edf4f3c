/* How many blobs there are that are nobody: rain, snow, leaves. SPDX-License-Identifier: Apache-2.0
 *
 * Where there are many, the next one is soon where a track expects its own, and what went from one to the
 * other seems to walk. How much a sight tells is the ratio of its probability under a track to that under
 * clutter (S. Blackman, R. Popoli, "Design and Analysis of Modern Tracking Systems", 1999, chapter 6: track
 * score; A. Wald, "Sequential Tests of Statistical Hypotheses", 1945). Clutter is what tracks were that
 * nobody confirmed; it is counted by place, since trees stay where they are. Leaves that are one blob leave
 * most of its box empty, and somebody does not. */
#ifndef WW_DETECT_CLUTTER_H
#define WW_DETECT_CLUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/blobs.h"

enum { WW_CLUTTER_COLUMNS = 16, WW_CLUTTER_ROWS = 9 };

struct ww_clutter {
    float width, height;                                /* of the plane */
    float sights[WW_CLUTTER_ROWS][WW_CLUTTER_COLUMNS];  /* a frame, running mean */
    float counted[WW_CLUTTER_ROWS][WW_CLUTTER_COLUMNS]; /* since the frame before */
    float all;                                          /* a frame, of the whole picture */
    float present;                                      /* in this frame, whoever they are */
    float size, size_square; /* running means of the logarithm of an area and of its square */
    float sized;             /* sights they are made of */
    double seconds;          /* watched */
    double starts, started;  /* tracks a second, running mean; in this frame */
    bool any_started;
};

void ww_clutter_begin(struct ww_clutter *clutter, uint32_t width, uint32_t height);

/* So many blobs are in this frame. */
void ww_clutter_expect(struct ww_clutter *clutter, size_t blobs);

/* A track has begun; a track that was seen so often, there last, was nobody. */
void ww_clutter_start(struct ww_clutter *clutter);
void ww_clutter_add(struct ww_clutter *clutter, const struct ww_blob *last, int sights);

void ww_clutter_step(struct ww_clutter *clutter, double seconds);

/* What a sight tells that a track of that reach expected there; what must be told to make a track somebody;
 * and where that is asked for, what must be told of a blob that may be small for somebody, as leaves are. */
float ww_clutter_evidence(const struct ww_clutter *clutter, const struct ww_blob *track,
                          const struct ww_blob *blob, float reach_x, float reach_y);
float ww_clutter_needed(const struct ww_clutter *clutter);
float ww_clutter_needed_of(const struct ww_blob *blob, float needed);

#endif
