/* The per-pixel work, as rows. SPDX-License-Identifier: Apache-2.0
 *
 * A kernel is a pure function on rows: no I/O, no allocation, no threads. reference.c states what each
 * one means; every other version gives exactly the same bytes. Rows of different arguments must not
 * overlap unless a kernel says so. Nothing outside what is named here is read or written.
 *
 * Packed bits: bit (x & 63) of word x / 64 is pixel x. */
#ifndef WW_KERNELS_H
#define WW_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample_block.h"

/* Words of packed bits, and entries of a state row, that `width` pixels take. */
#define WW_WORDS(width) (((size_t)(width) + 63) / 64)
#define WW_STATE(width) (WW_WORDS(width) * 64)

/* How far from its target a value of the light background model must be, at least, to go a level there with
 * this frame; of pixel x it is entry x % 64. Where frame after frame draws evenly from 0 to before n, a value
 * goes 1/n of its way in a frame, as a running average does. 255: it stays. */
struct ww_background_step {
    const uint8_t *mean, *mean_foreground; /* where the pixel is background, and where it is not; 64 each */
    const uint8_t *threshold;
    uint8_t min_threshold; /* grey levels */
    uint8_t factor;        /* 3 or 4: how many times its usual distance from the mean a pixel may be away */
};

/* A square of 2 × radius + 1 pixels; two counts at a time. */
struct ww_window {
    int radius;         /* 0 to 7 */
    uint8_t many, some; /* at least so many */
};

/* Counts of a row's pixels, one plane of bits for each binary digit, the lowest first; a plane has
 * WW_WINDOW_WORDS of the row's words: the counts of pixels just past its end are in them, too. */
enum { WW_COLUMN_DIGITS = 4, WW_WINDOW_DIGITS = 8 };

#define WW_WINDOW_WORDS(words) (((size_t)(words) + 3) / 4 * 4)

/* Digits that the count of a window may have; four at the least. */
static inline int ww_window_digits(int radius)
{
    int digits = WW_COLUMN_DIGITS;
    while ((2 * radius + 1) * (2 * radius + 1) >> digits)
        digits++;
    return digits;
}

enum { WW_MOST_SMOOTHED = 8192 };

/* Set bits from `start` to before `end`. */
struct ww_run {
    uint32_t start, end;
};

/* Room for those of a row of that width: a run in two pixels, and what is written before it is counted. */
#define WW_MOST_RUNS(width) (WW_WORDS(width) * 32 + 2)

/* Numbers of -255 to 255, rows of `count`, `stride` apart; inside: all bits or none. */
struct ww_patches {
    const int16_t *here, *inside, *there;
    size_t stride, there_stride, rows, count; /* at most 32768 numbers in all: sums have 32 bits */
};

struct ww_likeness {
    int32_t both;   /* Σ here × there, where inside is set */
    int32_t energy; /* Σ there², likewise */
};

/* Bytes that are only read, only written, or, where both sizes are given, updated in `write`. */
struct ww_traffic {
    const uint8_t *read;
    uint8_t *write;
    size_t read_size, write_size; /* 0: nothing; else equal where both are given */
};

/* Vector instructions by the ports that can execute them: there are the most for additions and logic. */
enum ww_work { WW_WORK_ADD, WW_WORK_SATURATE, WW_WORK_SHIFT, WW_WORK_MULTIPLY, WW_WORK_SHUFFLE, WW_WORKS };
enum { WW_WORK_INSTRUCTIONS = 24 }; /* in a round */

struct ww_kernels {
    const char *isa; /* reference, sse2, avx2, avx512 or neon */

    /* Loads and stores without arithmetic, in the instruction set's widest registers; for benchmarks. What
     * is updated stays as it is, what is only written becomes 0; less than a register at the end is left. */
    void (*move_row)(const struct ww_traffic *streams, size_t count);

    /* Arithmetic without loads and stores, of which nothing waits for anything; for benchmarks. NULL: no
     * vector instructions. */
    void (*work_row)(enum ww_work work, size_t rounds);

    /* The light background model of one row: foreground decision and update in one pass over the state.
     *
     *   d = |luma - mean|;  foreground = d > max(min_threshold, threshold)
     *   mean goes one level towards luma, where d > (foreground ? step->mean_foreground : step->mean)[x % 64]
     *   threshold goes one level towards t = min(255, factor × d), where it is background and
     *   |t - threshold| > step->threshold[x % 64]
     *
     * luma: width pixels. mean, threshold: WW_STATE(width) entries, 64-byte aligned; those past width may
     * change. foreground: WW_WORDS(width) words, bits past width come out 0. */
    void (*background_row)(const uint8_t *luma, uint8_t *mean, uint8_t *threshold, uint64_t *foreground,
                           size_t width, const struct ww_background_step *step);

