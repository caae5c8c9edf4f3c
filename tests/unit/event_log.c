/* The log's chain, and what happens to it. SPDX-License-Identifier: Apache-2.0 */
#include "sink/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "logged.h"

static atomic_int syncs, failing_syncs;

/* In place of the C library's: counted, or failing. */
int fdatasync(int fildes)
{
    atomic_fetch_add(&syncs, 1);
    if (atomic_load(&failing_syncs) > 0) {
        atomic_fetch_sub(&failing_syncs, 1);
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fildes);
}

static void append(const char *folder, int lines)
{
    struct ww_event_log *log;
    struct ww_error error = {0};
    if (ww_event_log_open(&log, folder, false, &error) != 0)
        fail_msg("%s", error.text);
    for (int i = 0; i < lines; i++) {
        struct ww_record line = record(i % 2 ? WW_PHASE_END : WW_PHASE_START);
        assert_int_equal(ww_event_log_append(log, &line, &error), 0);
    }
    ww_event_log_close(log);
}

static void test_a_line_holds_what_the_format_says(void **state)
{
    (void)state;
    char *folder = unit_folder();
    append(folder, 2);
    char *text = read_log(folder);
    char *second = strchr(text, '\n') + 1;
    json_t *json = json_loads(second, JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "time")), "2024-06-01T22:00:00.123Z");
    assert_string_equal(json_string_value(json_object_get(json, "phase")), "end");
    assert_string_equal(json_string_value(json_object_get(json, "camera")), "yard \"north\"\n");
    assert_string_equal(json_string_value(json_object_get(json, "zone")), "gate");
    assert_null(json_object_get(json, "wall"));
    assert_null(json_object_get(json, "snapshot"));
    assert_int_equal(json_integer_value(json_array_get(json_object_get(json, "bbox"), 3)), 4);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(json, "size"), 0)), 1280);
    assert_true(json_real_value(json_object_get(json, "duration")) == 2.5);
    json_decref(json);
    free(text);
    free(folder);
}

static void test_the_chain_goes_on_over_runs(void **state)
{
    (void)state;
    char *folder = unit_folder();
    append(folder, 4);
    append(folder, 0);
    append(folder, 6);
    assert_int_equal(count_chain(folder), 10);
    free(folder);
}

static void test_a_cut_line_is_removed(void **state)
{
    (void)state;
    char *folder = unit_folder(), *path = log_path(folder);
    append(folder, 3);
    char *text = read_log(folder);
    size_t whole = strlen(text);
    size_t last = (size_t)(strchr(strchr(text, '\n') + 1, '\n') + 1 - text);
    for (size_t size = whole - 1; size >= last; size -= 17) {
        assert_int_equal(truncate(path, (off_t)size), 0);
        append(folder, 1);
        assert_int_equal(count_chain(folder), 3);
        char *now = read_log(folder);
        assert_memory_equal(now, text, last);
        free(now);
    }
    free(text);
    free(path);
    free(folder);
}

/* A disk that had the length of three lines before their bytes. */
static void test_pages_of_zeros_are_removed(void **state)
{
    (void)state;
    char *folder = unit_folder(), *path = log_path(folder);
    append(folder, 12);
    char *text = read_log(folder);
    size_t size = strlen(text), line = size / 12;
    memset(text + size - 3 * line + line / 2, 0, line);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, text, size), size);
    close(fd);
    append(folder, 1);
    assert_int_equal(count_chain(folder), 10);
    free(text);
    free(path);
    free(folder);
}

static void test_what_is_no_log_is_left_alone(void **state)
{
    (void)state;
    static const char *const others[] = {"some notes\n", "{\"a\":1}\n", "[]\n"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char *folder = unit_folder();
        struct ww_event_log *log;
        struct ww_error error = {0};
        assert_int_equal(
            ww_publish_file(folder, "events.jsonl", others[i], strlen(others[i]), WW_WHOLE, &error), 0);
        assert_int_equal(ww_event_log_open(&log, folder, false, &error), -EBADMSG);
        assert_null(log);
        assert_says(error.text, "is no event");
        char *text = read_log(folder);
        assert_string_equal(text, others[i]);
        free(text);
        free(folder);
    }
}

