/* A video cut where it leans on nothing before: at key frames. SPDX-License-Identifier: Apache-2.0
 *
 * A key frame may be followed by pictures that are shown before it and lean on what was before it (an open
 * group of pictures). They belong to the chunk before, which is given the key frame and them once more. */
#ifndef WW_DECODE_VIDEO_CHUNK_H
#define WW_DECODE_VIDEO_CHUNK_H

#include "base/shared_packet.h"

struct ww_video_chunk {
    atomic_int references;
    struct ww_shared_packet **packets;
    size_t count, capacity;
    size_t own;                     /* of the packets; those after them are the next chunk's */
    int64_t first_ticks, end_ticks; /* frames before and from there on are another chunk's */
};

struct ww_video_chunk *ww_video_chunk_retain(struct ww_video_chunk *chunk);
void ww_video_chunk_release(struct ww_video_chunk *chunk); /* NULL is allowed */

struct ww_video_chunker;

/* NULL: no memory. */
struct ww_video_chunker *ww_video_chunker_create(const struct ww_stream *stream,
                                                 struct ww_packet_reader reader);
void ww_video_chunker_destroy(struct ww_video_chunker *chunker);

/* Returns 1 and a chunk, 0 at the end, or a negative errno; what was read before an error came out. */
int ww_video_chunker_next(struct ww_video_chunker *chunker, struct ww_video_chunk **chunk,
                          struct ww_error *error);

#endif
