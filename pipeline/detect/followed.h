/* Whom a detector follows after a step, for its hindsight. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_FOLLOWED_H
#define WW_DETECT_FOLLOWED_H

#include <wallwatch/detector.h>

#include "detect/shake.h"
#include "detect/tracker.h"

struct ww_followed {
    const struct ww_track *tracks; /* the detector's, until its next step */
    size_t count;
    struct ww_shift shift;
    uint32_t width, height, source_width, source_height;
    unsigned clearings; /* how often it forgot everybody so far */
};

struct ww_followed ww_detector_followed(const struct ww_detector *detector);

#endif
