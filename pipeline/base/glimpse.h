/* A frame in small and in colour, for a sheet of frames. SPDX-License-Identifier: Apache-2.0
 *
 * Decoding makes glimpses of a video on its way, sinks use them: to decode a frame again takes all frames
 * from its key frame on. */
#ifndef WW_BASE_GLIMPSE_H
#define WW_BASE_GLIMPSE_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

struct ww_glimpse {
    atomic_int references;
    uint32_t width, height; /* pixels of the first plane */
    int format;             /* libav's enum AVPixelFormat; three planes of bytes: brightness, then colour */
    uint8_t *planes[3];     /* rows are 64-byte aligned */
    int strides[3];
    size_t bytes; /* of all planes */
};

static inline struct ww_glimpse *ww_glimpse_retain(struct ww_glimpse *glimpse)
{
    atomic_fetch_add(&glimpse->references, 1);
    return glimpse;
}

static inline void ww_glimpse_release(struct ww_glimpse *glimpse)
{
    if (!glimpse || atomic_fetch_sub(&glimpse->references, 1) != 1)
        return;
    for (int i = 0; i < 3; i++)
        free(glimpse->planes[i]);
    free(glimpse);
}

#endif
