/* How like its past a sketch is. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_LIKENESS_H
#define WW_DETECT_LIKENESS_H

#include "detect/sketch.h"

/* The past of a sketch. */
struct ww_past {
    float *mean;    /* of the copies */
    uint8_t *copy;  /* the same, rounded */
    uint16_t *soft; /* the mean without what is finer than a pixel's shift; while it is searched for */
    float detail;
    float burnt; /* share of the picture */
    int width, height;
};

/* Shares are of the tiles that had structure. */
struct ww_past_likeness {
    float intact;               /* share of those that are as they were */
    float inverted;             /* share of those that have the same edges, dark where they were bright */
    int told_by;                /* so many of them */
    float lost, faint;          /* shares, see health.h; faint: lost or faint */
    float detail;               /* steps from pixel to pixel, of what they were */
    float sharp;                /* the same, of what the light lets expect */
    float light, light_before;  /* grey levels, means of the picture */
    float burnt, burnt_before;  /* shares of the picture */
    float burnt_anew;           /* where it was not before */
    float layout, layout_slope; /* correlation of the tiles' means; how much of their contrast is left */
    float structured;           /* share of all tiles that have structure now */
    float structured_before;    /* that had */
};

int ww_past_create(struct ww_past *past, const struct ww_sketch *sketch);
void ww_past_destroy(struct ww_past *past);

/* Goes `part` (0–1) of the way to what the sketch shows. */
void ww_past_learn(struct ww_past *past, const struct ww_sketch *sketch, float part);

void ww_past_compare(const struct ww_past *past, const struct ww_sketch *sketch,
                     struct ww_past_likeness *likeness);

/* Whether the past is found again in what is recent, some way off. Takes milliseconds. */
bool ww_past_is_displaced(struct ww_past *past, struct ww_past *recent);

#endif
