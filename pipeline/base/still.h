/* A frame kept for later: what evidence is made of. SPDX-License-Identifier: Apache-2.0
 *
 * Decoding makes stills, sinks use them; neither knows the other. A still costs a reference to the
 * frame's compressed bytes or decoded buffers, no copy; colour is decoded only when it is asked for. */
#ifndef WW_BASE_STILL_H
#define WW_BASE_STILL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <wallwatch/error.h>

/* Packed 8-bit R, G, B; rows follow each other without padding. `pixels` is the owner's to free. */
struct ww_picture {
    uint8_t *pixels;
    uint32_t width, height;
};

struct ww_still;

struct ww_still_type {
    /* Fills *picture at full size, in colour. Returns 0 or a negative errno. */
    int (*decode)(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error);
    void (*destroy)(struct ww_still *still);
};

struct ww_still {
    const struct ww_still_type *type;
    atomic_int references;
    const char *extension; /* of a file with `bytes`, "jpg" or "png"; NULL: there are no such bytes */
    const uint8_t *bytes;  /* the frame as it was recorded */
    size_t size;
    bool is_drawn; /* no camera saw it so: there is no original */
};

static inline struct ww_still *ww_still_retain(struct ww_still *still)
{
    if (still)
        atomic_fetch_add(&still->references, 1);
    return still;
}

static inline void ww_still_release(struct ww_still *still)
{
    if (still && atomic_fetch_sub(&still->references, 1) == 1)
        still->type->destroy(still);
}

static inline void ww_picture_free(struct ww_picture *picture)
{
    free(picture->pixels);
    picture->pixels = NULL;
}

#endif
