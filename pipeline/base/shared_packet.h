/* A packet that several hold: a decoder, a chunk, a clip. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_SHARED_PACKET_H
#define WW_BASE_SHARED_PACKET_H

#include <stdatomic.h>
#include <stdlib.h>

#include "base/packet.h"

struct ww_shared_packet {
    atomic_int references;
    struct ww_packet packet;
};

/* Takes the packet over, unless NULL (no memory) is returned; the caller has the first reference. */
static inline struct ww_shared_packet *ww_packet_share(struct ww_packet *packet)
{
    struct ww_shared_packet *shared = malloc(sizeof *shared);
    if (!shared)
        return NULL;
    atomic_init(&shared->references, 1);
    shared->packet = *packet;
    *packet = (struct ww_packet){0};
    return shared;
}

static inline struct ww_shared_packet *ww_shared_packet_retain(struct ww_shared_packet *shared)
{
    atomic_fetch_add(&shared->references, 1);
    return shared;
}

static inline void ww_shared_packet_release(struct ww_shared_packet *shared)
{
    if (shared && atomic_fetch_sub(&shared->references, 1) == 1) {
        ww_packet_release(&shared->packet);
        free(shared);
    }
}

static inline void ww_shared_packet_give_back(void *lease)
{
    ww_shared_packet_release((struct ww_shared_packet *)lease);
}

/* The packet as one holder's own, who releases it like any other. */
static inline struct ww_packet ww_shared_packet_lend(struct ww_shared_packet *shared)
{
    struct ww_packet packet = shared->packet;
    packet.release = ww_shared_packet_give_back;
    packet.lease = ww_shared_packet_retain(shared);
    return packet;
}

#endif
