/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/log_lines.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "sink/event_log.h"

struct reading {
    int (*take)(void *context, const struct ww_log_line *line);
    void *context;
    struct ww_error *error;
    size_t bad, first_bad; /* lines that are no events; the number of the first */
    char bad_file[256];
};

const char *ww_log_text(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text ? text : "";
}

bool ww_log_clip_shows(const struct ww_log_line *line, const char *event, const char *camera,
                       int64_t start_us)
{
    size_t i;
    json_t *shown;
    const json_t *events = json_object_get(line->json, "events");
    if (strcmp(ww_log_text(line->json, "detail"), "clip") != 0)
        return false;
    if (!events) {
        double duration = json_number_value(json_object_get(line->json, "duration"));
        return strcmp(ww_log_text(line->json, "camera"), camera) == 0 && start_us <= line->time_us &&
               start_us >= line->time_us - (int64_t)(duration * 1e6);
    }
    json_array_foreach(events, i, shown)
    {
        const char *name = json_string_value(shown);
        if (name && strcmp(name, event) == 0)
            return true;
    }
    return false;
}

static bool is_like(const char *wanted, const json_t *line, const char *key)
{
    return !wanted || strcmp(wanted, ww_log_text(line, key)) == 0;
}

bool ww_event_filter_takes(const struct ww_event_filter *filter, const json_t *line)
{
    return is_like(filter->camera, line, "camera") && is_like(filter->wall, line, "wall") &&
           is_like(filter->zone, line, "zone") && is_like(filter->type, line, "type") &&
           is_like(filter->severity, line, "severity");
}

static int take_line(struct reading *reading, const char *text, size_t size, const char *file, size_t number)
{
    json_t *json = json_loadb(text, size, 0, NULL);
    struct ww_log_line line = {json, text, size, 0};
    int code = 0;
    if (json_is_object(json) && ww_time_parse(ww_log_text(json, "time"), &line.time_us) == 0 &&
        *ww_log_text(json, "type")) {
        code = reading->take(reading->context, &line);
    } else if (reading->bad++ == 0) {
        reading->first_bad = number;
        snprintf(reading->bad_file, sizeof reading->bad_file, "%s", file);
    }
    json_decref(json);
    return code;
}

static int read_lines(struct reading *reading, const char *path, int64_t offset, int64_t most)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t size;
    int code = 0;
    FILE *file = fopen(path, "re");
    if (!file || (offset > 0 && fseeko(file, (off_t)offset, SEEK_SET) != 0)) {
        code = ww_fail(reading->error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
        if (file)
            fclose(file);
        return code;
    }
    while (code == 0 && most > 0 && (size = getline(&line, &room, file)) > 0) {
        number++;
        most -= size;
        if (line[size - 1] == '\n')
            size--;
        code = take_line(reading, line, (size_t)size, path, number);
    }
    if (code == 0 && ferror(file))
        code = ww_fail(reading->error, -EIO, "cannot read '%s' past line %zu", path, number);
    else if (code == -ENOMEM)
        ww_fail(reading->error, code, "cannot read '%s': out of memory", path);
    free(line);
    fclose(file);
    return code;
}

static int read_log(struct reading *reading, const char *path)
{
    return read_lines(reading, path, 0, INT64_MAX);
}

static int read_folder(struct reading *reading, const char *folder)
{
    struct dirent **days = NULL;
    char *path;
    int code = 0;
    int count = ww_event_log_days(folder, &days);
    if (count < 0)
        return ww_fail(reading->error, -errno, "cannot read '%s': %s", folder, ww_errno_text(-errno));
    for (int i = 0; i < count; i++) {
        if (code == 0 && asprintf(&path, "%s/%s", folder, days[i]->d_name) >= 0) {
            code = read_log(reading, path);
            free(path);
        }
        free(days[i]);
    }
    free(days);
    if (code == 0 && asprintf(&path, "%s/" WW_EVENT_LOG_NAME, folder) >= 0) {
        code = read_log(reading, path);
        if (code == -ENOENT && count > 0) /* nothing happened today */
            code = 0;
        else if (code == -ENOENT)
            ww_fail(reading->error, code, "there is no log in '%s' (events.jsonl)", folder);
        free(path);
    }
    return code;
}

int ww_log_read(const char *path, int (*take)(void *context, const struct ww_log_line *line), void *context,
                struct ww_error *error)
{
    struct reading reading = {.take = take, .context = context, .error = error};
    struct stat info;
    if (stat(path, &info) != 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    int code = S_ISDIR(info.st_mode) ? read_folder(&reading, path) : read_log(&reading, path);
    if (code == 0 && reading.bad > 0)
        code = ww_fail(error, -EBADMSG, "%s: %zu %s no event, the first is line %zu", reading.bad_file,
                       reading.bad, reading.bad == 1 ? "line is" : "lines are", reading.first_bad);
    return code;
}

int ww_log_read_part(const char *path, int64_t offset, int64_t size,
                     int (*take)(void *context, const struct ww_log_line *line), void *context,
                     struct ww_error *error)
{
    struct reading reading = {.take = take, .context = context, .error = error};
    return read_lines(&reading, path, offset, size);
}
