/* The drills of one live camera: when, where along its walls, and what is told of them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One drill at a time, each wall in turn; place, way and contrast are drawn by lot. While one lasts a frame
 * costs two detections. Detection of what is really there goes on all the time and knows nothing of it. */
#ifndef WW_COMMANDS_DRILL_DUTY_H
#define WW_COMMANDS_DRILL_DUTY_H

#include "commands/camera.h"
#include "sink/sink.h"

struct ww_drill_duty;

struct ww_drill_duty_options {
    const struct ww_camera_view
        *view; /* this and the sink outlive the duty, and what of it is to be written */
    struct ww_sink *sink;
    double every; /* seconds; 0: only when asked */
};

/* NULL: no memory, or no wall. */
struct ww_drill_duty *ww_drill_duty_create(const struct ww_drill_duty_options *options);
void ww_drill_duty_destroy(struct ww_drill_duty *duty);

/* Asks for a drill at each wall, now; on any thread. */
void ww_drill_duty_ask(struct ww_drill_duty *duty);

/* What detection saw of a frame. */
struct ww_duty_frame {
    const struct ww_luma *luma;
    const struct ww_findings *findings;
    int64_t frame, time_us;
    double pts;
};

void ww_drill_duty_step(struct ww_drill_duty *duty, const struct ww_duty_frame *frame);

/* The camera was lost, or another picture begins: a drill that was going on says nothing. */
void ww_drill_duty_interrupt(struct ww_drill_duty *duty);

#endif