static void test_only_one_writes(void **state)
{
    (void)state;
    char *folder = unit_folder();
    struct ww_event_log *first, *second;
    struct ww_error error = {0};
    assert_int_equal(ww_event_log_open(&first, folder, false, &error), 0);
    assert_int_equal(ww_event_log_open(&second, folder, false, &error), -EBUSY);
    assert_says(error.text, "another wallwatch is writing it");
    ww_event_log_close(first);
    assert_int_equal(ww_event_log_open(&second, folder, false, &error), 0);
    ww_event_log_close(second);
    free(folder);
}

/* In place of the C library's, for all of this program: as many calls as `calls_until_midnight`
 * tell one day, then it is the next. */
enum { NOON = 1789000000, A_DAY = 86400 };
static int calls_until_midnight = -1; /* no clock is set */

/* The C library calls its parameter otherwise. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
time_t time(time_t *now)
{
    time_t told = NOON;
    struct timespec precise;
    if (calls_until_midnight < 0 && clock_gettime(CLOCK_REALTIME, &precise) == 0)
        told = precise.tv_sec;
    else if (calls_until_midnight == 0)
        told = NOON + A_DAY;
    else
        calls_until_midnight--;
    if (now)
        *now = told;
    return told;
}

static int lines_of(const char *path)
{
    char *text;
    size_t size;
    int lines = 0;
    if (ww_read_file(path, 1 << 20, &text, &size, NULL) != 0)
        return -1;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    free(text);
    return lines;
}

/* Whenever in the writing of a line midnight strikes, the day's file is closed with that day's name. */
static void test_midnight_strikes_while_a_line_is_written(void **state)
{
    (void)state;
    for (int calls = 0; calls <= 4; calls++) {
        char *folder = unit_folder(), *path = log_path(folder), day[40], *earlier;
        const time_t noon = NOON;
        struct tm local;
        struct ww_event_log *log;
        struct ww_record line = record(WW_PHASE_START);
        struct ww_error error = {0};
        assert_true(strftime(day, sizeof day, "events-%Y-%m-%d.jsonl", localtime_r(&noon, &local)) > 0);
        assert_true(asprintf(&earlier, "%s/%s", folder, day) > 0);
        assert_int_equal(ww_event_log_open(&log, folder, true, &error), 0);
        calls_until_midnight = INT_MAX;
        assert_int_equal(ww_event_log_append(log, &line, &error), 0);
        calls_until_midnight = calls;
        assert_int_equal(ww_event_log_append(log, &line, &error), 0);
        calls_until_midnight = 0;
        assert_int_equal(ww_event_log_append(log, &line, &error), 0);
        calls_until_midnight = -1;
        ww_event_log_close(log);
        assert_int_equal(lines_of(earlier), calls == 0 ? 1 : 2);
        assert_int_equal(lines_of(path), calls == 0 ? 2 : 1);
        free(earlier);
        free(path);
        free(folder);
    }
}

static void test_a_log_that_was_removed_is_missed(void **state)
{
    (void)state;
    char *folder = unit_folder(), *path = log_path(folder);
    struct ww_event_log *log;
    struct ww_error error = {0};
    struct ww_record line = record(WW_PHASE_START);
    assert_int_equal(ww_event_log_open(&log, folder, false, &error), 0);
    assert_int_equal(ww_event_log_append(log, &line, &error), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ww_event_log_append(log, &line, &error), -ENOENT);
    assert_says(error.text, "was removed");
    ww_event_log_close(log);
    free(path);
    free(folder);
}

static void test_a_name_that_is_no_utf8_is_written(void **state)
{
    (void)state;
    char *folder = unit_folder();
    struct ww_event_log *log;
    struct ww_error error = {0};
    struct ww_record line = record(WW_PHASE_START);
    line.camera = "yard \xff";
    assert_int_equal(ww_event_log_open(&log, folder, false, &error), 0);
    assert_int_equal(ww_event_log_append(log, &line, &error), 0);
    ww_event_log_close(log);
    assert_int_equal(count_chain(folder), 1);
    char *text = read_log(folder);
    assert_says(text, "\"camera\":\"yard ?\"");
    free(text);
    free(folder);
}

