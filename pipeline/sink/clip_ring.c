/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/clip_ring.h"

#include <errno.h>

enum { FIRST_CAPACITY = 64 };

static struct ww_ring_entry *entry(const struct ww_clip_ring *ring, size_t index)
{
    return &ring->entries[(ring->first + index) % ring->capacity];
}

static int grow(struct ww_clip_ring *ring)
{
    size_t capacity = ring->capacity ? 2 * ring->capacity : FIRST_CAPACITY;
    struct ww_ring_entry *grown = malloc(capacity * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    for (size_t i = 0; i < ring->count; i++)
        grown[i] = *entry(ring, i);
    free(ring->entries);
    ring->entries = grown;
    ring->capacity = capacity;
    ring->first = 0;
    return 0;
}

int ww_clip_ring_add(struct ww_clip_ring *ring, struct ww_shared_packet *packet, bool key)
{
    if (ring->count == ring->capacity && grow(ring) != 0)
        return -ENOMEM;
    *entry(ring, ring->count++) =
        (struct ww_ring_entry){ww_shared_packet_retain(packet), packet->packet.pts, key};
    ring->bytes += packet->packet.size;
    return 0;
}

const struct ww_ring_entry *ww_clip_ring_peek(const struct ww_clip_ring *ring)
{
    return ring->cursor < ring->count ? entry(ring, ring->cursor) : NULL;
}

void ww_clip_ring_step(struct ww_clip_ring *ring)
{
    ring->seen += entry(ring, ring->cursor++)->packet->packet.size;
}

static void drop_first(struct ww_clip_ring *ring)
{
    struct ww_ring_entry *oldest = entry(ring, 0);
    ring->bytes -= oldest->packet->packet.size;
    ring->seen -= ring->cursor > 0 ? oldest->packet->packet.size : 0;
    ww_shared_packet_release(oldest->packet);
    ring->first = (ring->first + 1) % ring->capacity;
    ring->count--;
    ring->cursor -= ring->cursor > 0;
}

void ww_clip_ring_seek(struct ww_clip_ring *ring, double pts)
{
    size_t found = ring->count;
    for (size_t i = 0; i < ring->count; i++) {
        const struct ww_ring_entry *at = entry(ring, i);
        if (at->key && (found == ring->count || at->pts <= pts))
            found = i;
    }
    for (ring->cursor = ring->seen = 0; ring->cursor < found; ww_clip_ring_step(ring))
        ;
}

/* How many lie before the last key frame that is not after `pts`. */
static size_t unneeded(const struct ww_clip_ring *ring, double pts)
{
    size_t needed = 0;
    for (size_t i = 0; i < ring->count && entry(ring, i)->pts <= pts; i++)
        if (entry(ring, i)->key)
            needed = i;
    return needed;
}

void ww_clip_ring_trim(struct ww_clip_ring *ring, double pts)
{
    for (size_t n = unneeded(ring, pts); n > 0 && ring->cursor > 0; n--)
        drop_first(ring);
}

static void drop_to_key(struct ww_clip_ring *ring)
{
    do
        drop_first(ring);
    while (ring->count > 0 && !entry(ring, 0)->key);
}

void ww_clip_ring_shrink(struct ww_clip_ring *ring, size_t most)
{
    while (ring->bytes > most && ring->count > 0)
        drop_to_key(ring);
}

bool ww_clip_ring_shrink_seen(struct ww_clip_ring *ring, size_t most)
{
    bool shrinks = ring->seen > most;
    while (ring->seen > most)
        drop_to_key(ring);
    return shrinks;
}

void ww_clip_ring_clear(struct ww_clip_ring *ring)
{
    while (ring->count > 0)
        drop_first(ring);
    free(ring->entries);
    *ring = (struct ww_clip_ring){0};
}
