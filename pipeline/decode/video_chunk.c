/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/video_chunk.h"

#include <errno.h>
#include <libavcodec/codec_par.h>
#include <libavutil/avutil.h>

/* Smaller ones would cost more in starting anew than they gain. */
enum { LEAST_PACKETS = 16, LEAST_BYTES = 256 << 10 };

struct ww_video_chunker {
    struct ww_packet_reader reader;
    bool blind;                  /* pictures are not in the order of their packets, and tell no time */
    struct ww_video_chunk *next; /* its first packets, already read */
    bool ended;
    int end_code;
    struct ww_error end_error;
};

static struct ww_video_chunk *create(void)
{
    struct ww_video_chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk)
        return NULL;
    atomic_init(&chunk->references, 1);
    chunk->first_ticks = INT64_MIN;
    chunk->end_ticks = INT64_MAX;
    return chunk;
}

struct ww_video_chunk *ww_video_chunk_retain(struct ww_video_chunk *chunk)
{
    atomic_fetch_add(&chunk->references, 1);
    return chunk;
}

void ww_video_chunk_release(struct ww_video_chunk *chunk)
{
    if (!chunk || atomic_fetch_sub(&chunk->references, 1) != 1)
        return;
    for (size_t i = 0; i < chunk->count; i++)
        ww_shared_packet_release(chunk->packets[i]);
    free(chunk->packets);
    free(chunk);
}

struct ww_video_chunker *ww_video_chunker_create(const struct ww_stream *stream,
                                                 struct ww_packet_reader reader)
{
    struct ww_video_chunker *chunker = calloc(1, sizeof *chunker);
    if (!chunker)
        return NULL;
    chunker->reader = reader;
    chunker->blind = stream->parameters->video_delay > 0;
    return chunker;
}

void ww_video_chunker_destroy(struct ww_video_chunker *chunker)
{
    if (!chunker)
        return;
    ww_video_chunk_release(chunker->next);
    free(chunker);
}

/* Takes the reference over. */
static int add(struct ww_video_chunk *chunk, struct ww_shared_packet *packet)
{
    if (chunk->count == chunk->capacity) {
        size_t capacity = chunk->capacity ? 2 * chunk->capacity : 64;
        struct ww_shared_packet **grown = realloc(chunk->packets, capacity * sizeof(void *));
        if (!grown) {
            ww_shared_packet_release(packet);
            return -ENOMEM;
        }
        chunk->packets = grown;
        chunk->capacity = capacity;
    }
    chunk->packets[chunk->count++] = packet;
    return 0;
}

/* Returns 1 and a packet, 0 at the end of what the reader has, or -ENOMEM. */
static int read_packet(struct ww_video_chunker *chunker, struct ww_shared_packet **shared)
{
    struct ww_packet packet;
    if (chunker->ended)
        return 0;
    int code = chunker->reader.read(chunker->reader.context, &packet, &chunker->end_error);
    if (code <= 0) {
        chunker->ended = true;
        chunker->end_code = code;
        return 0;
    }
    *shared = ww_packet_share(&packet);
    if (!*shared)
        ww_packet_release(&packet);
    return *shared ? 1 : -ENOMEM;
}

static bool can_begin_with(const struct ww_video_chunker *chunker, const struct ww_packet *packet)
{
    return packet->key && !(chunker->blind && packet->ticks == AV_NOPTS_VALUE);
}

/* Reads on past the key frame that begins the next chunk, up to the first picture that is shown after it. */
static int read_leading(struct ww_video_chunker *chunker, struct ww_video_chunk *chunk,
                        struct ww_shared_packet *key)
{
    struct ww_shared_packet *packet;
    struct ww_video_chunk *next = create();
    int64_t key_ticks = key->packet.ticks;
    chunker->next = next;
    if (!next) {
        ww_shared_packet_release(key);
        return -ENOMEM;
    }
    int code = add(next, key);
    while (code == 0 && chunker->blind) {
        code = read_packet(chunker, &packet);
        if (code <= 0)
            return code;
        bool leads =
            !packet->packet.key && packet->packet.ticks != AV_NOPTS_VALUE && packet->packet.ticks < key_ticks;
        code = add(next, packet);
        if (!leads)
            break;
        next->first_ticks = chunk->end_ticks = key_ticks;
        for (; code == 0 && chunk->count - chunk->own < next->count;) /* the key frame, too, the first time */
            code = add(chunk, ww_shared_packet_retain(next->packets[chunk->count - chunk->own]));
    }
    return code;
}

static int fill(struct ww_video_chunker *chunker, struct ww_video_chunk *chunk)
{
    size_t bytes = 0;
    for (;;) {
        struct ww_shared_packet *packet;
        int code = read_packet(chunker, &packet);
        if (code <= 0) {
            chunk->own = chunk->count;
            return code;
        }
        bool enough = chunk->count >= LEAST_PACKETS || bytes >= LEAST_BYTES;
        if (enough && can_begin_with(chunker, &packet->packet)) {
            chunk->own = chunk->count;
            return read_leading(chunker, chunk, packet);
        }
        bytes += packet->packet.size;
        code = add(chunk, packet);
        if (code != 0)
            return code;
    }
}

int ww_video_chunker_next(struct ww_video_chunker *chunker, struct ww_video_chunk **chunk,
                          struct ww_error *error)
{
    *chunk = chunker->next ? chunker->next : create();
    chunker->next = NULL;
    int code = *chunk ? fill(chunker, *chunk) : -ENOMEM;
    if (code == 0 && (*chunk)->count > 0)
        return 1;
    ww_video_chunk_release(*chunk);
    *chunk = NULL;
    if (code < 0)
        return ww_fail(error, code, "cannot read ahead: out of memory");
    if (chunker->end_code < 0 && error)
        *error = chunker->end_error;
    return chunker->end_code;
}
