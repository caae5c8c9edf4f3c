/* What of a camera's packets goes into which clip. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <malloc.h>
#include <math.h>

#include "base/file.h"
#include "sink/clip_file.h"
#include "sink/clip_rescue.h"
#include "sink/clip_ring.h"
#include "sink/recorder.h"
#include "unit.h"

enum { RATE = 10, PAYLOAD = 200, MOST_CLIPS = 16 };
static const int64_t epoch_us = INT64_C(1717279200000000);

struct scene {
    char *folder;
    struct ww_clip_writer *writer;
    struct ww_recorder *recorder;
    struct ww_stream stream;
    AVCodecParameters *parameters;
    int gop;        /* packets from key frame to key frame */
    size_t payload; /* bytes of a packet */
    int64_t next;
    struct ww_clip_done done[MOST_CLIPS]; /* of the writer's thread, until it is finished */
    int done_count;
};

static _Atomic int alive; /* packets that somebody holds */

static void release(void *lease)
{
    alive--;
    free(lease);
}

static void clip_is_done(void *context, const struct ww_clip_done *done)
{
    struct scene *scene = context;
    assert_true(scene->done_count < MOST_CLIPS);
    scene->done[scene->done_count++] = *done;
}

static void begin(struct scene *scene, enum ww_record_mode mode, int gop)
{
    struct ww_error error;
    *scene = (struct scene){.folder = unit_folder(), .gop = gop, .payload = PAYLOAD};
    scene->stream = (struct ww_stream){.codec = WW_CODEC_JPEG, .width = 64, .height = 48, .frame_rate = RATE};
    if (gop > 1) {
        scene->parameters = avcodec_parameters_alloc();
        scene->parameters->codec_type = AVMEDIA_TYPE_VIDEO;
        scene->parameters->codec_id = AV_CODEC_ID_VP8;
        scene->parameters->width = 64;
        scene->parameters->height = 48;
        scene->stream.codec = WW_CODEC_AV;
        scene->stream.time_base = 0.001;
        scene->stream.parameters = scene->parameters;
    }
    const struct ww_clip_writer_options writing = {.folder = scene->folder,
                                                   .done = clip_is_done,
                                                   .context = scene};
    assert_int_equal(ww_clip_writer_open(&scene->writer, &writing, &error), 0);
    const struct ww_recorder_options recording = {mode, 5, 10, "rear wall", scene->writer};
    scene->recorder = ww_recorder_create(&recording);
}

/* A packet whose bytes tell its number. */
static void add_packet(struct scene *scene)
{
    int64_t number = scene->next++;
    uint8_t *bytes = calloc(1, scene->payload);
    assert_non_null(bytes);
    memcpy(bytes, &number, sizeof number);
    struct ww_packet packet = {.bytes = bytes,
                               .size = scene->payload,
                               .index = number,
                               .pts = (double)number / RATE,
                               .ticks = number * 1000 / RATE,
                               .decode_ticks = number * 1000 / RATE,
                               .key = number % scene->gop == 0,
                               .release = release,
                               .lease = bytes};
    struct ww_shared_packet *shared = ww_packet_share(&packet);
    if (!shared) {
        free(bytes);
        fail_msg("no memory");
    }
    alive++;
    ww_recorder_add(scene->recorder, &scene->stream, shared);
    ww_shared_packet_release(shared);
}

static void advance(struct scene *scene, double pts)
{
    const struct ww_recorder_place place = {pts, epoch_us + (int64_t)(pts * 1e6), 64, 48};
    ww_recorder_advance(scene->recorder, &place);
}

/* Up to and with the packet of that time; who analyses is at it, too. */
static void play_to(struct scene *scene, double pts)
{
    while ((double)scene->next / RATE <= pts + 1e-9) {
        add_packet(scene);
        advance(scene, (double)(scene->next - 1) / RATE);
    }
}

