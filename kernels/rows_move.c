/* Loads and stores without arithmetic, and arithmetic without them: what rooflines are measured with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lanes.h"
#include "rows.h"

/* As wide as a register; every access is one load or store. */
#if defined(__AVX512F__)
typedef uint64_t lane __attribute__((vector_size(64), may_alias, aligned(1)));
#elif defined(__AVX2__)
typedef uint64_t lane __attribute__((vector_size(32), may_alias, aligned(1)));
#else
typedef uint64_t lane __attribute__((vector_size(16), may_alias, aligned(1)));
#endif
#if defined(__x86_64__)
#define KEEP(value) ({ __asm__ volatile("" : "+v"(value)); })
#else
#define KEEP(value) ({ __asm__ volatile("" : "+w"(value)); })
#endif

/* Eight at a time, so that the loop itself costs nothing. */
static void load_all(const lane *read, size_t count)
{
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        lane a = read[i], b = read[i + 1], c = read[i + 2], d = read[i + 3];
        lane e = read[i + 4], f = read[i + 5], g = read[i + 6], h = read[i + 7];
        KEEP(a), KEEP(b), KEEP(c), KEEP(d), KEEP(e), KEEP(f), KEEP(g), KEEP(h);
    }
    for (; i < count; i++) {
        lane value = read[i];
        KEEP(value);
    }
}

static void store_all(lane *write, size_t count)
{
    lane zero = {0};
    KEEP(zero);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        write[i] = write[i + 1] = write[i + 2] = write[i + 3] = zero;
        KEEP(zero); /* or it would become a call of memset() */
    }
    for (; i < count; i++) {
        write[i] = zero;
        KEEP(zero);
    }
}

static void update_all(lane *place, size_t count)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        lane a = place[i], b = place[i + 1], c = place[i + 2], d = place[i + 3];
        KEEP(a), KEEP(b), KEEP(c), KEEP(d);
        place[i] = a, place[i + 1] = b, place[i + 2] = c, place[i + 3] = d;
    }
    for (; i < count; i++) {
        lane value = place[i];
        KEEP(value);
        place[i] = value;
    }
}

static void move_stream(const struct ww_traffic *stream)
{
    size_t reads = stream->read_size / sizeof(lane), writes = stream->write_size / sizeof(lane);
    if (reads > 0 && writes > 0)
        update_all((lane *)stream->write, writes);
    else if (reads > 0)
        load_all((const lane *)stream->read, reads);
    else
        store_all((lane *)stream->write, writes);
}

void WW_OF_ISA(move_row)(const struct ww_traffic *streams, size_t count)
{
    for (size_t i = 0; i < count; i++)
        move_stream(&streams[i]);
}

typedef int16_t words __attribute__((vector_size(sizeof(lane))));

#if defined(__AVX512BW__)
#define SATURATED(a, b) (words) _mm512_adds_epu8((__m512i)(a), (__m512i)(b))
#define PACKED(a, b) (words) _mm512_packs_epi16((__m512i)(a), (__m512i)(b))
#elif defined(__AVX2__)
#define SATURATED(a, b) (words) _mm256_adds_epu8((__m256i)(a), (__m256i)(b))
#define PACKED(a, b) (words) _mm256_packs_epi16((__m256i)(a), (__m256i)(b))
#elif defined(__x86_64__)
#define SATURATED(a, b) (words) _mm_adds_epu8((__m128i)(a), (__m128i)(b))
#define PACKED(a, b) (words) _mm_packs_epi16((__m128i)(a), (__m128i)(b))
#else
#define SATURATED(a, b) (words) vqaddq_u8((uint8x16_t)(a), (uint8x16_t)(b))
#define PACKED(a, b) (words) vzip1q_s16((int16x8_t)(a), (int16x8_t)(b))
#endif

/* Twelve registers: more than a multiplication takes cycles, on as many ports as there are. */
#define TWELVE(instruction)                                                                                  \
    ({                                                                                                       \
        instruction(0);                                                                                      \
        instruction(1);                                                                                      \
        instruction(2);                                                                                      \
        instruction(3);                                                                                      \
        instruction(4);                                                                                      \
        instruction(5);                                                                                      \
        instruction(6);                                                                                      \
        instruction(7);                                                                                      \
        instruction(8);                                                                                      \
        instruction(9);                                                                                      \
        instruction(10);                                                                                     \
        instruction(11);                                                                                     \
    })
#define ADD(i) r[i] += one, KEEP(r[i])
#define SATURATE(i) r[i] = SATURATED(r[i], one), KEEP(r[i])
#define SHIFT(i) r[i] <<= 1, KEEP(r[i])
#define MULTIPLY(i) r[i] *= one, KEEP(r[i])
#define SHUFFLE(i) r[i] = PACKED(r[i], one), KEEP(r[i])
#define REPEAT(instruction)                                                                                  \
    for (size_t i = 0; i < rounds; i++)                                                                      \
    TWELVE(instruction), TWELVE(instruction)

void WW_OF_ISA(work_row)(enum ww_work work, size_t rounds)
{
    words r[12] = {0}, one = {1};
    KEEP(one);
    TWELVE(ADD);
    switch (work) {
    case WW_WORK_ADD: REPEAT(ADD); break;
    case WW_WORK_SATURATE: REPEAT(SATURATE); break;
    case WW_WORK_SHIFT: REPEAT(SHIFT); break;
    case WW_WORK_MULTIPLY: REPEAT(MULTIPLY); break;
    case WW_WORK_SHUFFLE: REPEAT(SHUFFLE); break;
    default: break;
    }
}
