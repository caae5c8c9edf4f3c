/* Every kernel of every instruction set that this machine has, against the reference: random and extreme
 * values, all kinds of widths, and guard bytes around whatever it writes. SPDX-License-Identifier: Apache-2.0
 */
#include "kernels.h"

#include "unit.h"

enum { LARGEST = 700, GUARD = 64, ROUNDS = 40 };

static const size_t widths[] = {1,  2,   3,   15,  16,  31,  33,  63,  64,
                                65, 127, 128, 129, 320, 639, 640, 641, LARGEST};

/* A buffer whose ends are watched. */
struct guarded {
    uint8_t *bytes; /* 64-byte aligned */
    size_t size;
};

static struct guarded guarded(size_t size)
{
    size_t room = (size + 2 * GUARD + 63) / 64 * 64;
    uint8_t *all = aligned_alloc(64, room);
    assert_non_null(all);
    memset(all, 0xa5, room);
    return (struct guarded){all + GUARD, size};
}

static void release(struct guarded *buffer)
{
    for (size_t i = 0; i < GUARD; i++) {
        assert_int_equal(buffer->bytes[-(ptrdiff_t)i - 1], 0xa5);
        assert_int_equal(buffer->bytes[buffer->size + i], 0xa5);
    }
    free(buffer->bytes - GUARD);
}

typedef void (*comparison)(const struct ww_kernels *kernels, size_t width, int round);

static void compare_all(comparison compare)
{
    int compared = 0;
    for (size_t i = 0; ww_kernel_isas[i]; i++) {
        const struct ww_kernels *kernels = ww_kernels_named(ww_kernel_isas[i]);
        if (!kernels)
            continue;
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            for (int round = 0; round < ROUNDS; round++)
                compare(kernels, widths[w], round);
        compared++;
    }
    assert_true(compared >= 2);
}

/* Round 0 is all the lowest value, round 1 all the highest. */
static int value(int round, int low, int high)
{
    if (round == 0)
        return low;
    if (round == 1)
        return high;
    uint32_t bits = unit_random();
    if (bits % 16 == 0)
        return bits & 16 ? low : high;
    return low + (int)(bits / 16 % (uint32_t)(high - low + 1));
}

static void compare_background(const struct ww_kernels *kernels, size_t width, int round)
{
    const struct ww_kernels *reference = ww_kernels_named("reference");
    const struct ww_background_rates rates = {
        .mean = (int16_t)value(round, 1, 32767),
        .mean_foreground = (int16_t)value(round, 1, 32767),
        .deviation = (int16_t)value(round, 1, 32767),
        .min_threshold = (int16_t)value(round, 0, 255 * WW_LEVEL - 1),
        .factor = (int16_t)value(round, 1, 4),
    };
    size_t state = WW_STATE(width) * sizeof(int16_t);
    struct guarded luma = guarded(width), mean[2], deviation[2], bits[2];
    for (size_t x = 0; x < width; x++)
        luma.bytes[x] = (uint8_t)value(round, 0, 255);
    for (int k = 0; k < 2; k++) {
        mean[k] = guarded(state);
        deviation[k] = guarded(state);
        bits[k] = guarded(WW_WORDS(width) * 8);
    }
    for (size_t x = 0; x < WW_STATE(width); x++) {
        ((int16_t *)(void *)mean[0].bytes)[x] = (int16_t)value(round, 0, 255 * WW_LEVEL);
        ((int16_t *)(void *)deviation[0].bytes)[x] =
            (int16_t)value(round, WW_MIN_DEVIATION, WW_MAX_DEVIATION);
    }
    memcpy(mean[1].bytes, mean[0].bytes, state);
    memcpy(deviation[1].bytes, deviation[0].bytes, state);
    for (int frame = 0; frame < 3; frame++)
        for (int k = 0; k < 2; k++)
            (k ? kernels : reference)
                ->background_row(luma.bytes, (int16_t *)(void *)mean[k].bytes,
                                 (int16_t *)(void *)deviation[k].bytes, (uint64_t *)(void *)bits[k].bytes,
                                 width, &rates);
    assert_memory_equal(mean[0].bytes, mean[1].bytes, width * 2);
    assert_memory_equal(deviation[0].bytes, deviation[1].bytes, width * 2);
    assert_memory_equal(bits[0].bytes, bits[1].bytes, bits[0].size);
    for (int k = 0; k < 2; k++) {
        release(&mean[k]);
        release(&deviation[k]);
        release(&bits[k]);
    }
    release(&luma);
}

