/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/event_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct ww_event_list *list;
    const struct ww_event_filter *filter;
    FILE *lines;
};

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
    *text = strdup(ww_log_text(line, key));
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
                 set_text(&row->original, line, "original") && set_text(&row->clip, line, "");
    return whole ? 0 : -ENOMEM;
}

static int merge(struct ww_event_list *list, const json_t *line, int64_t time_us)
{
    const char *phase = ww_log_text(line, "phase");
    struct ww_event_row *row = find_row(list, ww_log_text(line, "event"));
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
    if (strcmp(row->type, "drill") == 0 && !set_text(&row->detail, line, "detail")) /* how it went */
        return -ENOMEM;
    row->duration = json_number_value(json_object_get(line, "duration"));
    return set_text(&row->snapshot, line, "snapshot") && set_text(&row->original, line, "original") ? 0
                                                                                                    : -ENOMEM;
}

/* Whether a line falls into the time asked for. A table judges whole events, later. */
static bool in_time(const struct ww_event_filter *filter, int64_t start_us, int64_t end_us)
{
    return start_us < filter->to_us && end_us >= filter->from_us;
}

/* What is for summaries is no event, unless it is asked for. */
static bool is_hidden(const struct reading *reading, const json_t *line)
{
    return !reading->lines && !reading->filter->type && strcmp(ww_log_text(line, "type"), "system") == 0;
}

/* A clip is told when it is done, after its events; the newest are the last. */
static int add_clip(struct ww_event_list *list, const struct ww_log_line *line)
{
    size_t named = json_array_size(json_object_get(line->json, "events")), found = 0;
    for (size_t i = list->count; i-- > 0 && (named == 0 || found < named);) {
        struct ww_event_row *row = &list->rows[i];
        if (!ww_log_clip_shows(line, row->event, row->camera, row->start_us))
            continue;
        found++;
        if (!row->clip[0] && !set_text(&row->clip, line->json, "clip"))
            return -ENOMEM;
    }
    return 0;
}

static int take_line(void *context, const struct ww_log_line *line)
{
    struct reading *reading = context;
    if (!reading->lines && strcmp(ww_log_text(line->json, "detail"), "clip") == 0 &&
        add_clip(reading->list, line) != 0)
        return -ENOMEM;
    if (!ww_event_filter_takes(reading->filter, line->json) || is_hidden(reading, line->json))
        return 0;
    if (!reading->lines)
        return merge(reading->list, line->json, line->time_us);
    if (in_time(reading->filter, line->time_us, line->time_us))
        fprintf(reading->lines, "%.*s\n", (int)line->size, line->text);
    return 0;
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
    free(row->clip);
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
    struct reading reading = {.list = list, .filter = filter, .lines = lines};
    *list = (struct ww_event_list){0};
    int code = ww_log_read(path, take_line, &reading, error);
    if (code != 0 && code != -EBADMSG) {
        ww_event_list_free(list);
        return code;
    }
    keep_in_time(list, filter);
    return code;
}

void ww_event_list_free(struct ww_event_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        drop_row(&list->rows[i]);
    free(list->rows);
    *list = (struct ww_event_list){0};
}
