/* Windows over masks, of any size up to 15 × 15: how many pixels of one are set. SPDX-License-Identifier:
 * Apache-2.0
 */
#include "lanes.h"
#include "rows.h"

void WW_OF_ISA(tally_row)(uint8_t *tally, const uint64_t *entering, const uint64_t *leaving, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        if ((entering[i] | leaving[i]) == 0)
            continue;
        for (int at = 0; at < 64; at += WW_LANES) {
            uint8_t *place = tally + 64 * i + at;
            ww_bytes in = ww_where(ww_from_bits(entering[i], at), ww_all(1));
            ww_bytes out = ww_where(ww_from_bits(leaving[i], at), ww_all(1));
            ww_store(place, ww_load(place) + in - out);
        }
    }
}

static inline ww_bytes sum_around(const uint8_t *tally, int radius)
{
    ww_bytes sum = ww_load(tally);
    for (int i = 1; i <= radius; i++)
        sum += ww_load(tally - i) + ww_load(tally + i);
    return sum;
}

static inline void count(const uint8_t *tally, uint64_t *many, uint64_t *some, size_t words,
                         const struct ww_window *window, int radius)
{
    ww_bytes for_many = ww_all(window->many), for_some = ww_all(window->some);
    for (size_t i = 0; i < words; i++) {
        uint64_t many_bits = 0, some_bits = 0;
        for (int at = 0; at < 64; at += WW_LANES) {
            ww_bytes sum = sum_around(tally + 64 * i + at, radius);
            many_bits |= ww_to_bits(ww_at_most(for_many, sum)) << at;
            some_bits |= ww_to_bits(ww_at_most(for_some, sum)) << at;
        }
        many[i] = many_bits;
        some[i] = some_bits;
    }
}

void WW_OF_ISA(window_row)(const uint8_t *tally, uint64_t *many, uint64_t *some, size_t words,
                           const struct ww_window *window)
{
    switch (window->radius) { /* known to the compiler where it matters */
    case 1: count(tally, many, some, words, window, 1); break;
    case 2: count(tally, many, some, words, window, 2); break;
    case 3: count(tally, many, some, words, window, 3); break;
    case 4: count(tally, many, some, words, window, 4); break;
    case 5: count(tally, many, some, words, window, 5); break;
    default: count(tally, many, some, words, window, window->radius); break;
    }
}
