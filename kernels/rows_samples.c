/* The multi-sample background model. SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "lanes.h"
#include "rows.h"

enum {
    REACH = WW_CENSUS_REACH,
    WINDOW = WW_BLOCK_PIXELS + 2 * REACH,
    CACHE_LINE = 64,
    AHEAD = 5, /* blocks: what memory takes to bring one */
};

/* Three rows from REACH pixels before a block on. */
struct view {
    const uint8_t *rows[3];
};

struct block {
    struct ww_sample_recent *recent;
    struct ww_sample_past *past;
};

struct match {
    ww_bytes nearest, second; /* of the samples that a pixel asked; the second of all */
    ww_choice asks;           /* it has not two yet */
};

static inline ww_bytes census_of(const struct view *view, int at)
{
    ww_bytes luma = ww_load(view->rows[1] + REACH + at);
    ww_bytes tolerance = (luma >> 3) + WW_CENSUS_TOLERANCE;
    ww_bytes lowest = ww_less(luma, tolerance), range = ww_more(luma, tolerance) - lowest;
    ww_bytes code = {0};
    uint8_t bit = 1;
    for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 3; column++) {
            if (row == 1 && column == 1)
                continue;
            ww_bytes above = ww_load(view->rows[row] + column * REACH + at) - lowest; /* below: wraps */
            code |= ww_where(ww_above(above, range), ww_all(bit));
            bit = (uint8_t)(bit << 1);
        }
    }
    return code;
}

static inline void compare(struct match *match, const struct ww_sample *sample, int at, ww_bytes luma,
                           ww_bytes census, ww_bytes threshold)
{
    ww_bytes distance = ww_more(ww_apart(luma, ww_load(sample->luma + at)),
                                ww_three_a_bit(census ^ ww_load(sample->census + at)));
    match->second = ww_min(match->second, ww_max(match->nearest, distance));
    match->nearest = ww_choose(match->asks, ww_min(match->nearest, distance), match->nearest);
    match->asks = ww_above(match->second, threshold);
}

/* Ends as soon as every pixel has its matches. */
static inline struct match match_of(const struct block *block, int at, ww_bytes luma, ww_bytes census,
                                    ww_bytes threshold, const struct ww_sample_step *step)
{
    struct match match = {ww_all(255), ww_all(255), ~ww_none()};
    for (int i = 0; i < WW_RECENT_SAMPLES; i++)
        compare(&match, &block->recent->samples[i], at, luma, census, threshold);
    int fast = step->fast, slow = step->slow;
    for (int i = 0; i < WW_OLDER_SAMPLES && !ww_is_none(match.asks); i++) {
        compare(&match, &block->past->fast[fast], at, luma, census, threshold);
        fast = fast + 1 < WW_OLDER_SAMPLES ? fast + 1 : 0;
    }
    for (int i = 0; i < WW_SLOW_SAMPLES && !ww_is_none(match.asks); i++) {
        compare(&match, &block->past->slow[slow], at, luma, census, threshold);
        slow = slow + 1 < WW_SLOW_SAMPLES ? slow + 1 : 0;
    }
    return match;
}

static inline void replace(uint8_t *place, ww_choice choice, ww_bytes bytes)
{
    ww_store(place, ww_choose(choice, bytes, ww_load(place)));
}

static void vote(struct ww_sample_past *past, int at, ww_bytes luma, ww_choice foreground, ww_choice held)
{
    ww_bytes votes = ww_load(past->votes + at), candidate = ww_load(past->candidate + at);
    ww_choice same = ww_at_most(ww_apart(luma, candidate), ww_all(WW_SAME_CANDIDATE)) & foreground;
    ww_choice none = ww_at_most(votes, ww_all(0)) & foreground & ~same;
    ww_bytes next = ww_choose(same, ww_more(votes, ww_all(1)), ww_less(votes, ww_all(1)));
    replace(past->votes + at, ~held, next);
    replace(past->candidate + at, none & ~held, luma);
}

/* The oldest leaves, and becomes the newest where nothing is learned. */
static inline void take_fast(struct ww_sample_recent *recent, struct ww_sample *oldest, int at,
                             ww_choice learns, ww_bytes luma, ww_bytes census)
{
    ww_bytes next_luma = ww_choose(learns, luma, ww_load(oldest->luma + at));
    ww_bytes next_census = ww_choose(learns, census, ww_load(oldest->census + at));
    for (int i = 0; i < WW_RECENT_SAMPLES; i++) {
        struct ww_sample *sample = &recent->samples[i];
        ww_bytes last_luma = ww_load(sample->luma + at), last_census = ww_load(sample->census + at);
        ww_store(sample->luma + at, next_luma);
        ww_store(sample->census + at, next_census);
        next_luma = last_luma;
        next_census = last_census;
    }
    ww_store(oldest->luma + at, next_luma);
    ww_store(oldest->census + at, next_census);
}

