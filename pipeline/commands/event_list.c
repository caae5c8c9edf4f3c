/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/event_list.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"

struct reading {
    struct ww_event_list *list;
    const struct ww_event_filter *filter;
    FILE *lines;
    struct ww_error *error;
    size_t bad, first_bad; /* lines that are no events; the number of the first */
    char bad_file[256];
};

static const char *text_of(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text ? text : "";
}

static bool is_like(const char *wanted, const json_t *line, const char *key)
{
    return !wanted || strcmp(wanted, text_of(line, key)) == 0;
}

static bool matches(const struct ww_event_filter *filter, const json_t *line)
{
    return is_like(filter->camera, line, "camera") && is_like(filter->wall, line, "wall") &&
           is_like(filter->zone, line, "zone") && is_like(filter->type, line, "type") &&
           is_like(filter->severity, line, "severity");
}

static struct ww_event_row *find_row(struct ww_event_list *list, const char *event)
{
    for (size_t i = list->count; i-- > 0;) /* open events are among the newest */
        if (*event && strcmp(list->rows[i].event, event) == 0)
            return &list->rows[i];
    return NULL;
}

static bool set_text(char **text, const json_t *line, const char *key)
{
    free(*text);
    *text = strdup(text_of(line, key));
    return *text != NULL;
}

static int add_row(struct ww_event_list *list, const json_t *line, int64_t time_us)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct ww_event_row *rows = realloc(list->rows, capacity * sizeof *rows);
        if (!rows)
            return -ENOMEM;
        list->rows = rows;
        list->capacity = capacity;
    }
    struct ww_event_row *row = &list->rows[list->count++];
    *row = (struct ww_event_row){.start_us = time_us, .end_us = time_us};
    bool whole = set_text(&row->event, line, "event") && set_text(&row->camera, line, "camera") &&
                 set_text(&row->wall, line, "wall") && set_text(&row->zone, line, "zone") &&
                 set_text(&row->type, line, "type") && set_text(&row->severity, line, "severity") &&
                 set_text(&row->direction, line, "direction") && set_text(&row->detail, line, "detail") &&
                 set_text(&row->reason, line, "reason") && set_text(&row->snapshot, line, "snapshot") &&
                 set_text(&row->original, line, "original");
    return whole ? 0 : -ENOMEM;
}

static int merge(struct ww_event_list *list, const json_t *line, int64_t time_us)
{
    const char *phase = text_of(line, "phase");
    struct ww_event_row *row = find_row(list, text_of(line, "event"));
    if (!row) {
        int code = add_row(list, line, time_us);
        if (code != 0)
            return code;
        row = &list->rows[list->count - 1];
    }
    row->has_score |= json_object_get(line, "score") != NULL;
    double score = json_number_value(json_object_get(line, "score"));
    row->score = score > row->score ? score : row->score;
    row->end_us = time_us;
    if (strcmp(phase, "end") != 0)
        return 0;
    row->ended = true;
    row->duration = json_number_value(json_object_get(line, "duration"));
    return set_text(&row->snapshot, line, "snapshot") && set_text(&row->original, line, "original") ? 0
                                                                                                    : -ENOMEM;
}

/* Whether a line falls into the time asked for. A table judges whole events, later. */
static bool in_time(const struct ww_event_filter *filter, int64_t start_us, int64_t end_us)
{
    return start_us < filter->to_us && end_us >= filter->from_us;
}

static int take_line(struct reading *reading, const char *text, size_t size, const char *file, size_t number)
{
    json_t *line = json_loadb(text, size, 0, NULL);
    int64_t time_us;
    int code = 0;
    if (!json_is_object(line) || ww_time_parse(text_of(line, "time"), &time_us) != 0 ||
        !*text_of(line, "type")) {
        if (reading->bad++ == 0) {
            reading->first_bad = number;
            snprintf(reading->bad_file, sizeof reading->bad_file, "%s", file);
        }
    } else if (matches(reading->filter, line)) {
        if (!reading->lines)
            code = merge(reading->list, line, time_us);
        else if (in_time(reading->filter, time_us, time_us))
            fprintf(reading->lines, "%.*s\n", (int)size, text);
    }
    json_decref(line);
    return code;
}

static int read_log(struct reading *reading, const char *path)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t size;
    int code = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return ww_fail(reading->error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    while (code == 0 && (size = getline(&line, &room, file)) > 0) {
        number++;
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

static int is_earlier_day(const struct dirent *entry)
{
    return fnmatch("events-[0-9]*-[0-9]*-[0-9]*.jsonl", entry->d_name, 0) == 0;
}

static int read_folder(struct reading *reading, const char *folder)
{
    struct dirent **days = NULL;
    char *path;
    int code = 0;
    int count = scandir(folder, &days, is_earlier_day, alphasort);
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
    if (code == 0 && asprintf(&path, "%s/events.jsonl", folder) >= 0) {
        code = read_log(reading, path);
        if (code == -ENOENT && count > 0) /* nothing happened today */
            code = 0;
        else if (code == -ENOENT)
            ww_fail(reading->error, code, "there is no log in '%s' (events.jsonl)", folder);
        free(path);
    }
    return code;
}

static void drop_row(struct ww_event_row *row)
{
    free(row->event);
    free(row->camera);
    free(row->wall);
    free(row->zone);
    free(row->type);
    free(row->severity);
    free(row->direction);
    free(row->detail);
    free(row->reason);
    free(row->snapshot);
    free(row->original);
}

static void keep_in_time(struct ww_event_list *list, const struct ww_event_filter *filter)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct ww_event_row *row = &list->rows[i];
        if (in_time(filter, row->start_us, row->ended ? row->end_us : INT64_MAX))
            list->rows[kept++] = *row;
        else
            drop_row(row);
    }
    list->count = kept;
}

int ww_event_list_read(struct ww_event_list *list, const char *path, const struct ww_event_filter *filter,
                       FILE *lines, struct ww_error *error)
{
    struct reading reading = {.list = list, .filter = filter, .lines = lines, .error = error};
    struct stat info;
    *list = (struct ww_event_list){0};
    if (stat(path, &info) != 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    int code = S_ISDIR(info.st_mode) ? read_folder(&reading, path) : read_log(&reading, path);
    if (code != 0) {
        ww_event_list_free(list);
        return code;
    }
    keep_in_time(list, filter);
    if (reading.bad > 0)
        return ww_fail(error, -EBADMSG, "%s: %zu %s no event, the first is line %zu", reading.bad_file,
                       reading.bad, reading.bad == 1 ? "line is" : "lines are", reading.first_bad);
    return 0;
}

void ww_event_list_free(struct ww_event_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        drop_row(&list->rows[i]);
    free(list->rows);
    *list = (struct ww_event_list){0};
}
