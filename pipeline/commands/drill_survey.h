/* Drills on footage, many at once: where is each wall of a camera guarded?
 * SPDX-License-Identifier: Apache-2.0
 *
 * The footage is looked at in rounds: some seconds of it are decoded and kept as planes, and every drill runs
 * over them by itself, so that none sees another's intruder. Rounds are spread evenly over the footage where
 * its length is known. */
#ifndef WW_COMMANDS_DRILL_SURVEY_H
#define WW_COMMANDS_DRILL_SURVEY_H

#include <stdatomic.h>

#include "base/packet.h"
#include "base/still.h"
#include "commands/one_drill.h"

enum { WW_SURVEY_CONTRASTS = 3, WW_SURVEY_MOST_PLACES = 64, WW_SURVEY_VIEWS = 24 };

extern const float ww_survey_contrasts[WW_SURVEY_CONTRASTS]; /* strong, medium, weak */

struct ww_survey_options {
    const struct ww_camera_view *view; /* outlives the survey */
    const char *wall;                  /* NULL: all */
    double at;                         /* the one place along the walls, 0–1; negative: `places` of them */
    int places, rounds, threads;
    bool walks, climbs;
    bool quiet;
};

/* A square of a plane. */
struct ww_survey_view {
    uint8_t *pixels;
    int side;
};

/* One drill of one round. */
struct ww_survey_trial {
    size_t region;
    int place; /* number */
    float at;  /* along the wall */
    int contrast;
    int round;
    struct ww_intruder_plan plan;
    struct ww_drill_result result;
    struct ww_spot spot; /* where he passes the line */
    float tall;          /* pixels */
    /* Of one who was missed, though his contrast was not weak: how he was to be seen. The first
     * WW_SURVEY_VIEWS of them have it. */
    struct ww_survey_view view;
};

struct ww_survey {
    struct ww_survey_options options;
    struct ww_survey_trial *trials;
    size_t count;
    int rounds;
    uint32_t width, height; /* of the planes; 0: nothing was looked at yet */
    struct ww_still *still; /* a frame of the footage, for the picture; NULL: there is none */
    bool knows_person;
    int views;
};

void ww_survey_begin(struct ww_survey *survey, const struct ww_survey_options *options);

/* Adds the drills on one footage; *abandoned becomes true when nothing of it is wanted any more. Returns 0 or
 * a negative errno: -ENODATA where it is too short for one. */
int ww_survey_add(struct ww_survey *survey, const struct ww_stream *stream, struct ww_packet_reader reader,
                  const char *label, atomic_bool *abandoned, struct ww_error *error);

void ww_survey_end(struct ww_survey *survey);

#endif
