/* What a sink writes into its log, and when. SPDX-License-Identifier: Apache-2.0 */
#include "sink/sink.h"

#include <errno.h>
#include <malloc.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "logged.h"

static atomic_int syncs, failing_syncs;
static atomic_bool gated, free_of_charge;
static sem_t gate;

/* In place of the C library's: counted, held up at the gate, or failing. */
int fdatasync(int fildes)
{
    atomic_fetch_add(&syncs, 1);
    if (atomic_load(&gated))
        sem_wait(&gate);
    if (atomic_load(&free_of_charge))
        return 0;
    if (atomic_load(&failing_syncs) > 0) {
        atomic_fetch_sub(&failing_syncs, 1);
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fildes);
}

static struct ww_sink *live_sink(const char *folder)
{
    const struct ww_sink_options options = {.folder = folder, .live = true};
    struct ww_sink *sink = NULL;
    struct ww_error error;
    assert_int_equal(ww_sink_open(&sink, &options, &error), 0);
    return sink;
}

/* A camera that hangs when the program ends may come back at any time. */
static void test_who_comes_late_finds_a_sink(void **state)
{
    (void)state;
    struct ww_error error;
    char *folder = unit_folder();
    struct ww_sink *sink = live_sink(folder);
    struct ww_record one = record(WW_PHASE_START);
    ww_sink_event(sink, 1, &one, NULL, NULL);
    assert_int_equal(ww_sink_finish(sink, NULL, &error), 0);
    char *before = read_log(folder);
    assert_int_equal(ww_sink_failure(sink, &error), 0);
    ww_sink_event(sink, 2, &one, NULL, NULL);
    char *after = read_log(folder);
    assert_string_equal(before, after);
    assert_non_null(strstr(before, "\"seq\":0"));
    ww_sink_close(sink);
    free(before);
    free(after);
    free(folder);
}

static void test_events_of_a_camera_that_hangs_are_ended(void **state)
{
    (void)state;
    enum { EVENTS = 70 };
    struct ww_error error;
    char *folder = unit_folder();
    struct ww_sink *sink = live_sink(folder);
    struct ww_record one = record(WW_PHASE_START);
    for (uint64_t i = 0; i < EVENTS; i++)
        ww_sink_event(sink, i, &one, NULL, NULL);
    assert_int_equal(ww_sink_finish(sink, NULL, &error), 0);
    ww_sink_close(sink);
    assert_int_equal(count_chain(folder), 2 * EVENTS);
    char *text = read_log(folder), *end = strstr(text, "\"phase\":\"end\",\"event\":\"20240601T220000Z-0\"");
    assert_non_null(end);
    assert_says(end, "the camera did not answer");
    free(text);
    free(folder);
}

/* One when it begins, one after every hundred lines, one when it ends; and all hold. */
static void test_checkpoints_are_signed(void **state)
{
    (void)state;
    struct ww_sink *sink;
    struct ww_error error;
    struct ww_signing_key key;
    char *folder = unit_folder(), *path;
    assert_true(asprintf(&path, "%s/key", folder) > 0);
    assert_int_equal(ww_signing_key_make(path, &key, &error), 0);
    const struct ww_sink_options options = {.folder = folder, .key = &key};
    assert_int_equal(ww_sink_open(&sink, &options, &error), 0);
    for (uint64_t i = 0; i < 125; i++) {
        struct ww_record line = record(WW_PHASE_START);
        ww_sink_event(sink, i, &line, NULL, NULL);
        line.phase = WW_PHASE_END;
        ww_sink_event(sink, i, &line, NULL, NULL);
    }
    assert_int_equal(ww_sink_finish(sink, NULL, &error), 0);
    ww_sink_close(sink);
    char *text = read_log(folder), why[64] = "";
    size_t lines = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, lines++) {
        *end = '\0';
        char *field = strstr(line, ",\"signature\":\""), *reason = strstr(line, "\"reason\":\"");
        if (!field)
            continue;
        strncat(why, reason + 10, 5);
        *strchr(field + 14, '"') = '\0';
        assert_true(ww_signature_holds(key.public_key, line, (size_t)(field - line), field + 14));
        assert_false(ww_signature_holds(key.public_key, line, (size_t)(field - line) - 1, field + 14));
    }
    assert_int_equal(lines, 250 + 4);
    assert_string_equal(why, "startlineslinesstop\"");
    free(text);
    free(path);
    free(folder);
}

