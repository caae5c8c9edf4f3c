/* Cleans a mask: the majority in a window around each pixel; of a window that somebody does not fill, most of
 * what he can fill of it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_CLEANER_H
#define WW_DETECT_CLEANER_H

#include "detect/bitplane.h"

struct ww_cleaner;

/* person: pixels, the height of the smallest that is to be left; 0: not known. NULL: no memory. */
struct ww_cleaner *ww_cleaner_create(uint32_t width, uint32_t height, float person);
void ww_cleaner_destroy(struct ww_cleaner *cleaner);

/* clean: where enough of the window is set. near: where a seventh of it is. All of both is written; bits past
 * the width come out 0. */
void ww_cleaner_run(struct ww_cleaner *cleaner, const struct ww_bitplane *raw, struct ww_bitplane *clean,
                    struct ww_bitplane *near);

#endif
