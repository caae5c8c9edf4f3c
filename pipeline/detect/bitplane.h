/* One bit a pixel. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DETECT_BITPLANE_H
#define WW_DETECT_BITPLANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bit (x & 63) of word x / 64 of a row is pixel x; bits past width are 0. */
struct ww_bitplane {
    uint64_t *words;
    size_t stride; /* words */
    uint32_t width, height;
};

/* Returns 0, or -1 where there is no memory. All bits are 0. */
static inline int ww_bitplane_create(struct ww_bitplane *plane, uint32_t width, uint32_t height)
{
    plane->stride = ((size_t)width + 63) / 64;
    plane->width = width;
    plane->height = height;
    plane->words = calloc(plane->stride * height, sizeof(uint64_t));
    return plane->words ? 0 : -1;
}

static inline void ww_bitplane_destroy(struct ww_bitplane *plane)
{
    free(plane->words);
    plane->words = NULL;
}

static inline uint64_t *ww_bitplane_row(const struct ww_bitplane *plane, uint32_t y)
{
    return plane->words + y * plane->stride;
}

static inline void ww_bitplane_clear(struct ww_bitplane *plane)
{
    memset(plane->words, 0, plane->stride * plane->height * sizeof(uint64_t));
}

/* False outside of the plane. */
static inline bool ww_bitplane_has(const struct ww_bitplane *plane, int x, int y)
{
    return x >= 0 && y >= 0 && x < (int)plane->width && y < (int)plane->height &&
           (ww_bitplane_row(plane, (uint32_t)y)[x / 64] >> (x % 64) & 1);
}

/* 64 pixels of row y from x on; those outside of the plane are 0. */
static inline uint64_t ww_bitplane_from(const struct ww_bitplane *plane, int x, int y)
{
    if (y < 0 || y >= (int)plane->height || x <= -64 || x >= (int)plane->width)
        return 0;
    const uint64_t *row = ww_bitplane_row(plane, (uint32_t)y);
    size_t first = (size_t)(x + 64) / 64; /* of the words, the one after that of x */
    unsigned bit = (unsigned)(x + 64) % 64;
    uint64_t low = first > 0 ? row[first - 1] >> bit : 0;
    return bit > 0 && first < plane->stride ? low | row[first] << (64 - bit) : low;
}

static inline int ww_bits_any(const uint64_t *words, size_t count)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= words[i];
    return any != 0;
}

static inline size_t ww_bitplane_count(const struct ww_bitplane *plane)
{
    size_t count = 0;
    for (size_t i = 0; i < plane->stride * plane->height; i++)
        count += (size_t)__builtin_popcountll(plane->words[i]);
    return count;
}

/* The bits from `start` to `end`, both of word `word`'s row, that lie in this word. */
static inline uint64_t ww_bits_between(size_t word, uint32_t start, uint32_t end)
{
    uint64_t bits = ~UINT64_C(0);
    if (start > word * 64)
        bits &= ~UINT64_C(0) << (start - word * 64);
    if (end < word * 64 + 64)
        bits &= (UINT64_C(1) << (end - word * 64)) - 1;
    return bits;
}

#endif
