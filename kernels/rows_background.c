/* The light background model. SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"
#include "words.h"

/* Bytes of the picture, some rows in one piece as a rule: it comes new with every frame, the state may still
 * be in a cache. */
enum { AHEAD = 2048 };

struct rates {
    ww_words mean, mean_foreground, deviation, min_threshold, factor;
};

/* A register of numbers. All values fit into 16 bits: |d| ≤ 255 × 128, factor × deviation ≤ 4 × 62 × 128. */
static inline ww_word_choice step(ww_words luma, int16_t *mean, int16_t *deviation, const struct rates *rates)
{
    ww_words usual = ww_load_words(mean), spread = ww_load_words(deviation);
    ww_words d = luma - usual, distance = ww_magnitude(d);
    ww_word_choice foreground =
        ww_is_above(distance, ww_greater(rates->factor * spread, rates->min_threshold));
    ww_store_words(mean, usual + ww_part_of(d, ww_pick(foreground, rates->mean_foreground, rates->mean)));
    ww_words next = ww_add_unless(foreground, spread, ww_part_of(distance - spread, rates->deviation));
    next = ww_greater(ww_lesser(next, ww_all_words(WW_MAX_DEVIATION)), ww_all_words(WW_MIN_DEVIATION));
    ww_store_words(deviation, next);
    return foreground;
}

static inline uint64_t step_block(const uint8_t *luma, int16_t *mean, int16_t *deviation,
                                  const struct rates *rates)
{
    enum { NUMBERS = WW_LANES / 2 };
    uint64_t bits = 0;
    for (int at = 0; at < 64; at += WW_LANES) {
        ww_words wide[2];
        ww_widen(luma + at, wide);
        const ww_word_choice foreground[2] = {
            step(wide[0], mean + at, deviation + at, rates),
            step(wide[1], mean + at + NUMBERS, deviation + at + NUMBERS, rates),
        };
        bits |= ww_bits_of(foreground) << at;
    }
    return bits;
}

void WW_OF_ISA(background_row)(const uint8_t *luma, int16_t *mean, int16_t *deviation, uint64_t *foreground,
                               size_t width, const struct ww_background_rates *rates)
{
    const struct rates all = {ww_all_words(rates->mean), ww_all_words(rates->mean_foreground),
                              ww_all_words(rates->deviation), ww_all_words(rates->min_threshold),
                              ww_all_words(rates->factor)};
    size_t x = 0;
    for (; x + 64 <= width; x += 64) {
        __builtin_prefetch(luma + x + AHEAD);
        foreground[x / 64] = step_block(luma + x, mean + x, deviation + x, &all);
    }
    if (x < width) {
        uint8_t tail[64] = {0};
        memcpy(tail, luma + x, width - x);
        uint64_t inside = (UINT64_C(1) << (width - x)) - 1;
        foreground[x / 64] = step_block(tail, mean + x, deviation + x, &all) & inside;
    }
}