static void end(struct scene *scene)
{
    ww_recorder_end(scene->recorder);
    ww_recorder_disconnect(scene->recorder);
    ww_clip_writer_finish(scene->writer);
    ww_recorder_destroy(scene->recorder);
    ww_clip_writer_close(scene->writer);
    avcodec_parameters_free(&scene->parameters);
    assert_int_equal(alive, 0);
}

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* The numbers of a clip's packets are one after the other, and its times theirs. */
static void check_clip(const struct scene *scene, int index, double from, double to)
{
    char path[512];
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    int64_t expected = (int64_t)(from * RATE + 0.5), number;
    const struct ww_clip_done *done = &scene->done[index];
    assert_true(index < scene->done_count);
    assert_string_equal(done->reason, "");
    snprintf(path, sizeof path, "%s/%s", scene->folder, done->file.path);
    assert_int_equal(avformat_open_input(&format, path, NULL, NULL), 0);
    const AVDictionaryEntry *title = av_dict_get(format->metadata, "title", NULL, 0);
    assert_non_null(title);
    assert_string_equal(title->value, "rear wall");
    while (av_read_frame(format, packet) == 0) {
        assert_int_equal(packet->size, PAYLOAD);
        memcpy(&number, packet->data, sizeof number);
        assert_int_equal(number, expected);
        double pts = (double)packet->pts * av_q2d(format->streams[0]->time_base);
        assert_near(pts, (double)expected / RATE - from, 0.002);
        expected++;
        av_packet_unref(packet);
    }
    assert_int_equal(expected - 1, (int64_t)(to * RATE + 0.5));
    assert_near(done->duration, to - from + 1.0 / RATE, 0.01);
    assert_near((double)(done->end_us - epoch_us) / 1e6, to, 0.001);
    avformat_close_input(&format);
    av_packet_free(&packet);
}

static void an_event_with_what_was_before_and_after(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_EVENTS, 1);
    play_to(&scene, 20);
    assert_int_equal(ww_recorder_begin_event(scene.recorder, 20), 1);
    play_to(&scene, 23);
    ww_recorder_end_event(scene.recorder, 22);
    play_to(&scene, 60);
    end(&scene);
    assert_int_equal(scene.done_count, 1);
    check_clip(&scene, 0, 15, 32);
    assert_non_null(strstr(scene.done[0].file.path, "clips/20240601T220015Z-rear-wall-1.mp4"));
    free(scene.folder);
}

static void events_that_overlap_share_a_clip(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_EVENTS, 1);
    play_to(&scene, 20);
    assert_int_equal(ww_recorder_begin_event(scene.recorder, 20), 1);
    play_to(&scene, 21);
    assert_int_equal(ww_recorder_begin_event(scene.recorder, 21), 1);
    ww_recorder_end_event(scene.recorder, 20.5);
    play_to(&scene, 40); /* one is open still */
    ww_recorder_end_event(scene.recorder, 40);
    play_to(&scene, 45);
    assert_int_equal(ww_recorder_begin_event(scene.recorder, 45), 1);
    ww_recorder_end_event(scene.recorder, 45);
    play_to(&scene, 57);
    /* Its five seconds before are in the clip before, too: each can be watched alone. */
    assert_int_equal(ww_recorder_begin_event(scene.recorder, 57), 2);
    ww_recorder_end_event(scene.recorder, 57);
    play_to(&scene, 58);
    end(&scene);
    assert_int_equal(scene.done_count, 2);
    check_clip(&scene, 0, 15, 55);
    check_clip(&scene, 1, 52, 58);
    free(scene.folder);
}

static void video_begins_at_a_key_frame(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_EVENTS, 40);
    play_to(&scene, 22);
    ww_recorder_begin_event(scene.recorder, 22);
    ww_recorder_end_event(scene.recorder, 22);
    play_to(&scene, 50);
    end(&scene);
    assert_int_equal(scene.done_count, 1);
    check_clip(&scene, 0, 16, 32);
    assert_non_null(strstr(scene.done[0].file.path, ".mkv"));
    free(scene.folder);
}

