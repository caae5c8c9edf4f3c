/* Clips on a disk that is too slow for them. SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "sink/clip_writer.h"
#include "unit.h"

enum { FIT = 16, SIZE = WW_CLIP_WAITING_BYTES / FIT, GOP = 10 };

struct slow_disk {
    char *folder;
    pthread_mutex_t busy; /* held while the disk takes nothing */
    struct ww_clip_done done;
    struct ww_clip_writer *writer;
    AVCodecParameters *parameters;
    uint8_t *bytes; /* of every packet */
    atomic_int added;
};

static struct ww_course nothing_seen;

static void clip_is_done(void *context, const struct ww_clip_done *done)
{
    struct slow_disk *disk = context;
    pthread_mutex_lock(&disk->busy);
    disk->done = *done;
    pthread_mutex_unlock(&disk->busy);
}

/* libav looks into what it is given: it begins as a frame of VP8 does. */
static const uint8_t key_frame[] = {0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0};

static void begin(struct slow_disk *disk, bool live)
{
    struct ww_error error;
    *disk = (struct slow_disk){.folder = unit_folder(), .busy = PTHREAD_MUTEX_INITIALIZER};
    disk->bytes = calloc(1, SIZE);
    assert_non_null(disk->bytes);
    memcpy(disk->bytes, key_frame, sizeof key_frame);
    disk->parameters = avcodec_parameters_alloc();
    disk->parameters->codec_type = AVMEDIA_TYPE_VIDEO;
    disk->parameters->codec_id = AV_CODEC_ID_VP8;
    disk->parameters->width = 64;
    disk->parameters->height = 48;
    const struct ww_clip_writer_options writing = {
        .folder = disk->folder, .live = live, .done = clip_is_done, .context = disk};
    assert_int_equal(ww_clip_writer_open(&disk->writer, &writing, &error), 0);
}

static struct ww_clip *begin_clip(struct slow_disk *disk)
{
    const struct ww_stream stream = {.codec = WW_CODEC_AV,
                                     .width = 64,
                                     .height = 48,
                                     .frame_rate = 1,
                                     .time_base = 0.001,
                                     .parameters = disk->parameters};
    struct ww_clip *clip = ww_clip_begin(disk->writer, "yard", &stream);
    assert_non_null(clip);
    return clip;
}

/* One a second. */
static void add_packets(struct slow_disk *disk, struct ww_clip *clip, int from, int to)
{
    for (int i = from; i < to; i++) {
        struct ww_packet packet = {
            .bytes = disk->bytes, .size = SIZE, .pts = i, .ticks = i * 1000, .decode_ticks = i * 1000};
        struct ww_shared_packet *shared = ww_packet_share(&packet);
        assert_non_null(shared);
        ww_clip_add(clip, shared, i % GOP == 0, INT64_C(1717279200000000) + i * INT64_C(1000000));
        ww_shared_packet_release(shared);
        disk->added++;
    }
}

static void end(struct slow_disk *disk)
{
    ww_clip_writer_close(disk->writer);
    avcodec_parameters_free(&disk->parameters);
    free(disk->bytes);
    free(disk->folder);
}

/* The seconds of a clip's packets. */
static int read_clip(const struct slow_disk *disk, int *seconds, int most)
{
    char path[512];
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    int count = 0;
    snprintf(path, sizeof path, "%s/%s", disk->folder, disk->done.file.path);
    assert_int_equal(avformat_open_input(&format, path, NULL, NULL), 0);
    for (; count < most && av_read_frame(format, packet) == 0; count++) {
        assert_int_equal(packet->size, SIZE);
        seconds[count] = (int)lrint((double)packet->pts * av_q2d(format->streams[0]->time_base));
        av_packet_unref(packet);
    }
    avformat_close_input(&format);
    av_packet_free(&packet);
    return count;
}

/* A camera does not wait. */
static void of_a_camera_frames_are_left_out_and_counted(void **state)
{
    enum { STALLED = 25, OFFERED = 35, NEXT_KEY = 30 };
    struct slow_disk disk;
    int seconds[OFFERED + 1];
    char reason[WW_REASON_TEXT];
    (void)state;
    begin(&disk, true);
    pthread_mutex_lock(&disk.busy);
    ww_clip_end(begin_clip(&disk), 0, 0, 0, &nothing_seen); /* what the disk is at */
    struct ww_clip *clip = begin_clip(&disk);
    add_packets(&disk, clip, 0, STALLED); /* with a key frame that finds no room */
    pthread_mutex_unlock(&disk.busy);
    while (!ww_clip_writer_is_idle(disk.writer))
        usleep(1000);
    add_packets(&disk, clip, STALLED, OFFERED);
    ww_clip_end(clip, 0, 0, 0, &nothing_seen);
    ww_clip_writer_finish(disk.writer);
    /* As many as fit, then nothing that leans on what is missing. */
    assert_int_equal(read_clip(&disk, seconds, OFFERED + 1), FIT + OFFERED - NEXT_KEY);
    for (int i = 0; i < FIT + OFFERED - NEXT_KEY; i++)
        assert_int_equal(seconds[i], i < FIT ? i : NEXT_KEY + i - FIT);
    snprintf(reason, sizeof reason, "%d frames are missing: they came faster than they could be written",
             NEXT_KEY - FIT);
    assert_string_equal(disk.done.reason, reason);
    end(&disk);
}

struct recording {
    struct slow_disk *disk;
    struct ww_clip *clip;
    int count;
};

static void *add_all(void *argument)
{
    struct recording *recording = argument;
    add_packets(recording->disk, recording->clip, 0, recording->count);
    return NULL;
}

/* A replay does, and misses nothing. */
static void a_replay_waits(void **state)
{
    enum { OFFERED = FIT + 5 };
    struct slow_disk disk;
    pthread_t reader;
    int seconds[OFFERED + 1];
    (void)state;
    begin(&disk, false);
    pthread_mutex_lock(&disk.busy);
    ww_clip_end(begin_clip(&disk), 0, 0, 0, &nothing_seen);
    struct recording recording = {&disk, begin_clip(&disk), OFFERED};
    assert_int_equal(pthread_create(&reader, NULL, add_all, &recording), 0);
    while (disk.added < FIT)
        usleep(1000);
    assert_int_equal(disk.added, FIT); /* the next one waits */
    pthread_mutex_unlock(&disk.busy);
    pthread_join(reader, NULL);
    ww_clip_end(recording.clip, 0, 0, 0, &nothing_seen);
    ww_clip_writer_finish(disk.writer);
    assert_string_equal(disk.done.reason, "");
    assert_int_equal(read_clip(&disk, seconds, OFFERED + 1), OFFERED);
    end(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_camera_frames_are_left_out_and_counted),
        cmocka_unit_test(a_replay_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
