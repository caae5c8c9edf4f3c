/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/event_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands/log_search.h"

struct reading {
    struct ww_event_list *list;
    const struct ww_event_filter *filter;
};

struct copying {
    const struct ww_event_filter *filter;
    FILE *lines;
};

/* An event is called after its first line's number. */
static bool is_first(const json_t *line)
{
    const char *number = strrchr(ww_log_text(line, "event"), '-');
    const json_t *seq = json_object_get(line, "seq");
    return number && json_is_integer(seq) && strtoll(number + 1, NULL, 10) == json_integer_value(seq);
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
    *text = strdup(ww_log_text(line, key));
    return *text != NULL;
}

struct ww_event_row *ww_event_list_add(struct ww_event_list *list)
{
    struct ww_event_row *rows = ww_grown(list->rows, list->count, &list->capacity, sizeof *rows);
    if (!rows)
        return NULL;
    list->rows = rows;
    struct ww_event_row *row = &list->rows[list->count++];
    *row = (struct ww_event_row){0};
    return row;
}

static int add_row(struct ww_event_list *list, const json_t *line, int64_t time_us)
{
    struct ww_event_row *row = ww_event_list_add(list);
    if (!row)
        return -ENOMEM;
    row->start_us = row->end_us = time_us;
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
    struct ww_event_row *row = is_first(line) ? NULL : find_row(list, ww_log_text(line, "event"));
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
    return !reading->filter->type && strcmp(ww_log_text(line, "type"), "system") == 0;
}

/* A clip is told when it is done, after its events; the newest are the last. */
static int add_clip(struct ww_event_list *list, const struct ww_log_line *line)
{
    size_t named = json_array_size(json_object_get(line->json, "events")), found = 0;
    for (size_t i = list->count; i-- > 0 && (named == 0 || found < named);) {
        struct ww_event_row *row = &list->rows[i];
        if (strcmp(row->type, "system") == 0 ||
            !ww_log_clip_shows(line, row->event, row->camera, row->start_us))
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
    if (strcmp(ww_log_text(line->json, "detail"), "clip") == 0 && add_clip(reading->list, line) != 0)
        return -ENOMEM;
    if (!ww_event_filter_takes(reading->filter, line->json) || is_hidden(reading, line->json))
        return 0;
    return merge(reading->list, line->json, line->time_us);
}

static int copy_line(void *context, const struct ww_log_line *line)
{
    const struct copying *copying = context;
    const struct ww_event_filter *filter = copying->filter;
    if (ww_event_filter_takes(filter, line->json) && in_time(filter, line->time_us, line->time_us) &&
        (filter->min_score <= 0 ||
         json_number_value(json_object_get(line->json, "score")) >= filter->min_score))
        fprintf(copying->lines, "%.*s\n", (int)line->size, line->text);
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

/* What only whole events can be judged by. */
static bool is_wanted(const struct ww_event_filter *filter, const struct ww_event_row *row)
{
    return in_time(filter, row->start_us, row->ended ? row->end_us : INT64_MAX) &&
           (filter->min_score <= 0 || (row->has_score && row->score >= filter->min_score));
}

static void leave_out_unwanted(struct ww_event_list *list, const struct ww_event_filter *filter)
{
    for (size_t i = 0; i < list->count; i++)
        list->rows[i].left_out = !is_wanted(filter, &list->rows[i]);
}

struct begin {
    int64_t start_us;
    size_t index; /* of the row */
};

static int by_begin(const void *a, const void *b)
{
    const struct begin *x = a, *y = b;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* All but those that began last. */
static int leave_out_older(struct ww_event_list *list, int64_t last)
{
    size_t count = 0;
    struct begin *begins = last > 0 ? malloc((list->count + 1) * sizeof *begins) : NULL;
    if (last <= 0)
        return 0;
    if (!begins)
        return -ENOMEM;
    for (size_t i = 0; i < list->count; i++)
        if (!list->rows[i].left_out)
            begins[count++] = (struct begin){list->rows[i].start_us, i};
    if (count > 0)
        qsort(begins, count, sizeof *begins, by_begin);
    for (size_t i = 0; i + (size_t)last < count; i++)
        list->rows[begins[i].index].left_out = true;
    free(begins);
    return 0;
}

/* The others stay in the log's order. */
static void drop_left_out(struct ww_event_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].left_out)
            drop_row(&list->rows[i]);
        else
            list->rows[kept++] = list->rows[i];
    }
    list->count = kept;
}

static int read_all(struct ww_event_list *list, const char *path, const struct ww_event_filter *filter,
                    int64_t last, struct ww_error *error)
{
    struct reading reading = {.list = list, .filter = filter};
    int code = ww_log_read(path, take_line, &reading, error);
    if (code == 0 || code == -EBADMSG)
        leave_out_unwanted(list, filter);
    if ((code == 0 || code == -EBADMSG) && leave_out_older(list, last) != 0)
        code = ww_fail(error, -ENOMEM, "out of memory");
    drop_left_out(list);
    return code;
}

int ww_event_list_read(struct ww_event_list *list, const char *path, const struct ww_event_filter *filter,
                       int64_t last, struct ww_error *error)
{
    struct ww_event_index *index = ww_log_index(path);
    *list = (struct ww_event_list){0};
    int code = index ? ww_event_index_find(index, filter, last, list, error) : 0;
    ww_event_index_close(index);
    if (!index)
        code = read_all(list, path, filter, last, error);
    if (code != 0 && code != -EBADMSG)
        ww_event_list_free(list);
    return code;
}

int ww_event_lines_copy(const char *path, const struct ww_event_filter *filter, FILE *lines,
                        struct ww_error *error)
{
    struct copying copying = {filter, lines};
    return ww_log_search(path, filter->from_us, filter->to_us, copy_line, &copying, error);
}

void ww_event_list_free(struct ww_event_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        drop_row(&list->rows[i]);
    free(list->rows);
    *list = (struct ww_event_list){0};
}
