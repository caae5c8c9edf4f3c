/* How well somebody would be seen at each region. SPDX-License-Identifier: Apache-2.0
 *
 * Judged on the sketch, a few times a second. Somebody in dark clothes reflects about two fifths of what is
 * around him does (the strong contrast of drills), so he differs from it by 0.6 of the region's brightness.
 * Too dark: that is less than detection needs without noise. Noisy: less than it needs in this noise. Faint:
 * the whole picture has little contrast, as in fog or through a dirty lens. What is told must have lasted. */
#ifndef WW_DETECT_VISIBILITY_H
#define WW_DETECT_VISIBILITY_H

#include <wallwatch/detector.h>

#include "detect/regions.h"
#include "detect/sketch.h"

struct ww_visibility;

/* Of the whole picture where there are no regions. NULL: no memory. */
struct ww_visibility *ww_visibility_create(const struct ww_regions *regions, uint32_t width, uint32_t height);
void ww_visibility_destroy(struct ww_visibility *visibility);

/* Looks at a sketch that was just drawn; noise: standard deviation, grey levels. */
void ww_visibility_look(struct ww_visibility *visibility, const struct ww_sketch *sketch, double noise,
                        double pts);

/* One a region; `blind`: all are. Lent until the next call. */
const enum ww_view *ww_visibility_views(struct ww_visibility *visibility, bool blind);

#endif