static void test_lines_are_written_in_groups(void **state)
{
    (void)state;
    char *folder = unit_folder();
    struct ww_event_log *log;
    struct ww_error error = {0};
    assert_int_equal(ww_event_log_open(&log, folder, false, &error), 0);
    struct ww_record first = record(WW_PHASE_START), second = record(WW_PHASE_END);
    atomic_store(&syncs, 0);
    assert_int_equal(ww_event_log_add(log, &first, &error), 0);
    assert_int_equal(ww_event_log_add(log, &second, &error), 0);
    assert_int_equal(ww_event_log_waiting(log), 2);
    assert_int_equal(count_chain(folder), 0);
    assert_int_equal(ww_event_log_sync(log, &error), 0);
    assert_int_equal(atomic_load(&syncs), 1);
    assert_int_equal(count_chain(folder), 2);
    assert_int_equal(ww_event_log_add(log, &first, &error), 0);
    ww_event_log_drop(log);
    assert_int_equal(ww_event_log_append(log, &second, &error), 0);
    assert_int_equal(count_chain(folder), 3);
    ww_event_log_close(log);
    free(folder);
}

/* There is room for two lines and a half. */
static void test_whole_lines_that_find_room_are_kept(void **state)
{
    (void)state;
    char *folder = unit_folder();
    struct ww_event_log *log;
    struct ww_error error = {0};
    struct rlimit limit, before;
    struct ww_record line = record(WW_PHASE_START);
    assert_int_equal(ww_event_log_open(&log, folder, false, &error), 0);
    assert_int_equal(ww_event_log_append(log, &line, &error), 0);
    char *text = read_log(folder);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = strlen(text) * 7 / 2;
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ww_event_log_add(log, &line, &error), 0);
    assert_int_equal(ww_event_log_sync(log, &error), -EFBIG);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(ww_event_log_waiting(log), 2);
    assert_int_equal(count_chain(folder), 3);
    assert_int_equal(ww_event_log_sync(log, &error), 0);
    assert_int_equal(count_chain(folder), 5);
    ww_event_log_close(log);
    free(text);
    free(folder);
}

/* The kernel may call the pages of a failed sync clean: only what is written anew is sure. */
static void test_lines_that_were_not_synced_are_written_again(void **state)
{
    (void)state;
    char *folder = unit_folder();
    struct ww_event_log *log;
    struct ww_error error = {0};
    struct ww_record line = record(WW_PHASE_START);
    assert_int_equal(ww_event_log_open(&log, folder, false, &error), 0);
    assert_int_equal(ww_event_log_append(log, &line, &error), 0);
    assert_int_equal(ww_event_log_add(log, &line, &error), 0);
    atomic_store(&failing_syncs, 1);
    assert_int_equal(ww_event_log_sync(log, &error), -EIO);
    assert_int_equal(count_chain(folder), 1);
    assert_int_equal(ww_event_log_sync(log, &error), 0);
    assert_int_equal(count_chain(folder), 2);
    ww_event_log_close(log);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_holds_what_the_format_says),
        cmocka_unit_test(test_the_chain_goes_on_over_runs),
        cmocka_unit_test(test_a_cut_line_is_removed),
        cmocka_unit_test(test_pages_of_zeros_are_removed),
        cmocka_unit_test(test_what_is_no_log_is_left_alone),
        cmocka_unit_test(test_only_one_writes),
        cmocka_unit_test(test_midnight_strikes_while_a_line_is_written),
        cmocka_unit_test(test_a_log_that_was_removed_is_missed),
        cmocka_unit_test(test_a_name_that_is_no_utf8_is_written),
        cmocka_unit_test(test_lines_are_written_in_groups),
        cmocka_unit_test(test_whole_lines_that_find_room_are_kept),
        cmocka_unit_test(test_lines_that_were_not_synced_are_written_again),
    };
    return cmocka_run_group_tests_name("event_log", tests, NULL, NULL);
}
