/* Windows over masks, of any size up to 15 × 15: how many pixels of one are set. The counts of as many pixels
 * as a register has bits are added at once, digit by digit, as a circuit would. SPDX-License-Identifier:
 * Apache-2.0
 */
#include "lanes.h"
#include "rows.h"

/* Rows have few words: with registers of 8, more of the last one would be beyond. */
#if defined(__AVX2__)
enum { REGISTER = 32 };
#else
enum { REGISTER = 16 };
#endif
enum { AT_ONCE = REGISTER / sizeof(uint64_t) };

typedef uint64_t bits __attribute__((vector_size(REGISTER)));

_Static_assert(WW_WINDOW_WORDS(1) % AT_ONCE == 0, "rows of counts end with a register");

static inline bits load(const uint64_t *from)
{
    bits value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void store(uint64_t *to, bits value)
{
    memcpy(to, &value, sizeof value);
}

/* Of three bits: their sum's digit, its carry, and the borrow of a - b - c. */
static inline bits odd(bits a, bits b, bits c)
{
    return a ^ b ^ c;
}

static inline bits carry_of(bits a, bits b, bits c)
{
#if defined(__AVX512BW__)
    return (bits)_mm256_ternarylogic_epi64((__m256i)a, (__m256i)b, (__m256i)c, 0xe8);
#else
    return (a & b) | (c & (a ^ b));
#endif
}

static inline bits borrow_of(bits a, bits b, bits c)
{
#if defined(__AVX512BW__)
    return (bits)_mm256_ternarylogic_epi64((__m256i)a, (__m256i)b, (__m256i)c, 0x8e);
#else
    return carry_of(~a, b, c);
#endif
}

/* The first `count` words, at most a register of them; the others are 0. */
static inline bits load_some(const uint64_t *from, size_t count)
{
    if (count >= AT_ONCE)
        return load(from);
#if defined(__AVX512BW__)
    return (bits)_mm256_maskz_loadu_epi64((__mmask8)((1 << count) - 1), from);
#elif defined(__AVX2__)
    const __m256i order = _mm256_setr_epi64x(0, 1, 2, 3);
    return (bits)_mm256_maskload_epi64((const long long *)from,
                                       _mm256_cmpgt_epi64(_mm256_set1_epi64x((int64_t)count), order));
#else
    return (bits){count > 0 ? from[0] : 0, 0};
#endif
}

static inline void store_some(uint64_t *to, bits value, size_t count)
{
    if (count >= AT_ONCE)
        store(to, value);
    else
        for (size_t i = 0; i < count; i++)
            to[i] = value[i];
}

/* Words of a row with those beside them. */
struct around {
    bits here, before, after; /* where, a word to the left, a word to the right */
};

/* here and next: adjacent registers of a row, after one that ends with `last`. */
static inline struct around around_of(bits last, bits here, bits next)
{
#if defined(__AVX2__)
    return (struct around){here, __builtin_shufflevector(last, here, 3, 4, 5, 6),
                           __builtin_shufflevector(here, next, 1, 2, 3, 4)};
#else
    return (struct around){here, __builtin_shufflevector(last, here, 1, 2),
                           __builtin_shufflevector(here, next, 1, 2)};
#endif
}

/* Adds the pixels at that distance on both sides; returns the carry. */
static inline bits add_sides(bits *digit, const struct around *row, int distance)
{
    bits left = row->here << distance | row->before >> (64 - distance);
    bits right = row->here >> distance | row->after << (64 - distance);
    bits carry = carry_of(*digit, left, right);
    *digit = odd(*digit, left, right);
    return carry;
}

static inline __attribute__((always_inline)) void count_columns(const struct around *row, uint64_t *counts,
                                                                size_t stride, int radius)
{
    bits digits[WW_COLUMN_DIGITS] = {row->here};
    for (int i = 1; i <= radius; i += 2) {
        bits first = add_sides(&digits[0], row, i), second = {0};
        if (i < radius)
            second = add_sides(&digits[0], row, i + 1);
        bits carry = carry_of(digits[1], first, second);
        digits[1] = odd(digits[1], first, second);
        for (int d = 2; d < WW_COLUMN_DIGITS; d++) {
            bits next = digits[d] & carry;
            digits[d] ^= carry;
            carry = next;
        }
    }
    for (int d = 0; d < WW_COLUMN_DIGITS; d++)
        store(counts + (size_t)d * stride, digits[d]);
}

static inline __attribute__((always_inline)) void count_row(const uint64_t *row, uint64_t *counts,
                                                            size_t words, int radius)
{
    size_t stride = WW_WINDOW_WORDS(words);
    bits last = {0}, here = load_some(row, words);
    for (size_t i = 0; i < stride; i += AT_ONCE) {
        size_t from = i + AT_ONCE;
        bits next = from < words ? load_some(row + from, words - from) : (bits){0};
        struct around around = around_of(last, here, next);
        count_columns(&around, counts + i, stride, radius);
        last = here;
        here = next;
    }
}

void WW_OF_ISA(columns_row)(const uint64_t *row, uint64_t *counts, size_t words, int radius)
{
    switch (radius) { /* known to the compiler where it matters */
    case 1: count_row(row, counts, words, 1); break;
    case 2: count_row(row, counts, words, 2); break;
    case 3: count_row(row, counts, words, 3); break;
    case 4: count_row(row, counts, words, 4); break;
    case 5: count_row(row, counts, words, 5); break;
    default: count_row(row, counts, words, radius); break;
    }
}

/* A count that windows are compared with: each digit for all of a register's pixels. */
struct least {
    bits digits[WW_WINDOW_DIGITS];
    bool beyond; /* more than the digits of a window can say */
};

static inline struct least least_of(uint8_t count, int digits)
{
    struct least least = {.beyond = count >> digits != 0};
    for (int d = 0; d < digits; d++)
        least.digits[d] = (bits){0} - (count >> d & 1);
    return least;
}

struct decision {
    bits many, some;
};

static inline __attribute__((always_inline)) struct decision
move_down(uint64_t *sums, const uint64_t *entering, const uint64_t *leaving, size_t stride, int digits,
          const struct least *many, const struct least *some)
{
    bits carry = {0}, borrow = {0}, below_many = {0}, below_some = {0};
    for (int d = 0; d < digits; d++) {
        size_t at = (size_t)d * stride;
        bits sum = load(sums + at), in = {0}, out = {0};
        if (d < WW_COLUMN_DIGITS) {
            in = load(entering + at);
            out = load(leaving + at);
        }
        bits more = odd(sum, in, carry), less = odd(more, out, borrow);
        carry = carry_of(sum, in, carry);
        borrow = borrow_of(more, out, borrow);
        store(sums + at, less);
        below_many = borrow_of(less, many->digits[d], below_many);
        below_some = borrow_of(less, some->digits[d], below_some);
    }
    struct decision decision = {~below_many, ~below_some};
    if (many->beyond)
        decision.many = (bits){0};
    if (some->beyond)
        decision.some = (bits){0};
    return decision;
}

static inline __attribute__((always_inline)) void decide(uint64_t *sums, const uint64_t *entering,
                                                         const uint64_t *leaving, uint64_t *many,
                                                         uint64_t *some, size_t words,
                                                         const struct ww_window *window, int digits)
{
    const struct least for_many = least_of(window->many, digits), for_some = least_of(window->some, digits);
    size_t stride = WW_WINDOW_WORDS(words);
    for (size_t i = 0; i < stride; i += AT_ONCE) {
        struct decision decision =
            move_down(sums + i, entering + i, leaving + i, stride, digits, &for_many, &for_some);
        if (i < words) {
            store_some(many + i, decision.many, words - i);
            store_some(some + i, decision.some, words - i);
        }
    }
}

void WW_OF_ISA(window_row)(uint64_t *sums, const uint64_t *entering, const uint64_t *leaving, uint64_t *many,
                           uint64_t *some, size_t words, const struct ww_window *window)
{
    switch (ww_window_digits(window->radius)) {
    case 4: decide(sums, entering, leaving, many, some, words, window, 4); break;
    case 5: decide(sums, entering, leaving, many, some, words, window, 5); break;
    case 6: decide(sums, entering, leaving, many, some, words, window, 6); break;
    case 7: decide(sums, entering, leaving, many, some, words, window, 7); break;
    default: decide(sums, entering, leaving, many, some, words, window, WW_WINDOW_DIGITS); break;
    }
}
