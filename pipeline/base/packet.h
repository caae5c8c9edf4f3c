/* A packet: the bytes of one frame as the camera or the recording made them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_PACKET_H
#define WW_BASE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

struct AVCodecParameters;

enum {
    WW_MIN_SIDE = 16,   /* smallest picture that can be watched, pixels a side */
    WW_MAX_SIDE = 8192, /* largest one */
};

enum ww_codec {
    WW_CODEC_JPEG, /* a whole JPEG file, with or without Huffman tables */
    WW_CODEC_PNG,  /* a whole PNG file */
    WW_CODEC_RAW,  /* uncompressed: what ww_stream.raw says */
    WW_CODEC_AV,   /* anything else: what ww_stream.parameters says */
};

/* Uncompressed frames, 8 bits. The planes of a frame follow each other. */
enum ww_raw_format {
    WW_RAW_I420, /* Y, U, V; the latter of half the stride */
    WW_RAW_NV12, /* Y, and U and V in turns */
    WW_RAW_GREY, /* Y */
    WW_RAW_YUYV, /* one plane: Y U Y V */
    WW_RAW_UYVY, /* one plane: U Y V Y */
    WW_RAW_RGB,  /* one plane: R G B */
    WW_RAW_BGR,  /* one plane: B G R */
};

/* From one pixel to the next in the first plane. */
static inline uint32_t ww_raw_pixel_bytes(enum ww_raw_format format)
{
    switch (format) {
    case WW_RAW_YUYV:
    case WW_RAW_UYVY: return 2;
    case WW_RAW_RGB:
    case WW_RAW_BGR: return 3;
    default: return 1;
    }
}

struct ww_raw_layout {
    enum ww_raw_format format;
    uint32_t stride; /* bytes from one row of the first plane to the next */
    bool full_range; /* luma of 0 to 255, not 16 to 235 */
    bool bottom_up;  /* the last row comes first, as in some AVI; of recordings, for clips */
};

/* What all packets of a source have in common. Owned by the source. */
struct ww_stream {
    enum ww_codec codec;
    uint32_t width, height;   /* pixels; 0 where only the packets know */
    double frame_rate;        /* frames a second; 0 where unknown */
    int64_t frame_count;      /* 0 where unknown */
    int64_t start_us;         /* wall-clock time of the first frame, microseconds since 1970 */
    double time_base;         /* seconds that one unit of a packet's `ticks` lasts (WW_CODEC_AV) */
    bool live;                /* packets come as they are made; whoever waits for several is late */
    struct ww_raw_layout raw; /* of WW_CODEC_RAW */
    const struct AVCodecParameters *parameters; /* of WW_CODEC_AV, else NULL */
};

/* The bytes are lent: `release` gives them back (NULL: nothing to give back), on any thread. Those of
 * WW_CODEC_AV are followed by at least WW_PACKET_PADDING readable bytes. */
struct ww_packet {
    const uint8_t *bytes;
    size_t size;
    int64_t index;               /* 0-based place in the source */
    double pts;                  /* seconds from the source's start */
    int64_t ticks, decode_ticks; /* the same and the decoding time, in the container's own units */
    bool key;                    /* can be decoded without the packets before it */
    bool scarce;                 /* lies in one of a camera's few buffers: who keeps it makes a copy */
    uint32_t missed;             /* frames before it that the camera made and nobody got */
    double captured;             /* when a camera made it, seconds of CLOCK_MONOTONIC; 0: it is a recording */
    void (*release)(void *lease);
    void *lease;
};

enum { WW_PACKET_PADDING = 64 };

/* How decoding asks for packets. Returns 1 and a packet, 0 at the end, or a negative errno: -EAGAIN, which
 * is no error, where none is there now. Who decodes on one thread hands that on. */
struct ww_packet_reader {
    int (*read)(void *context, struct ww_packet *packet, struct ww_error *error);
    void *context;
};

static inline void ww_packet_release(struct ww_packet *packet)
{
    if (packet->release)
        packet->release(packet->lease);
    packet->release = NULL;
    packet->bytes = NULL;
}

static inline bool ww_size_is_watchable(uint64_t width, uint64_t height)
{
    return width >= WW_MIN_SIDE && height >= WW_MIN_SIDE && width <= WW_MAX_SIDE && height <= WW_MAX_SIDE;
}

#endif
