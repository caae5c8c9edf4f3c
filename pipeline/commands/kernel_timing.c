/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/kernel_timing.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum {
    MOST_SAMPLES = 201,
    LEAST_SAMPLES = 9,
    ALIGNMENT = 64,
    OUT_OF_CACHE = 96 << 20,
    MOST_COPIES = 4096,
    DRAWN_ROWS = 16
};
static const double sample_seconds = 0.0004; /* a batch of frames, long against the clock's own time */

/* Copies of a frame's planes, so many that the caches do not hold them all. */
struct stage {
    const struct ww_timing_point *point;
    size_t calls, copies, copy_bytes;
    size_t offsets[WW_TRIAL_PLANES], strides[WW_TRIAL_PLANES], rows[WW_TRIAL_PLANES];
    uint8_t *memory;
    void **taps; /* of each call, WW_TRIAL_TAPS, in the copy whose turn it is */
    size_t turn, placed;
    int counter; /* of cycles, where it is 0 or more */
};

static void release(struct stage *stage)
{
    free(stage->taps);
    free(stage->memory);
}

static size_t offset_of(const struct stage *stage, unsigned plane, ptrdiff_t y)
{
    ptrdiff_t last = (ptrdiff_t)stage->rows[plane] - 1;
    y = y < 0 ? 0 : y > last ? last : y;
    return stage->offsets[plane] + (size_t)y * stage->strides[plane];
}

/* Before the clock starts: a row of the fastest kernels takes no longer than to find where it is. */
static void place_taps(struct stage *stage)
{
    const struct ww_trial *trial = stage->point->trial;
    uint8_t *copy = stage->memory + stage->turn * stage->copy_bytes;
    for (size_t call = 0; call < stage->calls; call++) {
        for (unsigned t = 0; t < WW_TRIAL_TAPS; t++) {
            const struct ww_trial_tap *tap = &trial->taps[t < trial->tap_count ? t : 0];
            ptrdiff_t y = (ptrdiff_t)(call * trial->planes[tap->plane].rows) + tap->offset;
            stage->taps[call * WW_TRIAL_TAPS + t] = copy + offset_of(stage, tap->plane, y);
        }
    }
    stage->placed = stage->turn;
}

