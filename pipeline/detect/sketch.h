/* A coarse copy of the picture, and how sharp it is: what a camera's health is judged by.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The copy is divided into tiles. Detail is what one pixel differs from the next, as far as two rows have it
 * in common: noise is none. Four rows of a few are read. */
#ifndef WW_DETECT_SKETCH_H
#define WW_DETECT_SKETCH_H

#include <stdbool.h>

#include <wallwatch/detector.h>

enum {
    WW_SKETCH_COLUMNS = 16,
    WW_SKETCH_ROWS = 12,
    WW_SKETCH_TILES = WW_SKETCH_COLUMNS * WW_SKETCH_ROWS,
    WW_SKETCH_WIDEST = 200, /* pixels of the copy */
    WW_SKETCH_LEAST = 144,  /* pixels a side: of a smaller picture there is no sketch */
};

struct ww_sketch {
    int width, height;             /* of the copy */
    int reduction;                 /* pixels of the picture to one of the copy, each way */
    uint8_t *copy, *line, *before; /* width × height; a row before it is narrowed; the rows read last */
    float detail; /* mean square of the step from pixel to pixel, grey levels²; may be below 0 */
    bool same;    /* no pixel that was read has changed */
    bool started;
};

/* 0 or -ENOMEM. */
int ww_sketch_create(struct ww_sketch *sketch, uint32_t width, uint32_t height);
void ww_sketch_destroy(struct ww_sketch *sketch);

void ww_sketch_draw(struct ww_sketch *sketch, const struct ww_luma *luma);

/* Where a tile's part of a side of that length begins; of the tile after the last: its end. */
static inline int ww_sketch_edge(int tile, int tiles, int side)
{
    return tile * side / tiles;
}

#endif