static void test_lines_that_come_together_are_synced_once(void **state)
{
    (void)state;
    enum { EVENTS = 20 };
    struct ww_error error;
    char *folder = unit_folder();
    struct ww_sink *sink = live_sink(folder);
    sem_init(&gate, 0, 0);
    atomic_store(&syncs, 0);
    atomic_store(&gated, true);
    for (uint64_t i = 0; i < EVENTS; i++) {
        struct ww_record line = record(WW_PHASE_START);
        ww_sink_event(sink, i, &line, NULL, NULL);
        line.phase = WW_PHASE_END;
        ww_sink_event(sink, i, &line, NULL, NULL);
    }
    atomic_store(&gated, false);
    for (int i = 0; i < 2 * EVENTS; i++)
        sem_post(&gate);
    assert_int_equal(ww_sink_finish(sink, NULL, &error), 0);
    ww_sink_close(sink);
    /* What came before the first sync began, and all the rest. */
    assert_in_range(atomic_load(&syncs), 1, 2);
    assert_int_equal(count_chain(folder), 2 * EVENTS);
    sem_destroy(&gate);
    free(folder);
}

static void add_events(struct ww_sink *sink, uint64_t from, uint64_t to)
{
    struct ww_record line = record(WW_PHASE_START);
    for (uint64_t i = from; i < to; i++) {
        line.phase = WW_PHASE_START;
        ww_sink_event(sink, i, &line, NULL, NULL);
        line.phase = WW_PHASE_END;
        ww_sink_event(sink, i, &line, NULL, NULL);
    }
    while (!ww_sink_is_idle(sink))
        usleep(1000);
}

/* An END whose START found no room is not in the log either. */
static void test_what_is_dropped_leaves_no_end(void **state)
{
    (void)state;
    struct ww_error error;
    struct ww_sink *sink;
    char *folder = unit_folder();
    const struct ww_sink_options options = {.folder = folder};
    assert_int_equal(ww_sink_open(&sink, &options, &error), 0);
    struct ww_record line = record(WW_PHASE_START);
    atomic_store(&failing_syncs, 1);
    ww_sink_event(sink, 1, &line, NULL, NULL);
    while (!ww_sink_is_idle(sink))
        usleep(1000);
    line.phase = WW_PHASE_END;
    ww_sink_event(sink, 1, &line, NULL, NULL);
    line.phase = WW_PHASE_START;
    ww_sink_event(sink, 2, &line, NULL, NULL);
    assert_int_equal(ww_sink_finish(sink, NULL, &error), -EIO);
    ww_sink_close(sink);
    assert_int_equal(count_chain(folder), 1);
    free(folder);
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { MANY_EVENTS = 5000 }; /* these have a heap of their own, and look at other things */
#else
enum { MANY_EVENTS = 100000 };
#endif

static void test_a_hundred_thousand_events_grow_nothing(void **state)
{
    (void)state;
    struct ww_error error;
    struct ww_sink *sink;
    char *folder = unit_folder();
    const struct ww_sink_options options = {.folder = folder};
    assert_int_equal(ww_sink_open(&sink, &options, &error), 0);
    atomic_store(&free_of_charge, true);
    add_events(sink, 0, 1000);
    size_t before = mallinfo2().uordblks;
    add_events(sink, 1000, 1000 + MANY_EVENTS);
    assert_in_range(mallinfo2().uordblks, 0, before + 16384);
    atomic_store(&free_of_charge, false);
    assert_int_equal(ww_sink_finish(sink, NULL, &error), 0);
    ww_sink_close(sink);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_comes_late_finds_a_sink),
        cmocka_unit_test(test_events_of_a_camera_that_hangs_are_ended),
        cmocka_unit_test(test_checkpoints_are_signed),
        cmocka_unit_test(test_lines_that_come_together_are_synced_once),
        cmocka_unit_test(test_what_is_dropped_leaves_no_end),
        cmocka_unit_test(test_a_hundred_thousand_events_grow_nothing),
    };
    return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