/* What is background needs no candidate. */
static inline ww_choice stays(const struct ww_sample_past *past, int at, ww_bytes luma, ww_choice foreground,
                              const struct ww_sample_step *step)
{
    if (ww_is_none(foreground))
        return foreground;
    return ww_at_most(ww_apart(luma, ww_load(past->candidate + at)), ww_all(WW_SAME_CANDIDATE)) &
           ww_at_most(ww_all(step->absorb), ww_load(past->votes + at));
}

static void learn(const struct block *block, int at, const struct match *match, ww_bytes luma,
                  ww_bytes census, ww_choice held, const struct ww_sample_step *step)
{
    ww_choice known = (~match->asks | stays(block->past, at, luma, match->asks, step)) & ~held;
    ww_choice fast = step->all_fast ? ~held : known, slow = step->all_slow ? ~held : known;
    for (int i = 1; step->learn && i <= step->rounds; i++) {
        struct ww_sample *oldest = &block->past->fast[ww_older(step->fast, -i, WW_OLDER_SAMPLES)];
        take_fast(block->recent, oldest, at, fast, luma, census);
    }
    for (int i = 1; step->learn_slow && i <= step->rounds; i++) {
        struct ww_sample *sample = &block->past->slow[ww_older(step->slow, -i, WW_SLOW_SAMPLES)];
        replace(sample->luma + at, slow, luma);
        replace(sample->census + at, slow, census);
    }
    if (step->learn) {
        uint8_t *nearest = block->recent->nearest + at;
        ww_bytes usual = ww_load(nearest), now = ww_min(match->nearest, ww_all(63)) << 2;
        ww_bytes up = ww_min(ww_less(now, usual), ww_all(1)), down = ww_min(ww_less(usual, now), ww_all(1));
        replace(nearest, ~match->asks, usual + up - down);
    }
}

/* A register of a block: its foreground bits. */
static inline uint64_t step_part(const struct block *block, const struct view *view, int at,
                                 uint64_t held_bits, const struct ww_sample_step *step)
{
    ww_bytes luma = ww_load(view->rows[1] + REACH + at), census = census_of(view, at);
    ww_bytes threshold = ww_min(ww_all(step->threshold), ww_more(ww_all(step->dark), luma >> 3)) +
                         (ww_load(block->recent->noise + at) >> 2) +
                         (ww_load(block->recent->nearest + at) >> 2);
    struct match match = match_of(block, at, luma, census, threshold, step);
    if (step->learn || step->learn_slow || step->vote) {
        ww_choice held = ww_from_bits(held_bits, at);
        if (step->vote)
            vote(block->past, at, luma, match.asks, held);
        if (step->learn || step->learn_slow)
            learn(block, at, &match, luma, census, held, step);
    }
    if (step->settle)
        ww_store(block->recent->noise + at, ww_less(ww_load(block->recent->noise + at), ww_all(1)));
    return ww_to_bits(match.asks) << at;
}

static void blink(struct ww_sample_recent *recent, uint64_t changed, uint64_t foreground, uint64_t before,
                  const struct ww_sample_step *step)
{
    for (int at = 0; at < WW_BLOCK_PIXELS; at += WW_LANES) {
        ww_bytes ended = ww_choose(ww_from_bits(before, at), ww_all(step->fall), ww_all(step->flash));
        ww_bytes gain = ww_choose(ww_from_bits(foreground, at), ww_all(step->rise), ended);
        ww_bytes more = ww_where(ww_from_bits(changed, at), gain);
        ww_store(recent->noise + at, ww_more(ww_load(recent->noise + at), more));
    }
}

/* Which parts of its past a block of the next row will ask for, as its background does. */
struct wanted {
    size_t places[6];
    int count;
};

static inline void want(struct wanted *wanted, size_t place)
{
    wanted->places[wanted->count++] = place;
}

static inline void want_sample(struct wanted *wanted, size_t ring, int index)
{
    size_t at = ring + (size_t)index * sizeof(struct ww_sample);
    want(wanted, at + offsetof(struct ww_sample, luma));
    want(wanted, at + offsetof(struct ww_sample, census));
}

static struct wanted wanted_by(const struct ww_sample_step *next)
{
    struct wanted wanted = {.count = 0};
    if (next->learn)
        want_sample(&wanted, offsetof(struct ww_sample_past, fast),
                    ww_older(next->fast, -1, WW_OLDER_SAMPLES));
    if (next->learn_slow)
        want_sample(&wanted, offsetof(struct ww_sample_past, slow),
                    ww_older(next->slow, -1, WW_SLOW_SAMPLES));
    if (next->vote) {
        want(&wanted, offsetof(struct ww_sample_past, candidate));
        want(&wanted, offsetof(struct ww_sample_past, votes));
    }
    return wanted;
}

/* Other than the past, what is recent follows block after block, but more quickly than processors look ahead.
 */
static inline void fetch_recent(const struct ww_sample_recent *recent)
{
    const uint8_t *bytes = (const uint8_t *)recent;
    for (size_t at = 0; at < sizeof *recent; at += CACHE_LINE)
        __builtin_prefetch(bytes + at);
}

