/* Every kernel of every instruction set that this machine has, against the reference: random and extreme
 * values, all kinds of widths, and guard bytes around whatever it writes. SPDX-License-Identifier: Apache-2.0
 */
#include "unit.h"

#include "../tools/trial_frame.h"

enum { KINDS = 40 };

static void check_guards(const struct trial_plane *plane)
{
    for (size_t y = 0; y < plane->rows; y++)
        for (size_t x = plane->row_bytes; x < plane->stride; x++)
            assert_int_equal(plane->bytes[y * plane->stride + x], TRIAL_GUARD_BYTE);
    for (size_t x = 1; x <= TRIAL_GUARD; x++)
        assert_int_equal(plane->bytes[-(ptrdiff_t)x], TRIAL_GUARD_BYTE);
}

static void compare(const struct ww_trial *trial, const struct ww_kernels *kernels, size_t width, int kind)
{
    struct trial_plane expected[WW_TRIAL_PLANES] = {0}, planes[WW_TRIAL_PLANES] = {0};
    trial_frames(trial, ww_kernels_named("reference"), expected, width, kind);
    trial_frames(trial, kernels, planes, width, kind);
    for (unsigned p = 0; p < trial->plane_count; p++) {
        size_t bytes = trial_bytes_that_count(trial, p, width);
        for (size_t y = 0; y < planes[p].rows; y++)
            if (memcmp(trial_row(&expected[p], y), trial_row(&planes[p], y), bytes) != 0)
                fail_msg("%s of %s differs at width %zu, kind %d, plane %u, row %zu", trial->name,
                         kernels->isa, width, kind, p, y);
        check_guards(&planes[p]);
        trial_free(&planes[p]);
        trial_free(&expected[p]);
    }
}

static void test_every_kernel_is_its_reference(void **state)
{
    (void)state;
    int compared = 0;
    for (const struct ww_trial *trial = ww_trials; trial->name; trial++) {
        for (size_t i = 0; ww_kernel_isas[i]; i++) {
            const struct ww_kernels *kernels = ww_kernels_named(ww_kernel_isas[i]);
            for (size_t w = 0; kernels && trial_widths[w]; w++)
                for (int kind = 0; kind < KINDS; kind++)
                    compare(trial, kernels, trial_widths[w], kind);
            compared += kernels != NULL;
        }
    }
    assert_true(compared >= 2);
}

/* A kernel without a trial would never be compared. */
static void test_every_kernel_has_a_trial(void **state)
{
    (void)state;
    size_t trials = 0, kernels = (sizeof(struct ww_kernels) - sizeof(const char *)) / sizeof(void (*)(void)) -
                                 2; /* move_row and work_row */
    while (ww_trials[trials].name)
        trials++;
    assert_int_equal(trials, kernels);
}

/* What the header says, by hand. */
static void test_background_meaning(void **state)
{
    (void)state;
    uint8_t far[64], near[64] = {0};
    memset(far, 8, sizeof far);
    const struct ww_background_step step = {
        .mean = near, .mean_foreground = far, .threshold = far, .min_threshold = 10, .factor = 4};
    uint8_t luma[64] = {100, 103, 150, 60, 92};
    _Alignas(64) uint8_t mean[64], threshold[64];
    uint64_t bits = ~UINT64_C(0);
    memset(mean, 100, sizeof mean);
    memset(threshold, 16, sizeof threshold);
    threshold[3] = 200;
    far[2] = 50;
    ww_kernels()->background_row(luma, mean, threshold, &bits, 5, &step);
    const uint8_t means[] = {100, 101, 100, 99, 99}, thresholds[] = {15, 16, 16, 199, 17};
    assert_int_equal(bits, 1 << 2); /* its distance is more than 10 and more than 16 */
    assert_memory_equal(mean, means,
                        sizeof means); /* a level each but where it was foreground: 50 is not above 50 */
    assert_memory_equal(threshold, thresholds,
                        sizeof thresholds); /* 12 is not 8 away; towards 0, 160 and 32 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kernel_is_its_reference),
        cmocka_unit_test(test_every_kernel_has_a_trial),
        cmocka_unit_test(test_background_meaning),
    };
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
