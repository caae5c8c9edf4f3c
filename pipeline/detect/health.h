/* Whether the camera sees what it saw before. SPDX-License-Identifier: Apache-2.0
 *
 * A few times a second the picture's sketch is compared with its own past, tile by tile, where that had
 * structure:
 *
 *   lost      the structure is not the same any more (correlation)
 *   faint     what there is of it is weaker than the light explains (slope of the regression)
 *
 * and so is all detail together: sharp, or not.
 *
 * Covered: lost or faint nearly everywhere, and not sharp, as what is close to the lens is. Blinded: so, and
 * burnt out. Moved: lost nearly everywhere, but sharp and still; or found again somewhere else, for which it
 * is searched, too, when much is not as it usually is, though little of it is lost. Defocused: not sharp,
 * while the distribution of brightness stays. Frozen: not even noise changes. Dark: no structure and no light
 * left, and there was little before; a picture that is bright one second and black the next is covered.
 *
 * The past is a running mean over half a minute: night, fog and weather become part of it. What looks as if
 * something were in the way does not, for a while, and not while it is told. */
#ifndef WW_DETECT_HEALTH_H
#define WW_DETECT_HEALTH_H

#include <stdbool.h>

#include <wallwatch/detector.h>

#include "detect/sketch.h"

struct ww_health;

struct ww_health_report {
    enum ww_tamper tamper; /* told; WW_TAMPER_NONE: all is well */
    int64_t frame;         /* where it was first seen, or was first good again */
    double pts;
    const struct ww_sketch *sketch; /* drawn in this step; NULL: none was */
    bool upset;      /* much of the picture has changed at once: who comes into view now may be no one */
    bool obstructed; /* so much of the picture is another one, or it is blind: what moves is nobody */
};

/* Too small a picture is always well. NULL: no memory. */
struct ww_health *ww_health_create(uint32_t width, uint32_t height);
void ww_health_destroy(struct ww_health *health);

/* Looks at the next frame, as it came. */
const struct ww_health_report *ww_health_step(struct ww_health *health, const struct ww_luma *luma,
                                              int64_t frame, double pts);

#endif
