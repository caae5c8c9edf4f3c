/* How alike two patches of numbers are. SPDX-License-Identifier: Apache-2.0 */
#include "lanes.h"
#include "rows.h"

typedef int16_t numbers __attribute__((vector_size(WW_LANES)));
typedef int32_t sums __attribute__((vector_size(WW_LANES)));

static inline numbers load(const int16_t *from)
{
    numbers loaded;
    memcpy(&loaded, from, sizeof loaded);
    return loaded;
}

/* Sums of products of neighbours. */
static inline sums products(numbers a, numbers b)
{
#if defined(__AVX512BW__)
    return (sums)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__)
    return (sums)WW_X86(madd_epi16)((ww_register)a, (ww_register)b);
#else
    int32x4_t low = vmull_s16(vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
    return (sums)vmlal_s16(low, vget_high_s16((int16x8_t)a), vget_high_s16((int16x8_t)b));
#endif
}

static int32_t total(sums parts)
{
    int32_t sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        sum += parts[i];
    return sum;
}

void WW_OF_ISA(correlate)(const struct ww_patches *patches, struct ww_likeness *likeness)
{
    enum { NUMBERS = WW_LANES / 2 };
    sums both = {0}, energy = {0};
    int32_t both_left = 0, energy_left = 0;
    const int16_t *here = patches->here, *inside = patches->inside, *there = patches->there;
    for (size_t y = 0; y < patches->rows; y++) {
        size_t x = 0;
        for (; x + NUMBERS <= patches->count; x += NUMBERS) {
            numbers counted = load(there + x) & load(inside + x);
            both += products(load(here + x), counted);
            energy += products(counted, counted);
        }
        for (; x < patches->count; x++) {
            int16_t counted = there[x] & inside[x];
            both_left += here[x] * counted;
            energy_left += counted * counted;
        }
        here += patches->stride;
        inside += patches->stride;
        there += patches->there_stride;
    }
    *likeness = (struct ww_likeness){total(both) + both_left, total(energy) + energy_left};
}