    /* The multi-sample background model of one row, in one pass: see sample_block.h.
     * rows: those WW_CENSUS_REACH above and below, in the order of the picture, around the row itself; at the
     * picture's edge the nearest there is. recent, past, sides: WW_WORDS(width), 64-byte aligned. held:
     * pixels that neither learn nor are voted on. calm: pixels whose changes of side are not noise.
     * foreground: bits past width come out 0. next: what the next row will do, whose blocks follow these, so
     * that memory brings them meanwhile; NULL: there is none. Nothing outside the rows is read; columns
     * beyond are as the nearest inside. */
    void (*samples_row)(const uint8_t *const rows[3], struct ww_sample_recent *recent,
                        struct ww_sample_past *past, struct ww_sample_sides *sides, const uint64_t *held,
                        const uint64_t *calm, uint64_t *foreground, size_t width,
                        const struct ww_sample_step *step, const struct ww_sample_step *next);

    /* How many of the 2 × radius + 1 pixels around each one of a row are set; beyond the row none are.
     * radius: 0 to 7; counts: WW_COLUMN_DIGITS planes. */
    void (*columns_row)(const uint64_t *row, uint64_t *counts, size_t words, int radius);

    /* Moves a window down by a row: sums += entering - leaving, modulo 2 to the power of
     * ww_window_digits(window->radius), planes that `sums` has. Then sets a pixel of `many` where its sum is
     * at least window->many, and so `some`: majority, erosion and dilation are cases of it. entering,
     * leaving: what columns_row counted. */
    void (*window_row)(uint64_t *sums, const uint64_t *entering, const uint64_t *leaving, uint64_t *many,
                       uint64_t *some, size_t words, const struct ww_window *window);

    /* How alike two patches are. */
    void (*correlate)(const struct ww_patches *patches, struct ww_likeness *likeness);

    /* Σ (a[x + 1] - a[x]) × (b[x + 1] - b[x]), x from 0 to before width - 1, of a row and the one below: how
     * much detail they have in common. Noise has nothing in common with itself. At most 32768 bytes. */
    int32_t (*detail_row)(const uint8_t *a, const uint8_t *b, size_t width);

    /* Clears the bits of `row` that are not in `allowed`, and returns how many are left. */
    size_t (*keep_row)(uint64_t *row, const uint64_t *allowed, size_t words);

    /* Finds the runs of set bits, from left to right, and returns how many; runs: room for WW_MOST_RUNS, of
     * which two after the last may be written. */
    size_t (*runs_row)(const uint64_t *row, size_t words, struct ww_run *runs);

    /* Means of 2×2 pixels, rounded to nearest. a and b: width pixels each, out: (width + 1) / 2; where
     * width is odd its last column counts twice. */
    void (*halve_row)(const uint8_t *a, const uint8_t *b, uint8_t *out, size_t width);

    /* Means of 4×4 pixels, as halve_row of halve_row gives them. rows: width pixels each, out:
     * (width + 3) / 4. */
    void (*quarter_row)(const uint8_t *const rows[4], uint8_t *out, size_t width);

    /* Noise off: 1-2-1 across the rows, then along them, each as mean(centre, mean(both sides)) with halves
     * up; at the picture's edge the pixel itself stands for those beyond. At most WW_MOST_SMOOTHED pixels. */
    void (*smooth_row)(const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *out,
                       size_t width);

    /* out[x] = packed[2 × x]: the luma of YUYV, and of UYVY from its second byte on. packed: 2 × width - 1
     * bytes, out: width. */
    void (*every_second_row)(const uint8_t *packed, uint8_t *out, size_t width);

    /* Brightness of colours, three bytes a pixel: the mean of the bytes by weights, whose sum is 256, rounded
     * to nearest. packed: 3 × width bytes, out: width. */
    void (*weigh_row)(const uint8_t *packed, uint8_t *out, size_t width, const uint8_t weights[3]);
};

/* The best table for this processor, or the one that the environment's WALLWATCH_CPU names
 * (reference, sse2, avx2, avx512, neon) if this processor can run it. Chosen once. */
const struct ww_kernels *ww_kernels(void);

/* The table of that name, or NULL if this build or this processor does not have it. */
const struct ww_kernels *ww_kernels_named(const char *isa);

/* All names, best first, NULL at the end. */
extern const char *const ww_kernel_isas[];

#endif