/* Recordings are read ahead. */
static void what_was_not_analysed_yet_is_not_in_it(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_EVENTS, 1);
    for (int i = 0; i < 1000; i++)
        add_packet(&scene);
    advance(&scene, 1);
    ww_recorder_begin_event(scene.recorder, 1);
    ww_recorder_end_event(scene.recorder, 1);
    advance(&scene, 30);
    end(&scene);
    assert_int_equal(scene.done_count, 1);
    check_clip(&scene, 0, 0, 11);
    free(scene.folder);
}

static struct ww_glimpse *grey_glimpse(void)
{
    struct ww_glimpse *glimpse = calloc(1, sizeof *glimpse);
    assert_non_null(glimpse);
    *glimpse = (struct ww_glimpse){.width = 64, .height = 48, .format = AV_PIX_FMT_YUV420P};
    atomic_init(&glimpse->references, 1);
    for (int i = 0; i < 3; i++) {
        glimpse->strides[i] = 64;
        glimpse->planes[i] = calloc(64, 48);
        assert_non_null(glimpse->planes[i]);
    }
    return glimpse;
}

/* Plays an event from 20 s on; whether its clip has a sheet. */
static bool has_sheet(struct scene *scene, struct ww_glimpse *glimpse, double seen_from, double last)
{
    begin(scene, WW_RECORD_EVENTS, 40);
    for (int quarter = 0; quarter <= 4 * 60; quarter++) {
        double now = quarter * 0.25;
        play_to(scene, now);
        if (glimpse && now >= seen_from)
            ww_recorder_show(scene->recorder, now, glimpse);
        if (now == 21.5) /* it is told later than it began */
            assert_int_equal(ww_recorder_begin_event(scene->recorder, 20), 1);
        if (now == last + 1)
            ww_recorder_end_event(scene->recorder, last);
    }
    end(scene);
    assert_int_equal(scene->done_count, 1);
    free(scene->folder);
    return scene->done[0].sheet.path[0] != '\0';
}

/* The packets are none that could be decoded. */
static void a_sheet_is_of_what_was_seen_on_the_way(void **state)
{
    struct scene scene;
    (void)state;
    struct ww_glimpse *glimpse = grey_glimpse();
    assert_false(has_sheet(&scene, NULL, 0, 30));
    assert_true(has_sheet(&scene, glimpse, 0, 30));
    assert_true(has_sheet(&scene, glimpse, 0, 23));   /* short, and ten seconds after it */
    assert_false(has_sheet(&scene, glimpse, 24, 30)); /* not where its beginning was not seen */
    assert_int_equal(glimpse->references, 1);
    ww_glimpse_release(glimpse);
}

static void always_is_in_segments_without_a_gap(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_ALWAYS, 40);
    play_to(&scene, 70);
    uint64_t shown = ww_recorder_begin_event(scene.recorder, 70);
    ww_recorder_end_event(scene.recorder, 70);
    play_to(&scene, 150);
    end(&scene);
    assert_int_equal(scene.done_count, 3);
    assert_int_equal(shown, scene.done[1].number);
    check_clip(&scene, 0, 0, 59.9);
    check_clip(&scene, 1, 60, 119.9);
    check_clip(&scene, 2, 120, 150);
    free(scene.folder);
}

static void a_long_event_goes_on_in_another_clip(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_EVENTS, 1);
    play_to(&scene, 10);
    ww_recorder_begin_event(scene.recorder, 10);
    play_to(&scene, 400);
    ww_recorder_end_event(scene.recorder, 400);
    play_to(&scene, 500);
    end(&scene);
    assert_int_equal(scene.done_count, 2);
    assert_int_equal(scene.done[0].next, scene.done[1].number);
    assert_int_equal(scene.done[1].next, 0);
    check_clip(&scene, 0, 5, 304.9);
    check_clip(&scene, 1, 305, 410);
    free(scene.folder);
}

static void nothing_is_held_where_nothing_is_recorded(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_NONE, 1);
    play_to(&scene, 20);
    assert_int_equal(alive, 0);
    assert_int_equal(ww_recorder_begin_event(scene.recorder, 20), 0);
    ww_recorder_end_event(scene.recorder, 20);
    end(&scene);
    assert_int_equal(scene.done_count, 0);
    free(scene.folder);
}

