/* From tracks and acts to events: motion in a region, from its first sign to its last, and what people do at
 * walls. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_EVENTS_H
#define WW_DETECT_EVENTS_H

#include <wallwatch/detector.h>

#include "detect/shake.h"
#include "detect/tracker.h"
#include "detect/walls.h"

struct ww_event_rules {
    double gap;                           /* seconds without motion that end an event */
    double update;                        /* seconds between the updates of one that lasts */
    uint32_t width, height;               /* of the plane */
    uint32_t source_width, source_height; /* of the frames that boxes are given in */
};

/* Keeps the open events of all regions: of motion at most one a region. */
struct ww_event_keeper;

/* NULL: no memory. `walls` is lent. */
struct ww_event_keeper *ww_event_keeper_create(const struct ww_detector_config *config,
                                               const struct ww_event_rules *rules,
                                               const struct ww_walls *walls);
void ww_event_keeper_destroy(struct ww_event_keeper *keeper);

/* Fills the events and the best of *findings; they are the keeper's, until its next call. `shift` leads from
 * the tracks to the picture, of which `luma` is the plane. */
void ww_event_keeper_step(struct ww_event_keeper *keeper, const struct ww_track *tracks, size_t count,
                          const struct ww_act *acts, size_t act_count, int64_t frame, double pts,
                          struct ww_shift shift, const struct ww_luma *luma, struct ww_findings *findings);

/* What is told of the camera itself from the next step on; `frame` and `pts` say since when. Being told so,
 * or not any more, it is armed or not. */
void ww_event_keeper_tamper(struct ww_event_keeper *keeper, enum ww_tamper tamper, int64_t frame, double pts);

/* Not armed: nothing begins, and what is open ends with the next step. */
void ww_event_keeper_arm(struct ww_event_keeper *keeper, bool armed);
void ww_event_keeper_finish(struct ww_event_keeper *keeper, struct ww_findings *findings);

#endif
