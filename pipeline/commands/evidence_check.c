/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/evidence_check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "commands/line_hashes.h"
#include "sink/event_log.h"

/* A file of the log, as it is now. */
struct log_text {
    const char *text;
    size_t size;
    bool locked; /* somebody writes it */
};

/* Who writes it must find it free a moment later. */
static bool is_locked(int fd)
{
    if (flock(fd, LOCK_SH | LOCK_NB) != 0)
        return errno == EWOULDBLOCK;
    flock(fd, LOCK_UN);
    return false;
}

static int open_text(struct log_text *log, const char *folder, const char *name, struct ww_error *error)
{
    char *path;
    struct stat info;
    void *text = NULL;
    *log = (struct log_text){0};
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0 ||
        (info.st_size > 0 &&
         (text = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED))
        code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    else
        *log = (struct log_text){text, (size_t)info.st_size, info.st_size > 0 && is_locked(fd)};
    if (fd >= 0)
        close(fd);
    free(path);
    return code;
}

static void close_text(const struct log_text *log)
{
    if (log->text)
        munmap((void *)(uintptr_t)log->text, log->size);
}

/* --- the log ------------------------------------------------------------------------------------------- */

static bool is_cancelled(const struct ww_evidence_order *order)
{
    return order->watch && atomic_load(&order->watch->cancelled);
}

static void check_lines(struct ww_evidence_check *check, const struct ww_evidence_order *order,
                        const struct log_text *log, const char *name)
{
    struct ww_line_hashes hashes;
    size_t number = 0, count;
    const char *line = log->text, *end = log->text + log->size;
    if (ww_line_hashes_create(&hashes, order->threads) != 0) {
        check->log.no_memory = true;
        return;
    }
    while (!is_cancelled(order) && (count = ww_line_hashes_next(&hashes, &line, end)) > 0)
        for (size_t i = 0; i < count; i++)
            ww_log_check_line(&check->log, hashes.lines[i].text, hashes.lines[i].size, hashes.lines[i].sha256,
                              name, ++number);
    if (line < end && !log->locked)
        ww_log_check_damage(&check->log, check->log.lines + 1, "%s:%zu: the line is cut off: it has no end",
                            name, number + 1);
    ww_line_hashes_destroy(&hashes);
    check->bytes += (int64_t)log->size;
}

static int check_log(struct ww_evidence_check *check, const struct ww_evidence_order *order, const char *name,
                     struct ww_error *error)
{
    struct log_text log;
    int code = open_text(&log, order->folder, name, error);
    check->running |= log.locked;
    if (code == 0 && log.text)
        check_lines(check, order, &log, name);
    close_text(&log);
    return code;
}

static int check_logs(struct ww_evidence_check *check, const struct ww_evidence_order *order,
                      struct ww_error *error)
{
    int code = 0, count = ww_event_log_days(order->folder, &check->days);
    if (count < 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", order->folder, ww_errno_text(-errno));
    check->day_count = count;
    for (int i = 0; i < count && code == 0; i++)
        code = check_log(check, order, check->days[i]->d_name, error);
    if (code == 0)
        code = check_log(check, order, WW_EVENT_LOG_NAME, error);
    if (code == -ENOENT && count > 0) /* nothing happened today */
        code = 0;
    return code;
}

/* --- files --------------------------------------------------------------------------------------------- */

static void note_expired_in(struct ww_log_check *check, const char *folder, const char *name)
{
    struct log_text log;
    struct ww_error error;
    if (open_text(&log, folder, name, &error) == 0 && log.text)
        ww_log_check_expired(check, log.text, log.size);
    close_text(&log);
}

/* What is missing may have been removed after its line was read; the line that says so comes first. */
static void read_again(struct ww_evidence_check *check, const struct ww_evidence_order *order)
{
    struct dirent **days = NULL;
    int count = ww_event_log_days(order->folder, &days);
    for (int i = check->day_count > 0 ? check->day_count - 1 : 0; i < count; i++)
        note_expired_in(&check->log, order->folder, days[i]->d_name);
    note_expired_in(&check->log, order->folder, WW_EVENT_LOG_NAME);
    for (int i = 0; i < count; i++)
        free(days[i]);
    free(days);
}

int ww_evidence_check(struct ww_evidence_check *check, const struct ww_evidence_order *order,
                      struct ww_error *error)
{
    double began = ww_clock_monotonic();
    *check = (struct ww_evidence_check){0};
    ww_log_check_begin(&check->log, order->trusted);
    int code = check_logs(check, order, error);
    if (code != 0)
        return code;
    ww_log_check_end(&check->log, check->running);
    check->bytes += ww_file_check(&check->log, order->folder, order->threads, order->progress, order->watch);
    if (is_cancelled(order))
        return ww_fail(error, -ECANCELED, "it was not checked to the end");
    if (check->running && ww_file_check_is_missing_any(&check->log))
        read_again(check, order);
    ww_file_check_end(&check->log, order->folder);
    check->seconds = ww_clock_monotonic() - began;
    return 0;
}

void ww_evidence_check_free(struct ww_evidence_check *check)
{
    ww_log_check_free(&check->log);
    for (int i = 0; i < check->day_count; i++)
        free(check->days[i]);
    free(check->days);
}

/* --- telling ------------------------------------------------------------------------------------------- */

json_t *ww_evidence_json(const struct ww_evidence_check *check)
{
    const struct ww_log_check *log = &check->log;
    json_t *damages = json_array();
    for (size_t i = 0; i < log->damage_count; i++)
        json_array_append_new(damages,
                              json_pack("{s:s, s:I, s:I, s:I}", "text", log->damages[i].text, "line",
                                        (json_int_t)log->damages[i].line, "checkpoint_before",
                                        (json_int_t)log->damages[i].checkpoint_before, "checkpoint_after",
                                        (json_int_t)log->damages[i].checkpoint_after));
    return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:I, s:o}", "whole",
                     log->damage_count == 0, "lines", (json_int_t)log->lines, "files",
                     (json_int_t)log->file_count, "checkpoints", (json_int_t)log->checkpoints, "crashes",
                     (json_int_t)log->crashes, "orphans", (json_int_t)log->orphans, "expired",
                     (json_int_t)log->gone, "key", log->key, "running", check->running, "bytes",
                     (json_int_t)check->bytes, "damages", damages);
}

void ww_damage_place(const struct ww_damage *damage, char *text, size_t size)
{
    *text = '\0';
    if (damage->checkpoint_before > 0 && damage->checkpoint_after > 0)
        snprintf(text, size, " (between the checkpoints in lines %" PRId64 " and %" PRId64 ")",
                 damage->checkpoint_before, damage->checkpoint_after);
    else if (damage->checkpoint_after > 0)
        snprintf(text, size, " (before the checkpoint in line %" PRId64 ")", damage->checkpoint_after);
    else if (damage->checkpoint_before > 0)
        snprintf(text, size, " (after the checkpoint in line %" PRId64 ")", damage->checkpoint_before);
}
