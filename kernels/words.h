/* Registers of 16-bit numbers, and what kernels need to do with them. SPDX-License-Identifier: Apache-2.0
 *
 * A `ww_word_choice` says yes or no for each number of a register, as a `ww_choice` does for each byte. */
#ifndef WW_KERNELS_WORDS_H
#define WW_KERNELS_WORDS_H

#include "lanes.h"

typedef int16_t ww_words __attribute__((vector_size(WW_LANES)));

#if defined(__AVX512BW__)
typedef uint32_t ww_word_choice;
#else
typedef ww_words ww_word_choice;
#endif

static inline ww_words ww_all_words(int16_t value)
{
    return (ww_words){0} + value;
}

static inline ww_words ww_load_words(const int16_t *from)
{
    ww_words words;
    memcpy(&words, from, sizeof words);
    return words;
}

static inline void ww_store_words(int16_t *to, ww_words words)
{
    memcpy(to, &words, sizeof words);
}

/* 128 times each of WW_LANES bytes. */
static inline void ww_widen(const uint8_t *from, ww_words wide[2])
{
#if defined(__AVX512BW__)
    wide[0] = (ww_words)_mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)from)) << 7;
    wide[1] = (ww_words)_mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(from + 32))) << 7;
#elif defined(__AVX2__)
    wide[0] = (ww_words)_mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)from)) << 7;
    wide[1] = (ww_words)_mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(from + 16))) << 7;
#elif defined(__x86_64__)
    __m128i bytes = _mm_loadu_si128((const __m128i *)from), zero = _mm_setzero_si128();
    wide[0] = (ww_words)_mm_srli_epi16(_mm_unpacklo_epi8(zero, bytes), 1);
    wide[1] = (ww_words)_mm_srli_epi16(_mm_unpackhi_epi8(zero, bytes), 1);
#else
    uint8x16_t bytes = vld1q_u8(from);
    wide[0] = (ww_words)vshll_n_u8(vget_low_u8(bytes), 7);
    wide[1] = (ww_words)vshll_n_u8(vget_high_u8(bytes), 7);
#endif
}

#if defined(__AVX512BW__)
#define WW_WORDS_X86(name) _mm512_##name
typedef __m512i ww_word_register;
#elif defined(__x86_64__)
#define WW_WORDS_X86(name) WW_X86(name)
#if defined(__AVX2__)
#define WW_ANDNOT _mm256_andnot_si256
#else
#define WW_ANDNOT _mm_andnot_si128
#endif
typedef ww_register ww_word_register;
#endif

static inline ww_words ww_lesser(ww_words a, ww_words b)
{
#if defined(__aarch64__)
    return (ww_words)vminq_s16((int16x8_t)a, (int16x8_t)b);
#else
    return (ww_words)WW_WORDS_X86(min_epi16)((ww_word_register)a, (ww_word_register)b);
#endif
}

static inline ww_words ww_greater(ww_words a, ww_words b)
{
#if defined(__aarch64__)
    return (ww_words)vmaxq_s16((int16x8_t)a, (int16x8_t)b);
#else
    return (ww_words)WW_WORDS_X86(max_epi16)((ww_word_register)a, (ww_word_register)b);
#endif
}

static inline ww_words ww_magnitude(ww_words a)
{
#if defined(__aarch64__)
    return (ww_words)vabsq_s16((int16x8_t)a);
#elif defined(__SSSE3__)
    return (ww_words)WW_WORDS_X86(abs_epi16)((ww_word_register)a);
#else
    return ww_greater(a, -a);
#endif
}

/* a × b / 32768, rounded to nearest. */
static inline ww_words ww_part_of(ww_words a, ww_words b)
{
#if defined(__aarch64__)
    return (ww_words)vqrdmulhq_s16((int16x8_t)a, (int16x8_t)b);
#elif defined(__SSSE3__)
    return (ww_words)WW_WORDS_X86(mulhrs_epi16)((ww_word_register)a, (ww_word_register)b);
#else
    /* The upper half twice, and the two bits below it, rounded. */
    __m128i low = _mm_mullo_epi16((__m128i)a, (__m128i)b);
    ww_words high = (ww_words)_mm_mulhi_epi16((__m128i)a, (__m128i)b);
    return high + high + (ww_words)_mm_avg_epu16(_mm_srli_epi16(low, 14), _mm_setzero_si128());
#endif
}

static inline ww_word_choice ww_is_above(ww_words a, ww_words b)
{
#if defined(__AVX512BW__)
    return _mm512_cmpgt_epi16_mask((__m512i)a, (__m512i)b);
#else
    return (ww_words)(a > b);
#endif
}

static inline ww_words ww_pick(ww_word_choice choice, ww_words yes, ww_words no)
{
#if defined(__AVX512BW__)
    return (ww_words)_mm512_mask_blend_epi16(choice, (__m512i)no, (__m512i)yes);
#elif defined(__AVX2__)
    return (ww_words)_mm256_blendv_epi8((__m256i)no, (__m256i)yes, (__m256i)choice);
#else
    return (choice & yes) | (~choice & no);
#endif
}

/* a + b, but a where it was chosen. */
static inline ww_words ww_add_unless(ww_word_choice choice, ww_words a, ww_words b)
{
#if defined(__AVX512BW__)
    return (ww_words)_mm512_mask_add_epi16((__m512i)a, ~choice, (__m512i)a, (__m512i)b);
#elif defined(__x86_64__)
    return a + (ww_words)WW_ANDNOT((ww_word_register)choice, (ww_word_register)b);
#else
    return a + (b & ~choice);
#endif
}

/* One bit for each number of two registers. */
static inline uint64_t ww_bits_of(const ww_word_choice choice[2])
{
#if defined(__AVX512BW__)
    return (uint64_t)choice[1] << 32 | choice[0];
#elif defined(__AVX2__)
    __m256i packed =
        _mm256_packs_epi16((__m256i)choice[0], (__m256i)choice[1]); /* by halves of the registers */
    return ww_to_bits((ww_bytes)_mm256_permute4x64_epi64(packed, 0xd8));
#elif defined(__x86_64__)
    return ww_to_bits((ww_bytes)_mm_packs_epi16((__m128i)choice[0], (__m128i)choice[1]));
#else
    return ww_to_bits(
        (ww_bytes)vcombine_u8(vmovn_u16((uint16x8_t)choice[0]), vmovn_u16((uint16x8_t)choice[1])));
#endif
}

#endif