/* Foreground asks all samples, and is as a rule where it was a row before. */
static inline void fetch_past(const struct ww_sample_past *past, uint64_t foreground_above,
                              const struct wanted *wanted)
{
    const uint8_t *bytes = (const uint8_t *)past;
    if (foreground_above)
        for (size_t at = 0; at < sizeof *past; at += CACHE_LINE)
            __builtin_prefetch(bytes + at, 0, 2); /* a row of it would fill the first cache */
    else
        for (int i = 0; i < wanted->count; i++)
            __builtin_prefetch(bytes + wanted->places[i]);
}

static inline uint64_t step_block(const struct block *block, struct ww_sample_sides *sides,
                                  const struct view *view, uint64_t held, uint64_t calm, uint64_t inside,
                                  const struct ww_sample_step *step)
{
    uint64_t foreground = 0;
    for (int at = 0; at < WW_BLOCK_PIXELS; at += WW_LANES)
        foreground |= step_part(block, view, at, held, step);
    foreground &= inside;
    uint64_t changed = (foreground ^ sides->last) & ~calm;
    if (changed)
        blink(block->recent, changed, foreground, sides->before, step);
    *sides = (struct ww_sample_sides){foreground, sides->last};
    return foreground;
}

/* Of a row, what lies around the blocks that reach its ends: columns before the first and after the last are
 * like those. */
enum end {
    END_FIRST,
    END_LAST,
    END_BEFORE, /* the last but one, where the last has less than REACH pixels */
    ENDS,
};

static inline bool reaches_last(size_t x, size_t width)
{
    return x + WW_BLOCK_PIXELS + REACH > width;
}

static inline void copy_around(uint8_t copy[WINDOW], const uint8_t *row, size_t x, size_t width)
{
    if (x == 0 && width >= WINDOW) { /* of a size that is known: no calls */
        memset(copy, row[0], REACH);
        memcpy(copy + REACH, row, WINDOW - REACH);
    } else if (x > 0 && x + WW_BLOCK_PIXELS == width) {
        memcpy(copy, row + x - REACH, WINDOW - REACH);
        memset(copy + WINDOW - REACH, row[width - 1], REACH);
    } else {
        size_t before = x < REACH ? REACH - x : 0, from = x + before - REACH;
        size_t count = width - from < WINDOW - before ? width - from : WINDOW - before;
        memset(copy, row[from], before);
        memcpy(copy + before, row + from, count);
        memset(copy + before + count, row[from + count - 1], WINDOW - before - count);
    }
}

static void copy_ends(uint8_t ends[ENDS][3][WINDOW], const uint8_t *const rows[3], size_t width)
{
    size_t last = (WW_WORDS(width) - 1) * WW_BLOCK_PIXELS;
    for (int row = 0; row < 3; row++) {
        copy_around(ends[END_FIRST][row], rows[row], 0, width);
        copy_around(ends[END_LAST][row], rows[row], last, width);
        if (last > 0 && reaches_last(last - WW_BLOCK_PIXELS, width))
            copy_around(ends[END_BEFORE][row], rows[row], last - WW_BLOCK_PIXELS, width);
    }
}

static inline struct view view_of(const uint8_t *const rows[3], uint8_t ends[ENDS][3][WINDOW], size_t x,
                                  size_t width)
{
    if (x > 0 && !reaches_last(x, width))
        return (struct view){{rows[0] + x - REACH, rows[1] + x - REACH, rows[2] + x - REACH}};
    enum end end = x == 0 ? END_FIRST : x + WW_BLOCK_PIXELS >= width ? END_LAST : END_BEFORE;
    return (struct view){{ends[end][0], ends[end][1], ends[end][2]}};
}

void WW_OF_ISA(samples_row)(const uint8_t *const rows[3], struct ww_sample_recent *recent,
                            struct ww_sample_past *past, struct ww_sample_sides *sides, const uint64_t *held,
                            const uint64_t *calm, uint64_t *foreground, size_t width,
                            const struct ww_sample_step *step, const struct ww_sample_step *next)
{
    const struct wanted wanted = wanted_by(next ? next : step);
    const size_t count = WW_WORDS(width);
    uint8_t ends[ENDS][3][WINDOW];
    copy_ends(ends, rows, width);
    for (size_t k = 1; k <= count; k++) {
        size_t i = k < count ? k : 0; /* last, as its copy must have left the processor for memory */
        size_t x = i * WW_BLOCK_PIXELS;
        struct view view = view_of(rows, ends, x, width);
        uint64_t inside = width - x >= WW_BLOCK_PIXELS ? UINT64_MAX : (UINT64_C(1) << (width - x)) - 1;
        const struct block block = {&recent[i], &past[i]};
        foreground[i] = step_block(&block, &sides[i], &view, held[i], calm[i], inside, step);
        if (next) {
            fetch_recent(&recent[i + AHEAD]);
            fetch_past(&past[i + count], foreground[i], &wanted);
        }
    }
}
