/* Many synthetic cameras at real pace, through the same feeds, threads and sink as `wallwatch run`.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   live FOLDER CAMERAS SECONDS RATE RECORDING       MJPEG of a recording, from memory
 *   live FOLDER CAMERAS SECONDS RATE yuyv            a still picture with noise, 640×480 YUYV
 *
 * The log goes to FOLDER. Prints one line of JSON; SECONDS count from when all cameras run and the first
 * second is over. */
#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands/watch.h"

enum {
    MOST_FRAMES = 4096,
    MOST_CAMERAS = 1000,
    YUYV_WIDTH = 640,
    YUYV_HEIGHT = 480,
    YUYV_FRAMES = 4 /* as many as a driver has buffers */
};

static struct {
    uint8_t *bytes[MOST_FRAMES];
    size_t sizes[MOST_FRAMES];
    size_t count;
    struct ww_stream stream;
    double rate;
    int cameras;
} supply;

static struct ww_watched *cameras[MOST_CAMERAS];
static char locations[MOST_CAMERAS][16];
static struct ww_latency event_latency;

struct synthetic {
    double began;
    size_t first;
    int64_t next;
    struct ww_source_options own;
};

static bool accepts(const char *location)
{
    (void)location;
    return true;
}

static int open_synthetic(void **state, struct ww_stream *stream, const char *location,
                          const struct ww_source_options *options, struct ww_error *error)
{
    struct synthetic *camera = calloc(1, sizeof *camera);
    int number = atoi(location);
    if (!camera)
        return ww_fail(error, -ENOMEM, "out of memory");
    camera->own = *options;
    /* Cameras are not in step, and do not all see the same at the same time. */
    camera->began = ww_clock_monotonic() + number / (supply.rate * supply.cameras);
    camera->first = (size_t)number * 37 % supply.count;
    *stream = supply.stream;
    *state = camera;
    return 0;
}