/* What is held is what came in the seconds before, however many events there were. */
static void what_is_held_does_not_grow(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, WW_RECORD_EVENTS, 1);
    for (int i = 1; i <= 5; i++) {
        play_to(&scene, i * 2000.0 - 20);
        ww_recorder_begin_event(scene.recorder, i * 2000.0 - 20);
        ww_recorder_end_event(scene.recorder, i * 2000.0 - 20);
        play_to(&scene, i * 2000.0);
        while (!ww_clip_writer_is_idle(scene.writer))
            usleep(1000);
        assert_in_range(alive, 7 * RATE, 7 * RATE + 2); /* an event can be told two seconds late */
    }
    end(&scene);
    assert_int_equal(scene.done_count, 5);
    free(scene.folder);
}

/* Bit rate times seconds, and a tenth for what belongs to it. */
static void what_is_held_takes_its_own_size(void **state)
{
    (void)state;
    enum { SECONDS = 5 + 2 };
    struct scene scene;
    begin(&scene, WW_RECORD_EVENTS, 1);
    scene.payload = 10000;
    size_t before = mallinfo2().uordblks, bytes = SECONDS * RATE * scene.payload;
    play_to(&scene, 60);
    size_t taken = mallinfo2().uordblks - before;
    if (before > 0) /* a sanitizer has a heap of its own, which is not counted */
        assert_in_range(taken, bytes, bytes + bytes / 10);
    end(&scene);
    free(scene.folder);
}

/* However high the bit rate is. */
static void what_is_held_is_bounded(void **state)
{
    struct ww_clip_ring ring = {0};
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct ww_packet packet = {.bytes = (const uint8_t *)"", .size = 1000, .pts = i};
        struct ww_shared_packet *shared = ww_packet_share(&packet);
        assert_int_equal(ww_clip_ring_add(&ring, shared, i % 10 == 0), 0);
        ww_shared_packet_release(shared);
    }
    assert_false(ww_clip_ring_shrink_seen(&ring, 1000)); /* nothing was read */
    ww_clip_ring_shrink(&ring, 50500);                   /* from the key frame on that is 50 */
    assert_int_equal(ring.bytes, 50000);
    assert_int_equal(ring.count, 50);
    ww_clip_ring_seek(&ring, 0);
    assert_int_equal((int)ww_clip_ring_peek(&ring)->pts, 50);
    while (ww_clip_ring_peek(&ring))
        ww_clip_ring_step(&ring);
    assert_true(ww_clip_ring_shrink_seen(&ring, 30500));
    assert_int_equal(ring.count, 30);
    ww_clip_ring_clear(&ring);
}

static int whole_packets(const char *path)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    int count = 0, code;
    assert_int_equal(avformat_open_input(&format, path, NULL, NULL), 0);
    for (; (code = av_read_frame(format, packet)) == 0; av_packet_unref(packet), count++)
        assert_false(packet->flags & AV_PKT_FLAG_CORRUPT);
    assert_int_equal(code, AVERROR_EOF);
    avformat_close_input(&format);
    av_packet_free(&packet);
    return count;
}

