/* How fast events get into the log, and how late they are durable. SPDX-License-Identifier: Apache-2.0
 *
 *   log_rate FOLDER SECONDS RATE     so many lines a second, of events that begin and end, without pictures
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "sink/sink.h"

struct times {
    double *late; /* seconds, of each line that was told */
    size_t count, capacity;
};

static void told(void *context, const struct ww_record *record)
{
    struct times *times = context;
    if (times->count < times->capacity)
        times->late[times->count++] = ww_clock_monotonic() - record->captured;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void wait_until(double when)
{
    const struct timespec until = {(time_t)when, (long)((when - (double)(time_t)when) * 1e9)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

int main(int argc, char **argv)
{
    struct ww_error error;
    struct ww_sink *sink;
    struct ww_sink_summary summary;
    double seconds = argc == 4 ? atof(argv[2]) : 0, rate = argc == 4 ? atof(argv[3]) : 0;
    if (seconds <= 0 || rate <= 0) {
        fputs("usage: log_rate FOLDER SECONDS RATE\n", stderr);
        return 2;
    }
    size_t lines = (size_t)(seconds * rate);
    struct times times = {calloc(lines + 1, sizeof(double)), 0, lines};
    const struct ww_sink_options options = {
        .folder = argv[1], .live = true, .told = told, .told_context = &times};
    if (!times.late || ww_sink_open(&sink, &options, &error) != 0) {
        fprintf(stderr, "%s\n", times.late ? error.text : "out of memory");
        return 1;
    }
    double began = ww_clock_monotonic();
    for (size_t i = 0; i < lines; i++) {
        wait_until(began + (double)i / rate);
        const struct ww_record record = {
            .time_us = ww_clock_wall_us(),
            .captured = ww_clock_monotonic(),
            .type = "motion",
            .phase = i % 2 ? WW_PHASE_END : WW_PHASE_START,
            .camera = "yard",
            .track = 1,
            .frame = (int64_t)i,
            .box = {10, 20, 30, 40},
            .width = 1280,
            .height = 720,
            .score = 0.5f,
        };
        ww_sink_event(sink, i / 2, &record, NULL, NULL);
    }
    int code = ww_sink_finish(sink, &summary, &error);
    double took = ww_clock_monotonic() - began;
    ww_sink_close(sink);
    if (times.count == 0 || code != 0) {
        fprintf(stderr, "%s\n", code != 0 ? error.text : "nothing was written");
        return 1;
    }
    qsort(times.late, times.count, sizeof *times.late, by_size);
    printf("%.0f lines a second asked for, %.0f written, %jd lost; durable after %.2f ms (median), %.2f "
           "(p99), %.2f (most)\n",
           rate, (double)times.count / took, (intmax_t)summary.lost_lines, times.late[times.count / 2] * 1e3,
           times.late[times.count * 99 / 100] * 1e3, times.late[times.count - 1] * 1e3);
    free(times.late);
    return 0;
}