static void wait_until(double when)
{
    struct timespec until = {(time_t)when, (long)((when - (double)(time_t)when) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
}

static int read_synthetic(void *state, struct ww_packet *packet, struct ww_error *error)
{
    struct synthetic *camera = state;
    double due = camera->began + (double)camera->next / supply.rate;
    size_t frame = (camera->first + (size_t)camera->next) % supply.count;
    wait_until(due);
    if (camera->own.stopped(camera->own.stopped_context))
        return ww_fail(error, -EINTR, "stopped");
    *packet = (struct ww_packet){
        .bytes = supply.bytes[frame],
        .size = supply.sizes[frame],
        .index = camera->next++,
        .key = true,
        .scarce = true,
        .captured = due,
    };
    return 1;
}

static void close_synthetic(void *state)
{
    free(state);
}

static const struct ww_source_type synthetic = {"synthetic", accepts, open_synthetic, read_synthetic,
                                                close_synthetic};

static int load_recording(const char *path)
{
    struct ww_source source;
    struct ww_error error;
    struct ww_packet packet;
    const struct ww_source_options options = {0};
    if (ww_source_open(&source, path, &options, &error) != 0 || source.stream.codec != WW_CODEC_JPEG) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        return -1;
    }
    supply.stream = (struct ww_stream){.codec = WW_CODEC_JPEG, .live = true};
    struct ww_packet_reader reader = ww_source_reader(&source);
    while (supply.count < MOST_FRAMES && reader.read(reader.context, &packet, &error) == 1) {
        uint8_t *copy = malloc(packet.size + WW_PACKET_PADDING);
        if (!copy)
            return -1;
        memcpy(copy, packet.bytes, packet.size);
        supply.bytes[supply.count] = copy;
        supply.sizes[supply.count++] = packet.size;
        ww_packet_release(&packet);
    }
    ww_source_close(&source);
    return supply.count > 0 ? 0 : -1;
}

static int make_yuyv(void)
{
    unsigned noise = 1;
    supply.stream = (struct ww_stream){.codec = WW_CODEC_RAW,
                                       .width = YUYV_WIDTH,
                                       .height = YUYV_HEIGHT,
                                       .raw = {WW_RAW_YUYV, YUYV_WIDTH * 2, false},
                                       .live = true};
    for (; supply.count < YUYV_FRAMES; supply.count++) {
        size_t size = (size_t)YUYV_WIDTH * YUYV_HEIGHT * 2;
        uint8_t *frame = malloc(size);
        if (!frame)
            return -1;
        for (size_t i = 0; i < size; i++) {
            noise = noise * 1664525u + 1013904223u;
            frame[i] = (uint8_t)(i % 2 ? 128 : 60 + i / 2 % YUYV_WIDTH / 8 + (noise >> 30));
        }
        supply.bytes[supply.count] = frame;
        supply.sizes[supply.count] = size;
    }
    return 0;
}

static void told(void *context, const struct ww_record *record)
{
    (void)context;
    if (record->captured > 0)
        ww_latency_add(&event_latency, ww_clock_monotonic() - record->captured);
}

/* Of its own pages, kB: those of libraries are shared by everything else that uses them. */
static long own_memory(void)
{
    char line[128];
    long kilobytes = 0, value;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Anonymous: %ld", &value) == 1)
            kilobytes = value;
    if (file)
        fclose(file);
    return kilobytes;
}

struct sum {
    int64_t captured, analysed, dropped, events;
};

static struct sum add_up(void)
{
    struct sum sum = {0};
    for (int i = 0; i < supply.cameras; i++) {
        struct ww_watched_report report;
        ww_watched_report(cameras[i], &report);
        sum.captured += report.captured;
        sum.analysed += report.analysed;
        sum.dropped += report.dropped;
        sum.events += report.events;
    }
    return sum;
}

static void pause_for(double seconds)
{
    wait_until(ww_clock_monotonic() + seconds);
}

static int start_cameras(struct ww_watch *watch, struct ww_error *error)
{
    for (int i = 0; i < supply.cameras; i++) {
        char name[32];
        struct ww_camera camera;
        snprintf(name, sizeof name, "camera-%d", i);
        snprintf(locations[i], sizeof locations[i], "%d", i);
        int code = ww_camera_create(&camera, name, NULL, NULL, 0, error);
        const struct ww_watched_options options = {.location = locations[i], .type = &synthetic};
        if (code == 0)
            code = ww_watch_add(watch, &cameras[i], &camera, &options, error);
        if (code != 0)
            return code;
    }
    return 0;
}

static void stop_cameras(void)
{
    for (int i = 0; i < supply.cameras; i++)
        ww_watched_stop(cameras[i]);
    for (int i = 0; i < supply.cameras; i++)
        ww_watched_join(cameras[i], ww_clock_monotonic() + 5);
}

/* After the first second, in which backgrounds are learned. */
static json_t *measure(struct ww_watch *watch, double seconds)
{
    long memory = own_memory();
    struct ww_error error;
    if (start_cameras(watch, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        return NULL;
    }
    pause_for(1);
    struct sum before = add_up();
    double cpu = ww_clock_process_cpu(), wall = ww_clock_monotonic();
    pause_for(seconds);
    struct sum after = add_up();
    cpu = ww_clock_process_cpu() - cpu;
    wall = ww_clock_monotonic() - wall;
    memory = own_memory() - memory;
    const struct ww_latency *latency = ww_watch_latency(watch);
    return json_pack("{s:i, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:I}", "cameras", supply.cameras,
                     "frames", (json_int_t)(after.captured - before.captured), "dropped",
                     (json_int_t)(after.dropped - before.dropped), "cpu", cpu / wall, "frame_median_ms",
                     ww_latency_quantile(latency, 0.5), "frame_p99_ms", ww_latency_quantile(latency, 0.99),
                     "event_median_ms", ww_latency_quantile(&event_latency, 0.5), "event_p99_ms",
                     ww_latency_quantile(&event_latency, 0.99), "mb_a_camera",
                     (double)memory / 1024 / supply.cameras, "events", (json_int_t)after.events);
}

static int run(const char *folder, double seconds)
{
    struct ww_error error;
    struct ww_sink *sink;
    struct ww_watch *watch;
    const struct ww_sink_options writing = {.folder = folder, .live = true, .told = told};
    int code = ww_sink_open(&sink, &writing, &error);
    const struct ww_watch_options watching = {.sink = sink, .threads = 1};
    if (code == 0)
        code = ww_watch_open(&watch, &watching, &error);
    if (code != 0) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    json_t *json = measure(watch, seconds);
    stop_cameras();
    ww_sink_finish(sink, NULL, &error);
    ww_sink_close(sink);
    if (json)
        json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(5));
    putchar('\n');
    json_decref(json);
    return json ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: live FOLDER CAMERAS SECONDS RATE RECORDING|yuyv\n");
        return 2;
    }
    mallopt(M_MMAP_THRESHOLD, 1 << 20); /* as the program does */
    mallopt(M_ARENA_MAX, 1);
    ww_log_set_quiet(true);
    supply.cameras = atoi(argv[2]);
    if (supply.cameras < 1 || supply.cameras > MOST_CAMERAS) {
        fprintf(stderr, "1 to %d cameras\n", MOST_CAMERAS);
        return 2;
    }
    supply.rate = atof(argv[4]);
    if ((strcmp(argv[5], "yuyv") == 0 ? make_yuyv() : load_recording(argv[5])) != 0)
        return 1;
    return run(argv[1], atof(argv[3]));
}
