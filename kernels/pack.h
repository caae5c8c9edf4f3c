/* Between 64 bytes of 0 or 255 and 64 bits, the way each instruction set does it best.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_KERNELS_PACK_H
#define WW_KERNELS_PACK_H

#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

static inline uint64_t pack64(const uint8_t bytes[64])
{
#if defined(__AVX512BW__)
    return _mm512_movepi8_mask(_mm512_loadu_si512(bytes));
#elif defined(__AVX2__)
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)bytes));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)(bytes + 32)));
    return (uint64_t)high << 32 | low;
#elif defined(__SSE2__)
    uint64_t bits = 0;
    for (int i = 3; i >= 0; i--) {
        __m128i part = _mm_loadu_si128((const __m128i *)(bytes + 16 * i));
        bits = bits << 16 | (uint64_t)(uint32_t)_mm_movemask_epi8(part);
    }
    return bits;
#elif defined(__aarch64__)
    const uint8x16_t weight = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t a = vandq_u8(vld1q_u8(bytes), weight), b = vandq_u8(vld1q_u8(bytes + 16), weight);
    uint8x16_t c = vandq_u8(vld1q_u8(bytes + 32), weight), d = vandq_u8(vld1q_u8(bytes + 48), weight);
    uint8x16_t sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
#else
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++)
        bits |= (uint64_t)(bytes[i] >> 7) << i;
    return bits;
#endif
}

static inline void unpack64(uint64_t bits, uint8_t bytes[64])
{
#if defined(__AVX512BW__)
    _mm512_storeu_si512(bytes, _mm512_movm_epi8(bits));
#elif defined(__AVX2__)
    const __m256i select = _mm256_set1_epi64x((long long)UINT64_C(0x8040201008040201));
    const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2,
                                            2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    for (int i = 0; i < 2; i++) {
        __m256i all = _mm256_set1_epi32((int)(uint32_t)(bits >> (32 * i)));
        __m256i each = _mm256_and_si256(_mm256_shuffle_epi8(all, spread), select);
        _mm256_storeu_si256((__m256i *)(bytes + 32 * i), _mm256_cmpeq_epi8(each, select));
    }
#else
    for (int i = 0; i < 8; i++) {
        /* Eight copies of eight bits, one bit of each kept, then widened to a whole byte. */
        uint64_t each = (bits >> (8 * i) & 0xff) * UINT64_C(0x0101010101010101);
        each &= UINT64_C(0x8040201008040201);
        each = ((each + UINT64_C(0x7f7f7f7f7f7f7f7f)) | each) & UINT64_C(0x8080808080808080);
        each = (each >> 7) * 255;
        __builtin_memcpy(bytes + 8 * i, &each, 8);
    }
#endif
}

#endif
