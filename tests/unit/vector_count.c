/* Instructions are counted by following a child of ours. SPDX-License-Identifier: Apache-2.0 */
#include "commands/vector_count.h"
#include "unit.h"

#if defined(__x86_64__)

static uint8_t memory[64];

/* Five of arithmetic, among them one that saturates, one shift, one multiplication and one that shuffles; and
 * what is none: loads, stores, copies, and instructions of the other registers. */
static void some_instructions(void *argument)
{
    (void)argument;
    __asm__ volatile("movdqu %0, %%xmm0\n\t"
                     "movdqa %%xmm0, %%xmm1\n\t"
                     "paddw %%xmm0, %%xmm1\n\t"
                     "paddusb %%xmm0, %%xmm8\n\t" /* with a REX prefix */
                     "psrlw $3, %%xmm1\n\t"
                     "pmullw %0, %%xmm1\n\t" /* arithmetic that loads */
                     "packuswb %%xmm1, %%xmm0\n\t"
                     "xorl %%eax, %%eax\n\t"
                     "imull $3, %%eax\n\t"
                     "movdqu %%xmm0, %0\n\t"
                     : "+m"(memory)
                     :
                     : "eax", "xmm0", "xmm1", "xmm8", "cc");
}

static void check(const struct ww_vector_work *work, const double expected[WW_WORKS])
{
    for (int i = 0; i < WW_WORKS; i++)
        assert_true(work->counts[i] == expected[i]);
}

static void test_instructions_are_counted(void **state)
{
    (void)state;
    struct ww_vector_work work = {{0}};
    if (!ww_vector_count(some_instructions, NULL, &work))
        skip(); /* this system lets nobody follow a child */
    check(&work, (const double[WW_WORKS]){5, 1, 1, 1, 1});
}

/* Three of AVX-512 and two of AVX2, in their own encodings; masks and BMI are none. */
static void wide_instructions(void *argument)
{
    (void)argument;
    __asm__ volatile("vmovdqu64 %0, %%zmm16\n\t"
                     "vpmulhrsw %%zmm16, %%zmm16, %%zmm17\n\t"
                     "vpcmpgtw %%zmm16, %%zmm17, %%k1\n\t"
                     "vmovdqu16 %%zmm16, %%zmm17%{%%k1%}\n\t" /* a choice, not a copy */
                     "kmovd %%k1, %%eax\n\t"
                     "blsrl %%eax, %%eax\n\t"
                     "vpxor %%ymm1, %%ymm2, %%ymm3\n\t"
                     "vpmovzxbw %0, %%ymm3\n\t"
                     "vzeroupper\n\t"
                     :
                     : "m"(memory)
                     : "eax", "xmm1", "xmm2", "xmm3", "cc");
}

static void test_wide_instructions_are_counted(void **state)
{
    (void)state;
    struct ww_vector_work work = {{0}};
    if (!ww_kernels_named("avx512") || !ww_vector_count(wide_instructions, NULL, &work))
        skip();
    check(&work, (const double[WW_WORKS]){5, 0, 0, 1, 1});
}

#else

static void nothing(void *argument)
{
    (void)argument;
}

static void test_other_processors_are_not_known(void **state)
{
    (void)state;
    struct ww_vector_work work = {{0}};
    assert_false(ww_vector_count(nothing, NULL, &work));
}

#endif

/* The slowest kind decides, or all together. */
static void test_the_limit_is_the_narrowest(void **state)
{
    (void)state;
    const struct ww_vector_work rates = {{8, 4, 4, 2, 4}}, none = {{0}};
    const struct ww_vector_work additions = {{80, 0, 0, 0, 0}}, products = {{80, 0, 0, 40, 0}};
    assert_true(ww_vector_time(&additions, &rates) == 10);
    assert_true(ww_vector_time(&products, &rates) == 20);
    assert_true(ww_vector_time(&products, &none) == 0);
}

static void test_a_reference_has_no_vectors(void **state)
{
    (void)state;
    struct ww_vector_work rates = ww_vector_rates(ww_kernels_named("reference"));
    assert_true(rates.counts[WW_WORK_ADD] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(__x86_64__)
        cmocka_unit_test(test_instructions_are_counted),
        cmocka_unit_test(test_wide_instructions_are_counted),
#else
        cmocka_unit_test(test_other_processors_are_not_known),
#endif
        cmocka_unit_test(test_the_limit_is_the_narrowest),
        cmocka_unit_test(test_a_reference_has_no_vectors),
    };
    return cmocka_run_group_tests_name("vector_count", tests, NULL, NULL);
}
