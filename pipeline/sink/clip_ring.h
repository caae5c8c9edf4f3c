/* The packets of the last seconds, held and not copied. SPDX-License-Identifier: Apache-2.0
 *
 * Packets are in decoding order. What is read next stands at the cursor; what was read stays until it is
 * trimmed, so that clips can overlap. */
#ifndef WW_SINK_CLIP_RING_H
#define WW_SINK_CLIP_RING_H

#include "base/shared_packet.h"

struct ww_ring_entry {
    struct ww_shared_packet *packet;
    double pts;
    bool key;
};

/* All zero is an empty one. */
struct ww_clip_ring {
    struct ww_ring_entry *entries;
    size_t capacity, first, count;
    size_t cursor;      /* entries from the first one on that were read */
    size_t bytes, seen; /* of all; of the entries before `cursor` */
};

/* Takes a reference of its own. -ENOMEM. */
int ww_clip_ring_add(struct ww_clip_ring *ring, struct ww_shared_packet *packet, bool key);

/* The entry at the cursor; NULL: all were read. */
const struct ww_ring_entry *ww_clip_ring_peek(const struct ww_clip_ring *ring);

/* The entry at the cursor is read. */
void ww_clip_ring_step(struct ww_clip_ring *ring);

/* Sets the cursor to the last key frame that is not after `pts`, or else to the first there is; to the end
 * where there is none. */
void ww_clip_ring_seek(struct ww_clip_ring *ring, double pts);

/* Forgets what was read and is not needed to play from `pts` on. */
void ww_clip_ring_trim(struct ww_clip_ring *ring, double pts);

/* Forgets the oldest, up to a key frame, until at most so many bytes are left, read or not. */
void ww_clip_ring_shrink(struct ww_clip_ring *ring, size_t most);

/* The same of what was read alone; whether there was too much. */
bool ww_clip_ring_shrink_seen(struct ww_clip_ring *ring, size_t most);

/* Forgets all, and frees. */
void ww_clip_ring_clear(struct ww_clip_ring *ring);

#endif
