/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/event_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "sink/event_line.h"

/* Of what was being written when the power failed nothing lies before the last TAIL bytes. */
enum { TAIL = 512 * 1024 };

/* A line that is not written yet. */
struct waiting_line {
    size_t size;                 /* bytes, with its newline */
    char before[WW_SHA256_TEXT]; /* hash of the line before it */
};

struct ww_event_log {
    char *folder, *path;
    bool daily;
    int day; /* that the file is of, by the local clock; -1: there is no line in it */
    int fd;
    off_t end;    /* bytes of whole lines */
    int64_t next; /* sequence number */
    char previous[WW_SHA256_TEXT];
    struct waiting_line *waiting;
    size_t waiting_count, waiting_capacity;
    char *text; /* of the waiting lines */
    size_t text_size, text_capacity;
};

static int refuse(const struct ww_event_log *log, const char *why, struct ww_error *error)
{
    return ww_fail(error, -EBADMSG, "cannot go on with '%s': %s; choose another folder with -o", log->path,
                   why);
}

/* Takes the sequence number and the hash from the last whole line. */
static int continue_from(struct ww_event_log *log, const char *line, size_t size, struct ww_error *error)
{
    json_t *root = json_loadb(line, size, 0, NULL);
    const json_t *seq = json_object_get(root, "seq");
    int64_t last = json_is_integer(seq) ? json_integer_value(seq) : -1;
    json_decref(root);
    if (last < 0)
        return refuse(log, "its last line is no event", error);
    log->next = last + 1;
    ww_sha256_text(log->previous, line, size);
    return 0;
}

static int drop_cut_line(struct ww_event_log *log, off_t size, struct ww_error *error)
{
    ww_log(WW_LOG_WARNING, "%s: its last line was cut off while it was written, and is removed", log->path);
    if (ftruncate(log->fd, log->end) != 0)
        return ww_fail(error, -errno, "cannot cut '%s' from %jd to %jd bytes: %s", log->path, (intmax_t)size,
                       (intmax_t)log->end, ww_errno_text(-errno));
    return 0;
}

/* Reads the end of a file of the log, of which the last lines are perhaps cut off, or pages of zeros where
 * the disk had their length but not yet themselves: no line has a zero byte. Leaves the number and the hash
 * of the last whole line, and *whole, the bytes of whole lines. */
static int read_end(struct ww_event_log *log, int fd, off_t file_size, off_t *whole, struct ww_error *error)
{
    size_t size = file_size < TAIL ? (size_t)file_size : TAIL;
    char *tail = malloc(size + 1);
    if (!tail)
        return ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", log->path);
    int code = 0;
    if (pread(fd, tail, size, file_size - (off_t)size) != (ssize_t)size) {
        code = ww_fail(error, -EIO, "cannot read the end of '%s'", log->path);
        goto done;
    }
    const char *zero = memchr(tail, '\0', size);
    const char *newline = memrchr(tail, '\n', zero ? (size_t)(zero - tail) : size);
    if (!newline && size < (size_t)file_size) {
        code = refuse(log, "its last line is too long to be an event", error);
        goto done;
    }
    size_t lines = newline ? (size_t)(newline - tail) + 1 : 0;
    *whole = file_size - (off_t)(size - lines);
    if (lines > 0) {
        const char *before = lines > 1 ? memrchr(tail, '\n', lines - 1) : NULL;
        const char *line = before ? before + 1 : tail;
        code = continue_from(log, line, lines - 1 - (size_t)(line - tail), error);
    }
done:
    free(tail);
    return code;
}

static int is_earlier_day(const struct dirent *entry)
{
    return fnmatch("events-[0-9]*-[0-9]*-[0-9]*.jsonl", entry->d_name, 0) == 0;
}

int ww_event_log_days(const char *folder, struct dirent ***days)
{
    return scandir(folder, days, is_earlier_day, alphasort);
}

/* Where today's file has no line the chain goes on from the last one of the days before. */
static int continue_from_earlier_day(struct ww_event_log *log, struct ww_error *error)
{
    struct dirent **days = NULL;
    struct stat info;
    off_t whole;
    char *path = NULL;
    int code = 0, count = ww_event_log_days(log->folder, &days);
    if (count > 0 && asprintf(&path, "%s/%s", log->folder, days[count - 1]->d_name) >= 0) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &info) != 0)
            code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
        else
            code = read_end(log, fd, info.st_size, &whole, error);
        if (fd >= 0)
            close(fd);
        free(path);
    }
    for (int i = 0; i < count; i++)
        free(days[i]);
    free(days);
    return code;
}

static int day_of(time_t time)
{
    struct tm local;
    localtime_r(&time, &local);
    return (local.tm_year * 16 + local.tm_mon) * 32 + local.tm_mday;
}

