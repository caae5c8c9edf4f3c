/* 64 bytes of 0 or 255 to 64 bits, the way each instruction set does it best.
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

#endif
