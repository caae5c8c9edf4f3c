/* Every kernel of every instruction set that this machine has, against the reference: random and extreme
 * values, all kinds of widths, and guard bytes around whatever it writes. SPDX-License-Identifier: Apache-2.0
 */
#include "trials.h"

#include "unit.h"

enum { LARGEST = 700, HEIGHT = 7, GUARD = 64, KINDS = 40, FRAMES = 3 };

static const size_t widths[] = {1,  2,   3,   15,  16,  31,  33,  63,  64,
                                65, 127, 128, 129, 320, 639, 640, 641, LARGEST};

/* A plane whose rows have guards around them, so that a byte too many is seen wherever it falls. */
struct plane {
    uint8_t *bytes;
    size_t row_bytes, stride, rows;
};

static struct plane make_plane(const struct ww_trial_plane *kind_of, size_t width, size_t calls, int kind)
{
    struct plane plane = {.row_bytes = kind_of->bytes(width), .rows = calls * kind_of->rows};
    plane.stride = (plane.row_bytes + GUARD + 63) / 64 * 64;
    plane.bytes = aligned_alloc(64, plane.stride * plane.rows + GUARD);
    assert_non_null(plane.bytes);
    memset(plane.bytes, 0xa5, plane.stride * plane.rows + GUARD);
    plane.bytes += GUARD;
    uint32_t seed = 88675123u + (uint32_t)kind;
    for (size_t y = 0; y < plane.rows; y++)
        kind_of->fill(plane.bytes + y * plane.stride, width, kind, &seed);
    return plane;
}

static void free_plane(struct plane *plane)
{
    for (size_t y = 0; y < plane->rows; y++)
        for (size_t x = plane->row_bytes; x < plane->stride; x++)
            assert_int_equal(plane->bytes[y * plane->stride + x], 0xa5);
    for (size_t x = 1; x <= GUARD; x++)
        assert_int_equal(plane->bytes[-(ptrdiff_t)x], 0xa5);
    free(plane->bytes - GUARD);
}

static void run_frame(const struct ww_trial *trial, const struct ww_kernels *kernels, struct plane *planes,
                      size_t width, size_t calls, int kind)
{
    for (size_t call = 0; call < calls; call++) {
        void *rows[WW_TRIAL_TAPS] = {0};
        for (unsigned t = 0; t < trial->tap_count; t++) {
            const struct plane *plane = &planes[trial->taps[t].plane];
            ptrdiff_t y =
                (ptrdiff_t)(call * trial->planes[trial->taps[t].plane].rows) + trial->taps[t].offset;
            y = y < 0 ? 0 : y >= (ptrdiff_t)plane->rows ? (ptrdiff_t)plane->rows - 1 : y;
            rows[t] = plane->bytes + (size_t)y * plane->stride;
        }
        trial->run(kernels, rows, width, kind);
    }
}

static void compare(const struct ww_trial *trial, const struct ww_kernels *kernels, size_t width, int kind)
{
    const struct ww_kernels *each[] = {ww_kernels_named("reference"), kernels};
    struct plane planes[2][WW_TRIAL_PLANES];
    size_t calls = trial->calls(HEIGHT);
    for (int k = 0; k < 2; k++) {
        for (unsigned p = 0; p < trial->plane_count; p++)
            planes[k][p] = make_plane(&trial->planes[p], width, calls, kind);
        for (int frame = 0; frame < FRAMES; frame++)
            run_frame(trial, each[k], planes[k], width, calls, kind);
    }
    for (unsigned p = 0; p < trial->plane_count; p++) {
        /* State past the width may be anything. */
        size_t pixels =
            trial->planes[p].role == WW_TRIAL_UPDATE ? width * sizeof(int16_t) : planes[0][p].row_bytes;
        for (size_t y = 0; y < planes[0][p].rows; y++)
            if (memcmp(planes[0][p].bytes + y * planes[0][p].stride,
                       planes[1][p].bytes + y * planes[1][p].stride, pixels) != 0)
                fail_msg("%s of %s differs at width %zu, kind %d, plane %u, row %zu", trial->name,
                         kernels->isa, width, kind, p, y);
        free_plane(&planes[0][p]);
        free_plane(&planes[1][p]);
    }
}

static void test_every_kernel_is_its_reference(void **state)
{
    (void)state;
    int compared = 0;
    for (const struct ww_trial *trial = ww_trials; trial->name; trial++) {
        for (size_t i = 0; ww_kernel_isas[i]; i++) {
            const struct ww_kernels *kernels = ww_kernels_named(ww_kernel_isas[i]);
            for (size_t w = 0; kernels && w < sizeof widths / sizeof *widths; w++)
                for (int kind = 0; kind < KINDS; kind++)
                    compare(trial, kernels, widths[w], kind);
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
                                 1; /* move_row */
    while (ww_trials[trials].name)
        trials++;
    assert_int_equal(trials, kernels);
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
        cmocka_unit_test(test_every_kernel_is_its_reference),
        cmocka_unit_test(test_every_kernel_has_a_trial),
        cmocka_unit_test(test_background_meaning),
    };
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
