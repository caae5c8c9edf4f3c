/* The light background model. SPDX-License-Identifier: Apache-2.0 */
#include "lanes.h"
#include "rows.h"

enum { REGISTERS = 64 / WW_LANES };

/* In registers, where there are enough: what is stored could otherwise be a limit for all that is known. */
struct limits {
    ww_bytes mean[REGISTERS], mean_foreground[REGISTERS], threshold[REGISTERS], min_threshold;
};

/* A level towards `now`, where that is farther away than the limit; distance: how far it is. */
static inline ww_bytes toward_luma(ww_bytes now, ww_bytes value, ww_bytes distance, ww_bytes limit)
{
#if defined(__AVX512BW__)
    const __m512i from = (__m512i)value, one = _mm512_set1_epi8(1), back = _mm512_set1_epi8(-1);
    __mmask64 moves = _mm512_cmpgt_epu8_mask((__m512i)distance, (__m512i)limit);
    __m512i step = _mm512_mask_blend_epi8(_mm512_cmpgt_epu8_mask((__m512i)now, from), back, one);
    return (ww_bytes)_mm512_mask_add_epi8(from, moves, from, step);
#else
    return value + (~ww_at_most(distance, limit) & (ww_at_most(now, value) | 1)); /* -1 or 1 */
#endif
}

/* A level towards a target that is farther away than the limit, where it may move. Both differences saturate:
 * the distance itself would take as many instructions again. */
static inline ww_bytes toward(ww_bytes target, ww_bytes value, ww_bytes limit, ww_choice may)
{
    ww_bytes above = ww_more(value, limit), below = ww_less(value, limit);
#if defined(__AVX512BW__)
    const __m512i from = (__m512i)value, to = (__m512i)target, one = _mm512_set1_epi8(1);
    __mmask64 up = _mm512_mask_cmpgt_epu8_mask(may, to, (__m512i)above);
    __mmask64 down = _mm512_mask_cmplt_epu8_mask(may, to, (__m512i)below);
    __m512i raised = _mm512_mask_add_epi8(from, up, from, one);
    return (ww_bytes)_mm512_mask_sub_epi8(raised, down, from, one);
#else
    ww_bytes one = may & 1;
    return value + ww_min(ww_less(target, above), one) - ww_min(ww_less(below, target), one);
#endif
}

static inline __attribute__((always_inline)) ww_choice step_lanes(const uint8_t *luma, uint8_t *mean,
                                                                  uint8_t *threshold, int i,
                                                                  const struct limits *limits, bool four)
{
    ptrdiff_t at = (ptrdiff_t)i * WW_LANES;
    ww_bytes now = ww_load(luma + at), usual = ww_load(mean + at), known = ww_load(threshold + at);
    ww_bytes distance = ww_max(now, usual) - ww_min(now, usual);
    ww_choice background = ww_at_most(distance, ww_max(known, limits->min_threshold));
    ww_bytes limit = ww_choose(background, limits->mean[i], limits->mean_foreground[i]);
    ww_store(mean + at, toward_luma(now, usual, distance, limit));
    ww_bytes twice = ww_more(distance, distance), wanted = ww_more(twice, four ? twice : distance);
    ww_store(threshold + at, toward(wanted, known, limits->threshold[i], background));
    return background;
}

static inline __attribute__((always_inline)) uint64_t
step_block(const uint8_t *luma, uint8_t *mean, uint8_t *threshold, const struct limits *limits, bool four)
{
    uint64_t background = 0;
    for (int i = 0; i < REGISTERS; i++)
        background |= ww_to_bits(step_lanes(luma, mean, threshold, i, limits, four)) << i * WW_LANES % 64;
    __asm__("" : "+r"(background)); /* in a general register its complement takes no port of the vectors */
    return ~background;
}

static inline __attribute__((always_inline)) void step_row(const uint8_t *luma, uint8_t *mean,
                                                           uint8_t *threshold, uint64_t *foreground,
                                                           size_t width,
                                                           const struct ww_background_step *step, bool four)
{
    struct limits limits = {.min_threshold = ww_all(step->min_threshold)};
    memcpy(limits.mean, step->mean, sizeof limits.mean);
    memcpy(limits.mean_foreground, step->mean_foreground, sizeof limits.mean_foreground);
    memcpy(limits.threshold, step->threshold, sizeof limits.threshold);
    size_t x = 0;
    for (; x + 64 <= width; x += 64)
        foreground[x / 64] = step_block(luma + x, mean + x, threshold + x, &limits, four);
    if (x < width) {
        uint8_t tail[64] = {0};
        memcpy(tail, luma + x, width - x);
        uint64_t inside = (UINT64_C(1) << (width - x)) - 1;
        foreground[x / 64] = step_block(tail, mean + x, threshold + x, &limits, four) & inside;
    }
}

void WW_OF_ISA(background_row)(const uint8_t *luma, uint8_t *mean, uint8_t *threshold, uint64_t *foreground,
                               size_t width, const struct ww_background_step *step)
{
    if (step->factor == 4)
        step_row(luma, mean, threshold, foreground, width, step, true);
    else
        step_row(luma, mean, threshold, foreground, width, step, false);
}