/* As after a crash: at any length it plays up to there, or is nothing. */
static void cut_everywhere(int gop, const char *container)
{
    struct scene scene;
    struct ww_error error;
    char whole[512], draft[512], rescued[512], name[32];
    snprintf(name, sizeof name, "cut.%s", container);
    begin(&scene, WW_RECORD_EVENTS, gop);
    play_to(&scene, 0);
    ww_recorder_begin_event(scene.recorder, 0);
    play_to(&scene, 60);
    end(&scene);
    snprintf(whole, sizeof whole, "%s/%s", scene.folder, scene.done[0].file.path);
    FILE *file = fopen(whole, "rb");
    char *bytes = malloc(1 << 20);
    size_t size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    double longest = 0;
    for (size_t cut = 0; cut < size; cut += size / 40) {
        struct ww_evidence evidence;
        struct ww_clip_facts facts;
        snprintf(draft, sizeof draft, "%s/clips/.%s.part", scene.folder, name);
        file = fopen(draft, "wb");
        fwrite(bytes, 1, cut, file);
        fclose(file);
        int code = ww_clip_file_rescue(scene.folder, strrchr(draft, '/') + 1, &evidence, &facts, &error);
        assert_int_not_equal(access(draft, F_OK), 0);
        if (code == -ENODATA && cut < size / 10)
            continue;
        assert_int_equal(code, 0);
        assert_string_equal(evidence.path + strlen("clips/"), name);
        assert_string_equal(facts.camera, "rear wall");
        assert_int_equal(facts.begin_us, epoch_us);
        snprintf(rescued, sizeof rescued, "%s/clips/%s", scene.folder, name);
        assert_near(facts.duration * RATE, whole_packets(rescued) - 1, 0.01);
        assert_true(facts.duration >= longest);
        assert_true(facts.duration > (double)cut / (double)size * 60 - 2); /* a fragment is a second */
        longest = facts.duration;
    }
    assert_true(longest > 50);
    free(bytes);
    free(scene.folder);
}

static void a_clip_that_was_cut_off_is_rescued(void **state)
{
    (void)state;
    cut_everywhere(1, "mp4");
    cut_everywhere(5, "mkv");
}

/* What nobody can read may be evidence all the same. */
static void a_draft_that_cannot_be_read_is_kept(void **state)
{
    char *folder = unit_folder(), draft[512], kept[512];
    struct ww_evidence evidence;
    struct ww_clip_facts facts;
    struct ww_error error;
    (void)state;
    snprintf(draft, sizeof draft, "%s/clips", folder);
    assert_int_equal(ww_make_folder(draft, &error), 0);
    snprintf(draft, sizeof draft, "%s/clips/.noise.mp4.part", folder);
    FILE *file = fopen(draft, "wb");
    assert_non_null(file);
    for (int i = 0; i < 5000; i++)
        putc((int)(unit_random() & 255), file);
    fclose(file);
    assert_int_equal(ww_clip_file_rescue(folder, ".noise.mp4.part", &evidence, &facts, &error), 0);
    assert_string_equal(evidence.path, "clips/noise.mp4");
    snprintf(kept, sizeof kept, "%s/clips/noise.mp4", folder);
    assert_int_equal(access(kept, F_OK), 0);
    assert_int_equal(facts.begin_us, 0);
    free(folder);
}

static void only_drafts_are_taken_for_drafts(void **state)
{
    (void)state;
    assert_true(ww_is_draft(".20240601T220015Z-rear-wall-1.mp4.part"));
    assert_false(ww_is_draft("20240601T220015Z-rear-wall-1.mp4"));
    assert_false(ww_is_draft(".part"));
    assert_false(ww_is_draft(".."));
    assert_false(ww_is_draft(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_with_what_was_before_and_after),
        cmocka_unit_test(events_that_overlap_share_a_clip),
        cmocka_unit_test(video_begins_at_a_key_frame),
        cmocka_unit_test(what_was_not_analysed_yet_is_not_in_it),
        cmocka_unit_test(a_sheet_is_of_what_was_seen_on_the_way),
        cmocka_unit_test(always_is_in_segments_without_a_gap),
        cmocka_unit_test(a_long_event_goes_on_in_another_clip),
        cmocka_unit_test(nothing_is_held_where_nothing_is_recorded),
        cmocka_unit_test(what_is_held_does_not_grow),
        cmocka_unit_test(what_is_held_takes_its_own_size),
        cmocka_unit_test(what_is_held_is_bounded),
        cmocka_unit_test(a_clip_that_was_cut_off_is_rescued),
        cmocka_unit_test(a_draft_that_cannot_be_read_is_kept),
        cmocka_unit_test(only_drafts_are_taken_for_drafts),
    };
    av_log_set_level(AV_LOG_QUIET); /* the packets are none */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
