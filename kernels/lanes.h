/* A register of bytes, and what kernels need to do with it that compilers do not find by themselves.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A `ww_choice` says yes or no for each byte of a register: one bit each where the processor has registers
 * for that, else 0 or 255. Its operators are C's & | ^ ~. */
#ifndef WW_KERNELS_LANES_H
#define WW_KERNELS_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512BW__)
enum { WW_LANES = 64 };
#elif defined(__AVX2__)
enum { WW_LANES = 32 };
#else
enum { WW_LANES = 16 };
#endif

typedef uint8_t ww_bytes __attribute__((vector_size(WW_LANES)));

#if defined(__AVX512BW__)
typedef uint64_t ww_choice;
#else
typedef ww_bytes ww_choice;
#endif

static inline ww_bytes ww_load(const uint8_t *from)
{
    ww_bytes bytes;
    memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

static inline void ww_store(uint8_t *to, ww_bytes bytes)
{
    memcpy(to, &bytes, sizeof bytes);
}

static inline ww_bytes ww_all(uint8_t value)
{
    return (ww_bytes){0} + value;
}

#if defined(__AVX512BW__)

static inline ww_bytes ww_less(ww_bytes a, ww_bytes b) /* a - b, not below 0 */
{
    return (ww_bytes)_mm512_subs_epu8((__m512i)a, (__m512i)b);
}

static inline ww_bytes ww_more(ww_bytes a, ww_bytes b) /* a + b, not above 255 */
{
    return (ww_bytes)_mm512_adds_epu8((__m512i)a, (__m512i)b);
}

static inline ww_bytes ww_min(ww_bytes a, ww_bytes b)
{
    return (ww_bytes)_mm512_min_epu8((__m512i)a, (__m512i)b);
}

static inline ww_bytes ww_max(ww_bytes a, ww_bytes b)
{
    return (ww_bytes)_mm512_max_epu8((__m512i)a, (__m512i)b);
}

static inline ww_choice ww_at_most(ww_bytes a, ww_bytes b)
{
    return _mm512_cmple_epu8_mask((__m512i)a, (__m512i)b);
}

static inline ww_choice ww_above(ww_bytes a, ww_bytes b)
{
    return _mm512_cmpgt_epu8_mask((__m512i)a, (__m512i)b);
}

static inline ww_bytes ww_choose(ww_choice choice, ww_bytes yes, ww_bytes no)
{
    return (ww_bytes)_mm512_mask_blend_epi8(choice, (__m512i)no, (__m512i)yes);
}

static inline bool ww_is_none(ww_choice choice)
{
    return choice == 0;
}

static inline ww_choice ww_none(void)
{
    return 0;
}

/* The bits of 64 pixels, from byte `first` on; and back. */
static inline ww_choice ww_from_bits(uint64_t bits, int first)
{
    (void)first;
    return bits;
}

static inline uint64_t ww_to_bits(ww_choice choice)
{
    return choice;
}

#else

#if defined(__AVX2__)
#define WW_X86(name) _mm256_##name
typedef __m256i ww_register;
#elif defined(__x86_64__)
#define WW_X86(name) _mm_##name
typedef __m128i ww_register;
#endif

static inline ww_bytes ww_less(ww_bytes a, ww_bytes b)
{
#if defined(__aarch64__)
    return (ww_bytes)vqsubq_u8((uint8x16_t)a, (uint8x16_t)b);
#else
    return (ww_bytes)WW_X86(subs_epu8)((ww_register)a, (ww_register)b);
#endif
}

static inline ww_bytes ww_more(ww_bytes a, ww_bytes b)
{
#if defined(__aarch64__)
    return (ww_bytes)vqaddq_u8((uint8x16_t)a, (uint8x16_t)b);
#else
    return (ww_bytes)WW_X86(adds_epu8)((ww_register)a, (ww_register)b);
#endif
}

static inline ww_bytes ww_min(ww_bytes a, ww_bytes b)
{
#if defined(__aarch64__)
    return (ww_bytes)vminq_u8((uint8x16_t)a, (uint8x16_t)b);
#else
    return (ww_bytes)WW_X86(min_epu8)((ww_register)a, (ww_register)b);
#endif
}

static inline ww_bytes ww_max(ww_bytes a, ww_bytes b)
{
#if defined(__aarch64__)
    return (ww_bytes)vmaxq_u8((uint8x16_t)a, (uint8x16_t)b);
#else
    return (ww_bytes)WW_X86(max_epu8)((ww_register)a, (ww_register)b);
#endif
}

static inline ww_choice ww_at_most(ww_bytes a, ww_bytes b)
{
    return (ww_bytes)(ww_min(a, b) == a);
}

static inline ww_choice ww_above(ww_bytes a, ww_bytes b)
{
    return ~ww_at_most(a, b);
}

static inline ww_bytes ww_choose(ww_choice choice, ww_bytes yes, ww_bytes no)
{
#if defined(__AVX2__)
    return (ww_bytes)_mm256_blendv_epi8((__m256i)no, (__m256i)yes, (__m256i)choice);
#else
    return (choice & yes) | (~choice & no);
#endif
}

static inline uint64_t ww_to_bits(ww_choice choice)
{
#if defined(__AVX2__)
    return (uint32_t)_mm256_movemask_epi8((__m256i)choice);
#elif defined(__x86_64__)
    return (uint32_t)_mm_movemask_epi8((__m128i)choice);
#else
    const uint8x16_t weight = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t set = vandq_u8((uint8x16_t)choice, weight);
    return (uint64_t)vaddv_u8(vget_low_u8(set)) | (uint64_t)vaddv_u8(vget_high_u8(set)) << 8;
#endif
}

static inline bool ww_is_none(ww_choice choice)
{
#if defined(__aarch64__)
    return vmaxvq_u8((uint8x16_t)choice) == 0;
#else
    return ww_to_bits(choice) == 0;
#endif
}

static inline ww_choice ww_none(void)
{
    return (ww_bytes){0};
}

static inline ww_choice ww_from_bits(uint64_t bits, int first)
{
    const uint64_t weights = UINT64_C(0x8040201008040201); /* bit 0 for byte 0 */
#if defined(__AVX2__)
    const __m256i eight_times =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    ww_bytes weight = (ww_bytes)_mm256_set1_epi64x((int64_t)weights);
    ww_bytes set = (ww_bytes)_mm256_shuffle_epi8(_mm256_set1_epi32((int32_t)(bits >> first)), eight_times);
#elif defined(__x86_64__)
    ww_bytes weight = (ww_bytes)_mm_set1_epi64x((int64_t)weights);
    __m128i two = _mm_cvtsi32_si128((int32_t)(bits >> first));
    two = _mm_shufflelo_epi16(_mm_unpacklo_epi8(two, two), 0x50); /* each byte four times */
    ww_bytes set = (ww_bytes)_mm_shuffle_epi32(two, 0x50);
#else
    ww_bytes weight = (ww_bytes)vreinterpretq_u8_u64(vdupq_n_u64(weights));
    ww_bytes set =
        (ww_bytes)vcombine_u8(vdup_n_u8((uint8_t)(bits >> first)), vdup_n_u8((uint8_t)(bits >> (first + 8))));
#endif
    return (ww_bytes)((set & weight) == weight);
}

#endif

static inline ww_bytes ww_apart(ww_bytes a, ww_bytes b) /* |a - b| */
{
#if defined(__aarch64__)
    return (ww_bytes)vabdq_u8((uint8x16_t)a, (uint8x16_t)b);
#else
    return ww_max(a, b) - ww_min(a, b); /* a subtraction that saturates has fewer ports */
#endif
}

static inline ww_bytes ww_where(ww_choice choice, ww_bytes bytes) /* 0 elsewhere */
{
#if defined(__AVX512BW__)
    return (ww_bytes)_mm512_maskz_mov_epi8(choice, (__m512i)bytes);
#else
    return choice & bytes;
#endif
}

/* Three times the number of set bits of each byte. */
static inline ww_bytes ww_three_a_bit(ww_bytes bytes)
{
#if defined(__aarch64__)
    ww_bytes count = (ww_bytes)vcntq_u8((uint8x16_t)bytes);
    return count + count + count;
#elif defined(                                                                                               \
    __AVX2__) /* W. Muła, N. Kurz, D. Lemire, "Faster Population Counts Using AVX2 Instructions", 2018 */
    const __m128i of_four = _mm_setr_epi8(0, 3, 3, 6, 3, 6, 6, 9, 3, 6, 6, 9, 6, 9, 9, 12);
    ww_bytes low = bytes & 15, high = bytes >> 4;
#if defined(__AVX512BW__)
    __m512i table = _mm512_broadcast_i32x4(of_four);
    return (ww_bytes)_mm512_shuffle_epi8(table, (__m512i)low) +
           (ww_bytes)_mm512_shuffle_epi8(table, (__m512i)high);
#else
    __m256i table = _mm256_broadcastsi128_si256(of_four);
    return (ww_bytes)_mm256_shuffle_epi8(table, (__m256i)low) +
           (ww_bytes)_mm256_shuffle_epi8(table, (__m256i)high);
#endif
#else
    ww_bytes count = bytes - (bytes >> 1 & 0x55);
    count = (count & 0x33) + (count >> 2 & 0x33);
    count = (count + (count >> 4)) & 15;
    return count + count + count;
#endif
}

#endif