static int find_end(struct ww_event_log *log, struct ww_error *error)
{
    struct stat info;
    if (fstat(log->fd, &info) != 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", log->path, ww_errno_text(-errno));
    memset(log->previous, '0', sizeof log->previous - 1);
    log->day = -1;
    int code = info.st_size > 0 ? read_end(log, log->fd, info.st_size, &log->end, error) : 0;
    if (code == 0 && log->end < info.st_size)
        code = drop_cut_line(log, info.st_size, error);
    if (code == 0 && log->end > 0)
        log->day = day_of(info.st_mtime);
    else if (code == 0)
        code = continue_from_earlier_day(log, error);
    return code;
}

/* A line that is on the disk is not lost with the file's name. */
static int sync_name(const struct ww_event_log *log, struct ww_error *error)
{
    int code = ww_sync_folder_of(log->path);
    return code == 0 ? 0 : ww_fail(error, code, "cannot write '%s': %s", log->path, ww_errno_text(code));
}

static int open_file(struct ww_event_log *log, int flags, struct ww_error *error)
{
    int fd = open(log->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0666);
    if (fd < 0)
        return ww_fail(error, -errno, "cannot write '%s': %s", log->path, ww_errno_text(-errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return ww_fail(error, -EBUSY, "cannot write '%s': another wallwatch is writing it", log->path);
    }
    if (log->fd >= 0)
        close(log->fd);
    log->fd = fd;
    return sync_name(log, error);
}

int ww_event_log_open(struct ww_event_log **log, const char *folder, bool daily, struct ww_error *error)
{
    struct ww_event_log *opened = calloc(1, sizeof *opened);
    *log = NULL;
    char *copy = strdup(folder);
    if (!opened || !copy || asprintf(&opened->path, "%s/" WW_EVENT_LOG_NAME, folder) < 0) {
        free(copy);
        free(opened);
        return ww_fail(error, -ENOMEM, "cannot open the log of '%s': out of memory", folder);
    }
    opened->fd = -1;
    opened->daily = daily;
    opened->folder = copy;
    int code = open_file(opened, 0, error);
    if (code == 0)
        code = find_end(opened, error);
    if (code != 0)
        ww_event_log_close(opened);
    else
        *log = opened;
    return code;
}

/* The file of the day before gets that day's name. Should that be taken, as when the clock was set back, the
 * file goes on. */
static int begin_day(struct ww_event_log *log, int today, struct ww_error *error)
{
    char *name;
    int before = log->day;
    if (!log->daily || before == today || before < 0)
        return 0;
    if (asprintf(&name, "%s/events-%04d-%02d-%02d.jsonl", log->folder, before / 512 + 1900,
                 before / 32 % 16 + 1, before % 32) < 0)
        return ww_fail(error, -ENOMEM, "cannot begin the log of a day: out of memory");
    int code = access(name, F_OK) == 0 ? -EEXIST : rename(log->path, name) == 0 ? 0 : -errno;
    if (code == 0)
        code = open_file(log, O_EXCL, error);
    else if (code != -EEXIST)
        ww_fail(error, code, "cannot call '%s' '%s': %s", log->path, name, ww_errno_text(code));
    free(name);
    if (code == 0)
        log->end = 0;
    return code == -EEXIST ? 0 : code;
}

int ww_event_log_restore(struct ww_event_log *log, struct ww_error *error)
{
    struct stat info;
    if (stat(log->path, &info) == 0)
        return 0;
    int fd = open(log->path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return ww_fail(error, -errno, "cannot write '%s': %s", log->path, ww_errno_text(-errno));
    flock(fd, LOCK_EX | LOCK_NB);
    close(log->fd);
    log->fd = fd;
    log->end = 0;
    return sync_name(log, error);
}

void ww_event_log_close(struct ww_event_log *log)
{
    if (!log)
        return;
    if (log->fd >= 0)
        close(log->fd);
    free(log->waiting);
    free(log->text);
    free(log->folder);
    free(log->path);
    free(log);
}

/* Leaves room for a line of `size` bytes; false: no memory. */
static bool make_room(struct ww_event_log *log, size_t size)
{
    struct waiting_line *lines =
        ww_grown(log->waiting, log->waiting_count, &log->waiting_capacity, sizeof *lines);
    if (!lines)
        return false;
    log->waiting = lines;
    if (log->text_size + size <= log->text_capacity)
        return true;
    size_t capacity = 2 * (log->text_size + size);
    char *text = realloc(log->text, capacity);
    if (!text)
        return false;
    log->text = text;
    log->text_capacity = capacity;
    return true;
}

int ww_event_log_add(struct ww_event_log *log, struct ww_record *record, struct ww_error *error)
{
    if (record->phase == WW_PHASE_START || record->momentary) {
        char time[WW_TIME_TEXT];
        ww_time_utc(time, record->time_us);
        /* The sequence number makes it unique in this log, the time makes it tell something. */
        snprintf(record->event, sizeof record->event, "%.4s%.2s%.2sT%.2s%.2s%.2sZ-%" PRId64, time, time + 5,
                 time + 8, time + 11, time + 14, time + 17, log->next);
    }
    char *line = ww_event_line(record, log->next, log->previous);
    size_t size = line ? strlen(line) : 0;
    if (!line || !make_room(log, size + 1)) {
        free(line);
        return ww_fail(error, -ENOMEM, "cannot write '%s': out of memory, or a name is not UTF-8", log->path);
    }
    struct waiting_line *waiting = &log->waiting[log->waiting_count++];
    waiting->size = size + 1;
    memcpy(waiting->before, log->previous, sizeof waiting->before);
    ww_sha256_text(log->previous, line, size);
    line[size] = '\n'; /* in place of the NUL */
    memcpy(log->text + log->text_size, line, size + 1);
    log->text_size += size + 1;
    log->next++;
    free(line);
    return 0;
}

size_t ww_event_log_waiting(const struct ww_event_log *log)
{
    return log->waiting_count;
}

void ww_event_log_drop(struct ww_event_log *log)
{
    if (log->waiting_count == 0)
        return;
    memcpy(log->previous, log->waiting[0].before, sizeof log->previous);
    log->next -= (int64_t)log->waiting_count;
    log->waiting_count = log->text_size = 0;
}

/* Those that fit into `bytes` are written, in the file of a day. */
static void forget_written(struct ww_event_log *log, size_t bytes, int day)
{
    size_t lines = 0, size = 0;
    while (lines < log->waiting_count && size + log->waiting[lines].size <= bytes)
        size += log->waiting[lines++].size;
    if (lines == 0)
        return;
    log->end += (off_t)size;
    log->day = day;
    log->waiting_count -= lines;
    log->text_size -= size;
    memmove(log->waiting, log->waiting + lines, log->waiting_count * sizeof *log->waiting);
    memmove(log->text, log->text + size, log->text_size);
}

/* Bytes of whole lines among the first `bytes` of those that wait. */
static size_t whole_lines(const struct ww_event_log *log, size_t bytes)
{
    const char *newline = bytes > 0 ? memrchr(log->text, '\n', bytes) : NULL;
    return newline ? (size_t)(newline - log->text) + 1 : 0;
}

static void cut(const struct ww_event_log *log, off_t end)
{
    if (ftruncate(log->fd, end) != 0)
        ww_log(WW_LOG_WARNING, "%s: its last line may be cut off", log->path);
}

/* What could not be written whole did not happen; what found room did, once it is synced. */
static void keep_whole_lines(struct ww_event_log *log, int day)
{
    struct stat info;
    size_t kept = 0;
    if (fstat(log->fd, &info) == 0 && info.st_size > log->end)
        kept = whole_lines(log, (size_t)(info.st_size - log->end));
    cut(log, log->end + (off_t)kept);
    if (kept > 0 && fdatasync(log->fd) == 0)
        forget_written(log, kept, day);
    else if (kept > 0)
        cut(log, log->end);
}

static int check_in_place(const struct ww_event_log *log, struct ww_error *error)
{
    struct stat info, there;
    if (fstat(log->fd, &info) != 0)
        return ww_fail(error, -errno, "cannot write '%s': %s", log->path, ww_errno_text(-errno));
    if (stat(log->path, &there) != 0 || there.st_ino != info.st_ino || there.st_dev != info.st_dev)
        return ww_fail(error, -ENOENT, "the log '%s' was removed while it was written", log->path);
    return 0;
}

int ww_event_log_sync(struct ww_event_log *log, struct ww_error *error)
{
    if (log->waiting_count == 0)
        return 0;
    int today = day_of(time(NULL)); /* asked once: midnight may strike before the lines are written */
    int code = begin_day(log, today, error);
    if (code == 0)
        code = check_in_place(log, error);
    if (code != 0)
        return code;
    code = ww_write_all(log->fd, log->text, log->text_size);
    if (code != 0) {
        keep_whole_lines(log, today);
    } else if (fdatasync(log->fd) != 0) {
        code = -errno;
        cut(log, log->end); /* after a failed sync the next one may succeed without the data */
    } else {
        forget_written(log, log->text_size, today);
    }
    return code == 0 ? 0 : ww_fail(error, code, "cannot write '%s': %s", log->path, ww_errno_text(code));
}

int ww_event_log_append(struct ww_event_log *log, struct ww_record *record, struct ww_error *error)
{
    int code = ww_event_log_add(log, record, error);
    if (code == 0)
        code = ww_event_log_sync(log, error);
    if (code != 0)
        ww_event_log_drop(log);
    return code;
}