static void compare_majority(const struct ww_kernels *kernels, size_t width, int round)
{
    size_t words = WW_WORDS(width);
    struct guarded rows[3], out[2];
    for (int r = 0; r < 3; r++) {
        rows[r] = guarded(words * 8);
        for (size_t i = 0; i < words * 8; i++)
            rows[r].bytes[i] = (uint8_t)value(round, 0, 255);
    }
    for (int k = 0; k < 2; k++) {
        out[k] = guarded(words * 8);
        (k ? kernels : ww_kernels_named("reference"))
            ->majority_row((uint64_t *)(void *)rows[0].bytes, (uint64_t *)(void *)rows[1].bytes,
                           (uint64_t *)(void *)rows[2].bytes, (uint64_t *)(void *)out[k].bytes, words);
    }
    assert_memory_equal(out[0].bytes, out[1].bytes, words * 8);
    for (int r = 0; r < 3; r++)
        release(&rows[r]);
    release(&out[0]);
    release(&out[1]);
}

static void compare_halve(const struct ww_kernels *kernels, size_t width, int round)
{
    struct guarded a = guarded(width), b = guarded(width), out[2];
    for (size_t x = 0; x < width; x++) {
        a.bytes[x] = (uint8_t)value(round, 0, 255);
        b.bytes[x] = (uint8_t)value(round, 0, 255);
    }
    for (int k = 0; k < 2; k++) {
        out[k] = guarded((width + 1) / 2);
        (k ? kernels : ww_kernels_named("reference"))->halve_row(a.bytes, b.bytes, out[k].bytes, width);
    }
    assert_memory_equal(out[0].bytes, out[1].bytes, out[0].size);
    release(&out[0]);
    release(&out[1]);
    release(&a);
    release(&b);
}

static void compare_every_second(const struct ww_kernels *kernels, size_t width, int round)
{
    struct guarded packed = guarded(2 * width - 1), out[2];
    for (size_t x = 0; x < 2 * width - 1; x++)
        packed.bytes[x] = (uint8_t)value(round, 0, 255);
    for (int k = 0; k < 2; k++) {
        out[k] = guarded(width);
        (k ? kernels : ww_kernels_named("reference"))->every_second_row(packed.bytes, out[k].bytes, width);
    }
    assert_memory_equal(out[0].bytes, out[1].bytes, out[0].size);
    assert_int_equal(out[0].bytes[width - 1], packed.bytes[2 * width - 2]);
    release(&out[0]);
    release(&out[1]);
    release(&packed);
}

static void test_background(void **state)
{
    (void)state;
    compare_all(compare_background);
}

static void test_majority(void **state)
{
    (void)state;
    compare_all(compare_majority);
}

static void test_halve(void **state)
{
    (void)state;
    compare_all(compare_halve);
}

static void test_every_second(void **state)
{
    (void)state;
    compare_all(compare_every_second);
}

/* What the header says, by hand. */
static void test_background_meaning(void **state)
{
    (void)state;
    const struct ww_background_rates rates = {.mean = 16384,
                                              .mean_foreground = 3277,
                                              .deviation = 16384,
                                              .min_threshold = 10 * WW_LEVEL,
                                              .factor = 4};
    uint8_t luma[64] = {100, 108, 150, 100};
    _Alignas(64) int16_t mean[64], deviation[64];
    uint64_t bits = ~UINT64_C(0);
    for (int i = 0; i < 64; i++) {
        mean[i] = 100 * WW_LEVEL;
        deviation[i] = 2 * WW_LEVEL;
    }
    deviation[3] = WW_MAX_DEVIATION;
    ww_kernels()->background_row(luma, mean, deviation, &bits, 4, &rates);
    assert_int_equal(bits, 1 << 2);
    assert_int_equal(mean[0], 100 * WW_LEVEL);
    assert_int_equal(mean[1], 104 * WW_LEVEL); /* half of the way */
    assert_int_equal(mean[2], 105 * WW_LEVEL); /* a tenth */
    assert_int_equal(deviation[0], WW_LEVEL);  /* towards no deviation */
    assert_int_equal(deviation[1], 5 * WW_LEVEL);
    assert_int_equal(deviation[2], 2 * WW_LEVEL); /* foreground teaches it nothing */
    assert_int_equal(deviation[3], WW_MAX_DEVIATION / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_background),
        cmocka_unit_test(test_majority),
        cmocka_unit_test(test_halve),
        cmocka_unit_test(test_every_second),
        cmocka_unit_test(test_background_meaning),
    };
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
