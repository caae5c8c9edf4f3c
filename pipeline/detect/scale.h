/* How tall a person is in each row of the picture. SPDX-License-Identifier: Apache-2.0
 *
 * On flat ground, seen by a level camera, the height in the picture is a linear function of the row of the
 * feet (D. Hoiem, A. Efros, M. Hebert, "Putting Objects in Perspective", IJCV 2008); it is fitted to the
 * heights that the user gave. */
#ifndef WW_DETECT_SCALE_H
#define WW_DETECT_SCALE_H

#include <wallwatch/detector.h>

#include "detect/blobs.h"

struct ww_scale {
    bool known;
    int width, height;    /* of the plane */
    float least;          /* of the heights that were given */
    float at_top, by_row; /* height = at_top + by_row × row of the feet; pixels */
};

struct ww_scale ww_scale_fit(const struct ww_person_height *heights, size_t count, uint32_t plane_width,
                             uint32_t plane_height);

/* The fewest pixels that somebody shows, anywhere in the picture; and who is just coming into sight. */
uint32_t ww_scale_least_area(const struct ww_scale *scale);
uint32_t ww_scale_least_beginning(const struct ww_scale *scale);

/* Marks the blobs that are much smaller than a person, crouched or crawling (one at an edge of the picture
 * may be the smaller); takes those out of the list that are less than the beginning of one, keeps the order
 * of the others, and returns how many they are. */
size_t ww_scale_drop(const struct ww_scale *scale, struct ww_blob *blobs, size_t count);

#endif