static int prepare(struct stage *stage, const struct ww_timing_point *point, struct ww_error *error)
{
    const struct ww_trial *trial = point->trial;
    *stage = (struct stage){.point = point, .calls = trial->calls(point->height), .counter = -1};
    for (unsigned p = 0; p < trial->plane_count; p++) {
        stage->offsets[p] = stage->copy_bytes;
        stage->strides[p] = (trial->planes[p].bytes(point->width) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        stage->rows[p] = stage->calls * trial->planes[p].rows;
        stage->copy_bytes += stage->strides[p] * stage->rows[p];
    }
    stage->copies = point->cold && stage->copy_bytes > 0 ? OUT_OF_CACHE / stage->copy_bytes + 1 : 1;
    stage->copies = stage->copies > MOST_COPIES ? MOST_COPIES : stage->copies;
    stage->memory = ww_large_alloc(stage->copies * stage->copy_bytes);
    stage->taps = malloc(stage->calls * WW_TRIAL_TAPS * sizeof *stage->taps);
    if (!stage->memory || !stage->taps) {
        release(stage);
        ww_fail(error, -ENOMEM, "cannot measure %s at %zux%zu: out of memory", trial->name, point->width,
                point->height);
        return -ENOMEM;
    }
    place_taps(stage);
    uint32_t seed = 2463534242u;
    for (unsigned p = 0; p < trial->plane_count; p++) {
        uint8_t *plane = stage->memory + stage->offsets[p];
        for (size_t y = 0; y < stage->rows[p]; y++) {
            if (y < DRAWN_ROWS)
                trial->planes[p].fill(plane + y * stage->strides[p], point->width, 2, &seed);
            else
                memcpy(plane + y * stage->strides[p], plane + y % DRAWN_ROWS * stage->strides[p],
                       stage->strides[p]);
        }
    }
    for (size_t copy = 1; copy < stage->copies; copy++)
        memcpy(stage->memory + copy * stage->copy_bytes, stage->memory, stage->copy_bytes);
    return 0;
}

static void call_kernel(const struct stage *stage, size_t call)
{
    const struct ww_timing_point *point = stage->point;
    point->trial->run(point->kernels, &stage->taps[call * WW_TRIAL_TAPS], point->width, 2);
}

static void run_kernel(const struct stage *stage)
{
    for (size_t call = 0; call < stage->calls; call++)
        call_kernel(stage, call);
}

static void call_once(void *stage)
{
    const struct stage *of = stage;
    call_kernel(of, of->calls / 2);
}

bool ww_timing_count(const struct ww_trial *trial, const struct ww_kernels *kernels, size_t width,
                     struct ww_vector_work *a_pixel)
{
    enum { HEIGHT = 2 * DRAWN_ROWS };
    const struct ww_timing_point point = {
        .trial = trial, .kernels = kernels, .width = width, .height = HEIGHT};
    struct stage stage;
    struct ww_error error;
    if (prepare(&stage, &point, &error) != 0)
        return false;
    bool counted = ww_vector_count(call_once, &stage, a_pixel);
    double pixels = (double)width * HEIGHT / (double)stage.calls; /* of a call */
    for (int i = 0; i < WW_WORKS; i++)
        a_pixel->counts[i] /= pixels;
    release(&stage);
    return counted;
}

static void move_frame(const struct stage *stage)
{
    const struct ww_timing_point *point = stage->point;
    const struct ww_trial *trial = point->trial;
    struct ww_traffic streams[WW_TRIAL_PLANES];
    for (unsigned p = 0; p < trial->plane_count; p++) {
        const struct ww_trial_plane *plane = &trial->planes[p];
        size_t size = stage->strides[p] * (plane->rows - 1) + plane->bytes(point->width);
        uint8_t *first = stage->memory + stage->turn * stage->copy_bytes + stage->offsets[p];
        streams[p] = (struct ww_traffic){
            .read = first,
            .write = plane->role == WW_TRIAL_READ ? NULL : first,
            .read_size = plane->role == WW_TRIAL_WRITE ? 0 : size,
            .write_size = plane->role == WW_TRIAL_READ ? 0 : size,
        };
    }
    for (size_t call = 0; call < stage->calls; call++) {
        point->kernels->move_row(streams, trial->plane_count);
        for (unsigned p = 0; p < trial->plane_count; p++) {
            size_t bytes = stage->strides[p] * trial->planes[p].rows;
            streams[p].read += bytes;
            streams[p].write += streams[p].write ? bytes : 0;
        }
    }
}

static void let_count(const struct stage *stage, unsigned long request)
{
    if (stage->counter >= 0)
        ioctl(stage->counter, request, 0);
}

/* Nanoseconds a frame of a batch. */
static double time_batch(struct stage *stage, void (*run)(const struct stage *), size_t frames)
{
    double spent = 0;
    for (size_t done = 0, turns; done < frames; done += turns) {
        turns = stage->copies == 1 ? frames : 1;
        stage->turn = (stage->turn + 1) % stage->copies;
        if (stage->turn != stage->placed)
            place_taps(stage);
        let_count(stage, PERF_EVENT_IOC_ENABLE);
        double before = ww_clock_monotonic();
        for (size_t i = 0; i < turns; i++)
            run(stage);
        spent += ww_clock_monotonic() - before;
        let_count(stage, PERF_EVENT_IOC_DISABLE);
    }
    return spent * 1e9 / (double)frames;
}

/* A frame, in user mode; 0 where this machine does not tell. */
static double cycles_of(struct stage *stage, size_t frames)
{
    struct perf_event_attr wanted = {.type = PERF_TYPE_HARDWARE,
                                     .size = sizeof wanted,
                                     .config = PERF_COUNT_HW_CPU_CYCLES,
                                     .disabled = 1,
                                     .exclude_kernel = 1,
                                     .exclude_hv = 1};
    int counter = (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    uint64_t cycles = 0;
    if (counter < 0)
        return 0;
    stage->counter = counter;
    time_batch(stage, run_kernel, frames);
    stage->counter = -1;
    bool told = read(counter, &cycles, sizeof cycles) == sizeof cycles;
    close(counter);
    return told ? (double)cycles / (double)frames : 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *samples, size_t count, double part)
{
    qsort(samples, count, sizeof *samples, ascending);
    return samples[(size_t)(part * (double)(count - 1) + 0.5)];
}

static size_t frames_a_batch(struct stage *stage, void (*run)(const struct stage *))
{
    double ns = time_batch(stage, run, 1);
    ns = fmin(ns, time_batch(stage, run, 1));
    size_t frames = (size_t)(sample_seconds * 1e9 / fmax(ns, 1));
    return frames < 1 ? 1 : frames;
}

/* Whether twice as many samples have not moved the median by more than half a percent. */
static bool is_stable(double *samples, size_t count, double *last_median)
{
    if (count < LEAST_SAMPLES || (count & (count - 1)) != 0)
        return false;
    double sorted[MOST_SAMPLES];
    memcpy(sorted, samples, count * sizeof *sorted);
    double median = quantile(sorted, count, 0.5);
    bool stable = *last_median > 0 && fabs(median - *last_median) < 0.005 * median;
    *last_median = median;
    return stable;
}

static size_t bytes_of(const struct stage *stage)
{
    const struct ww_trial *trial = stage->point->trial;
    size_t bytes = 0;
    for (unsigned p = 0; p < trial->plane_count; p++)
        bytes += trial->planes[p].bytes(stage->point->width) * stage->rows[p] *
                 (trial->planes[p].role == WW_TRIAL_UPDATE ? 2 : 1);
    return bytes;
}

int ww_timing_measure(const struct ww_timing_point *point, double seconds, struct ww_timing *timing,
                      struct ww_error *error)
{
    struct stage stage;
    double kernel[MOST_SAMPLES], moved[MOST_SAMPLES], last_median = 0;
    size_t count = 0;
    int code = prepare(&stage, point, error);
    if (code != 0)
        return code;
    size_t frames = frames_a_batch(&stage, run_kernel), moves = frames_a_batch(&stage, move_frame);
    double until = ww_clock_monotonic() + seconds;
    do { /* in turns, so that what the machine does meanwhile meets both */
        kernel[count] = time_batch(&stage, run_kernel, frames);
        moved[count++] = time_batch(&stage, move_frame, moves);
    } while (count < MOST_SAMPLES && (count < LEAST_SAMPLES || (ww_clock_monotonic() < until &&
                                                                !is_stable(kernel, count, &last_median))));
    timing->ns = quantile(kernel, count, 0.5);
    timing->spread = (quantile(kernel, count, 0.75) - quantile(kernel, count, 0.25)) / timing->ns;
    timing->memory_ns = quantile(moved, count, 0.5);
    timing->ports_ns = point->ports_ns_a_pixel * (double)(point->width * point->height);
    timing->cycles = cycles_of(&stage, frames);
    timing->bytes = bytes_of(&stage);
    release(&stage);
    return 0;
}
