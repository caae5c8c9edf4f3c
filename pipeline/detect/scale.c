/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/scale.h"

#include <math.h>

/* Of the square of a person's height: who stands shows about a quarter of it, who crawls not much less, a cat
 * a fortieth. Half of somebody may be hidden, or like the ground. */
static const float least_area = 0.065f;
static const float beginning = 0.35f;       /* of that, by who is just coming into sight */
static const float distinct = 24;           /* pixels; what is smaller may be snow or noise */
static const float shown_by_cut_off = 0.4f; /* of that, by who is partly outside of the picture */
static const float shown_by_low = 0.75f;    /* the same, no taller in sight than a dog: a cat is all there */
static const float low = 0.4f;              /* of a person's height */

struct ww_scale ww_scale_fit(const struct ww_person_height *heights, size_t count, uint32_t plane_width,
                             uint32_t plane_height)
{
    float rows = (float)plane_height, n = (float)count, y = 0, h = 0, yy = 0, yh = 0;
    for (size_t i = 0; i < count; i++) {
        float row = heights[i].y * rows, height = heights[i].height * rows;
        y += row;
        h += height;
        yy += row * row;
        yh += row * height;
    }
    float spread = n * yy - y * y;
    struct ww_scale scale = {.known = count > 0, .width = (int)plane_width, .height = (int)plane_height};
    for (size_t i = 0; i < count; i++)
        if (i == 0 || heights[i].height * rows < scale.least)
            scale.least = heights[i].height * rows;
    if (count > 0) {
        scale.by_row = spread > 1 ? (n * yh - y * h) / spread : 0;
        scale.at_top = (h - scale.by_row * y) / n;
    }
    return scale;
}

uint32_t ww_scale_least_area(const struct ww_scale *scale)
{
    return (uint32_t)(least_area * scale->least * scale->least);
}

static float beginning_of(float least)
{
    return fmaxf(beginning * least, fminf(distinct, least));
}

uint32_t ww_scale_least_beginning(const struct ww_scale *scale)
{
    return (uint32_t)beginning_of(least_area * scale->least * scale->least);
}

/* The part of the least area that is to be in the picture. */
static float part_shown(const struct ww_scale *scale, const struct ww_blob *blob)
{
    if (blob->left > 0 && blob->right < scale->width && blob->bottom < scale->height)
        return 1;
    return (float)(blob->bottom - blob->top) < low * blob->person ? shown_by_low : shown_by_cut_off;
}

size_t ww_scale_drop(const struct ww_scale *scale, struct ww_blob *blobs, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        float height = scale->at_top + scale->by_row * (float)blobs[i].bottom;
        height = height < scale->least ? scale->least : height; /* who is off the ground is no smaller */
        blobs[i].person = scale->known ? height : 0;
        float least = least_area * height * height * part_shown(scale, &blobs[i]);
        float area = (float)blobs[i].area;
        blobs[i].is_small = scale->known && area < least;
        if (!scale->known || area >= beginning_of(least))
            blobs[kept++] = blobs[i];
    }
    return kept;
}
