/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/event_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
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

enum { LONGEST_LINE = 64 * 1024 };

struct ww_event_log {
    char *folder, *path;
    bool daily;
    int day; /* of the last line, since 1970, by the local clock; -1: there is none in the file */
    int fd;
    off_t end;    /* bytes of whole lines */
    int64_t next; /* sequence number */
    char previous[WW_SHA256_TEXT];
};

const char *ww_phase_name(enum ww_phase phase)
{
    static const char *const names[] = {
        [WW_PHASE_START] = "start", [WW_PHASE_UPDATE] = "update", [WW_PHASE_END] = "end"};
    return names[phase];
}

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

/* Reads the end of a file of the log: two lines at the most lie in it, the last one perhaps cut off. Leaves
 * the number and the hash of the last whole line, and *whole, the bytes of whole lines. */
static int read_end(struct ww_event_log *log, int fd, off_t file_size, off_t *whole, struct ww_error *error)
{
    size_t size = file_size < 2 * LONGEST_LINE ? (size_t)file_size : 2 * LONGEST_LINE;
    char *tail = malloc(size + 1);
    if (!tail)
        return ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", log->path);
    int code = 0;
    if (pread(fd, tail, size, file_size - (off_t)size) != (ssize_t)size) {
        code = ww_fail(error, -EIO, "cannot read the end of '%s'", log->path);
        goto done;
    }
    const char *newline = memrchr(tail, '\n', size);
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
    return 0;
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
static int begin_day(struct ww_event_log *log, struct ww_error *error)
{
    char *name;
    time_t now = time(NULL);
    int today = day_of(now), before = log->day;
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
    return 0;
}

void ww_event_log_close(struct ww_event_log *log)
{
    if (!log)
        return;
    if (log->fd >= 0)
        close(log->fd);
    free(log->folder);
    free(log->path);
    free(log);
}

/* A real number as short as it can be at that many decimals. */
static json_t *rounded(double value, double decimals)
{
    return json_real(round(value * decimals) / decimals);
}

/* The name of a file may be no UTF-8; what cannot be written is a question mark then. */
static json_t *as_json(const char *text)
{
    json_t *value = json_string(text);
    char *ascii = value ? NULL : strdup(text);
    if (!ascii)
        return value;
    for (char *at = ascii; *at; at++)
        if (*at & 0x80)
            *at = '?';
    value = json_string(ascii);
    free(ascii);
    return value;
}

static void set_text(json_t *line, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(line, key, as_json(text));
}

static void set_evidence(json_t *line, const char *key, const struct ww_evidence *evidence)
{
    char hash_key[32];
    snprintf(hash_key, sizeof hash_key, "%s_sha256", key);
    set_text(line, key, evidence->path);
    if (evidence->path[0])
        set_text(line, hash_key, evidence->sha256);
}

static json_t *spot(struct ww_spot spot)
{
    return json_pack("[i,i]", spot.x, spot.y);
}

static void set_path(json_t *line, const struct ww_record *record)
{
    if (record->crosses)
        json_object_set_new(line, "crossing", spot(record->crossing));
    if (record->path_count == 0)
        return;
    json_t *path = json_array();
    for (size_t i = 0; i < record->path_count; i++)
        json_array_append_new(path, spot(record->path[i]));
    json_object_set_new(line, "path", path);
}

static void set_place(json_t *line, const struct ww_record *record)
{
    bool somebody = record->box.width > 0;
    if (somebody)
        json_object_set_new(line, "track", json_integer(record->track));
    json_object_set_new(line, "frame", json_integer(record->frame));
    json_object_set_new(line, "pts", rounded(record->pts, 1000));
    if (somebody)
        json_object_set_new(line, "bbox",
                            json_pack("[i,i,i,i]", record->box.x, record->box.y, record->box.width,
                                      record->box.height));
    json_object_set_new(line, "size", json_pack("[i,i]", (int)record->width, (int)record->height));
    json_object_set_new(line, "score", rounded((double)record->score, 100));
    set_path(line, record);
}

static void set_events(json_t *line, const struct ww_record *record)
{
    json_t *events = json_array();
    for (size_t i = 0; i < record->clip_event_count; i++)
        json_array_append_new(events, json_string(record->clip_events[i]));
    json_object_set_new(line, "events", events);
}

static json_t *to_json(const struct ww_event_log *log, const struct ww_record *record)
{
    char time[WW_TIME_TEXT];
    json_t *line = json_object();
    ww_time_utc(time, record->time_us);
    json_object_set_new(line, "v", json_integer(1));
    json_object_set_new(line, "seq", json_integer(log->next));
    set_text(line, "time", time);
    set_text(line, "type", record->type);
    set_text(line, "phase", ww_phase_name(record->phase));
    set_text(line, "event", record->event);
    set_text(line, "camera", record->camera);
    set_text(line, "wall", record->wall);
    set_text(line, "zone", record->zone);
    set_text(line, "severity", record->severity);
    set_text(line, "direction", record->direction);
    set_text(line, "detail", record->detail);
    set_text(line, "reason", record->reason);
    if (record->alarm) {
        set_text(line, "alarm", record->alarm);
        json_object_set_new(line, "delay", rounded(record->delay, 1000));
    }
    set_text(line, "coverage", record->coverage);
    if (record->frame >= 0)
        set_place(line, record);
    if (record->phase == WW_PHASE_END)
        json_object_set_new(line, "duration", rounded(record->duration, 1000));
    set_evidence(line, "snapshot", &record->snapshot);
    set_evidence(line, "original", &record->original);
    set_evidence(line, "clip", &record->clip_file);
    set_evidence(line, "sheet", &record->sheet);
    if (record->clip_event_count > 0)
        set_events(line, record);
    set_evidence(line, "expired", &record->expired);
    if (record->signed_by)
        set_text(line, "key", record->signed_by->public_key);
    set_text(line, "prev", log->previous);
    return line;
}

/* What is signed is the line without its last brace; the signature and a brace follow. NULL: no memory. */
static char *add_signature(char *text, const struct ww_signing_key *key)
{
    char signature[WW_SIGNATURE_TEXT], *whole;
    size_t size = text ? strlen(text) - 1 : 0;
    if (!text || !key)
        return text;
    ww_sign(key, text, size, signature);
    if (asprintf(&whole, "%.*s,\"signature\":\"%s\"}", (int)size, text, signature) < 0)
        whole = NULL;
    free(text);
    return whole;
}

static int write_line(struct ww_event_log *log, const char *text, size_t size, struct ww_error *error)
{
    struct stat info, there;
    int code = fstat(log->fd, &info) == 0 ? 0 : -errno;
    if (code == 0 &&
        (stat(log->path, &there) != 0 || there.st_ino != info.st_ino || there.st_dev != info.st_dev))
        return ww_fail(error, -ENOENT, "the log '%s' was removed while it was written", log->path);
    if (code == 0)
        code = ww_write_all(log->fd, text, size);
    if (code == 0 && fdatasync(log->fd) != 0)
        code = -errno;
    if (code == 0)
        return 0;
    /* What could not be written whole did not happen. */
    if (ftruncate(log->fd, log->end) != 0)
        ww_log(WW_LOG_WARNING, "%s: its last line may be cut off", log->path);
    return ww_fail(error, code, "cannot write '%s': %s", log->path, ww_errno_text(code));
}

int ww_event_log_append(struct ww_event_log *log, struct ww_record *record, struct ww_error *error)
{
    if (record->phase == WW_PHASE_START || record->momentary) {
        char time[WW_TIME_TEXT];
        ww_time_utc(time, record->time_us);
        /* The sequence number makes it unique in this log, the time makes it tell something. */
        snprintf(record->event, sizeof record->event, "%.4s%.2s%.2sT%.2s%.2s%.2sZ-%" PRId64, time, time + 5,
                 time + 8, time + 11, time + 14, time + 17, log->next);
    }
    json_t *line = to_json(log, record);
    char *text = json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    json_decref(line);
    text = add_signature(text, record->signed_by);
    if (!text)
        return ww_fail(error, -ENOMEM, "cannot write '%s': out of memory, or a name is not UTF-8", log->path);
    size_t size = strlen(text);
    text[size] = '\n'; /* in place of the NUL */
    int code = begin_day(log, error);
    if (code == 0)
        code = write_line(log, text, size + 1, error);
    if (code == 0) {
        log->day = day_of(time(NULL));
        ww_sha256_text(log->previous, text, size);
        log->end += (off_t)size + 1;
        log->next++;
    }
    free(text);
    return code;
}
