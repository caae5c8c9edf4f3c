/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/drill_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "commands/csv.h"
#include "commands/log_search.h"
#include "commands/rate.h"
#include "commands/table.h"

struct reading {
    struct ww_drill_record *record;
    const struct ww_event_filter *filter;
};

static struct ww_drilled *find(struct ww_drill_record *record, const json_t *line)
{
    const char *camera = ww_log_text(line, "camera"), *wall = ww_log_text(line, "wall");
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->walls[i].camera, camera) == 0 && strcmp(record->walls[i].wall, wall) == 0)
            return &record->walls[i];
    struct ww_drilled *grown = realloc(record->walls, (record->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    record->walls = grown;
    struct ww_drilled *added = &grown[record->count++];
    *added = (struct ww_drilled){.camera = strdup(camera), .wall = strdup(wall)};
    return added->camera && added->wall ? added : NULL;
}

static int add_delay(struct ww_drilled *wall, double delay)
{
    double *grown = realloc(wall->delays, (size_t)(wall->seen + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    wall->delays = grown;
    int at = wall->seen++;
    for (; at > 0 && grown[at - 1] > delay; at--)
        grown[at] = grown[at - 1];
    grown[at] = delay;
    return 0;
}

static int take_line(void *context, const struct ww_log_line *line)
{
    struct reading *reading = context;
    const struct ww_event_filter *filter = reading->filter;
    const char *detail = ww_log_text(line->json, "detail");
    if (strcmp(ww_log_text(line->json, "type"), "drill") != 0 ||
        strcmp(ww_log_text(line->json, "phase"), "end") != 0 || line->time_us < filter->from_us ||
        line->time_us >= filter->to_us || !ww_event_filter_takes(filter, line->json))
        return 0;
    struct ww_drilled *wall = find(reading->record, line->json);
    if (!wall)
        return -ENOMEM;
    wall->last_us = line->time_us;
    if (strcmp(detail, "seen") == 0)
        return add_delay(wall, json_number_value(json_object_get(line->json, "delay")));
    wall->missed += strcmp(detail, "missed") == 0;
    wall->none += strcmp(detail, "void") == 0;
    if (strcmp(detail, "missed") == 0)
        wall->last_missed_us = line->time_us;
    return 0;
}

int ww_drill_record_read(struct ww_drill_record *record, const char *path,
                         const struct ww_event_filter *filter, struct ww_error *error)
{
    struct reading reading = {.record = record, .filter = filter};
    *record = (struct ww_drill_record){0};
    int code = ww_log_search(path, filter->from_us, filter->to_us, take_line, &reading, error);
    if (code != 0 && code != -EBADMSG)
        ww_drill_record_free(record);
    return code;
}

void ww_drill_record_free(struct ww_drill_record *record)
{
    for (size_t i = 0; i < record->count; i++) {
        free(record->walls[i].camera);
        free(record->walls[i].wall);
        free(record->walls[i].delays);
    }
    free(record->walls);
    *record = (struct ww_drill_record){0};
}

static void add_row(struct ww_table *table, const struct ww_drilled *wall)
{
    char seen[32] = "-", share[16] = "", sure[32] = "", none[16] = "", usual[16] = "", slowest[16] = "";
    char last[WW_TIME_TEXT], missed[WW_TIME_TEXT] = "";
    int all = wall->seen + wall->missed;
    if (all > 0) {
        struct ww_rate rate = ww_rate_of(wall->seen, all);
        snprintf(seen, sizeof seen, "%d of %d", wall->seen, all);
        snprintf(share, sizeof share, "%.0f %%", rate.share * 100);
        snprintf(sure, sizeof sure, "%.0f-%.0f %%", rate.low * 100, rate.high * 100);
    }
    if (wall->none > 0)
        snprintf(none, sizeof none, "%d", wall->none);
    if (wall->seen > 0) {
        snprintf(usual, sizeof usual, "%.1f s", wall->delays[wall->seen / 2]);
        snprintf(slowest, sizeof slowest, "%.1f s", wall->delays[wall->seen - 1]);
    }
    ww_time_local(last, wall->last_us);
    if (wall->last_missed_us)
        ww_time_local(missed, wall->last_missed_us);
    const char *const cells[] = {wall->camera, wall->wall, seen,    share, sure,
                                 none,         usual,      slowest, last,  missed};
    ww_table_add(table, cells);
}

void ww_drill_record_print(const struct ww_drill_record *record, FILE *file)
{
    static const char *const header[] = {"camera", "wall",        "seen",    "share", "95 % sure",
                                         "void",   "alarm after", "slowest", "last",  "last missed"};
    struct ww_table table;
    ww_table_begin(&table, header, sizeof header / sizeof *header);
    for (size_t i = 0; i < record->count; i++)
        add_row(&table, &record->walls[i]);
    ww_table_print(&table, file);
}

void ww_drill_record_csv(const struct ww_drill_record *record, FILE *file)
{
    fputs("camera,wall,seen,missed,void,share,low,high,median_delay,longest_delay\n", file);
    for (size_t i = 0; i < record->count; i++) {
        const struct ww_drilled *wall = &record->walls[i];
        int all = wall->seen + wall->missed;
        ww_csv_field(file, wall->camera, ",");
        ww_csv_field(file, wall->wall, ",");
        fprintf(file, "%d,%d,%d,", wall->seen, wall->missed, wall->none);
        if (all > 0) {
            struct ww_rate rate = ww_rate_of(wall->seen, all);
            fprintf(file, "%.4f,%.4f,%.4f,", rate.share, rate.low, rate.high);
        } else {
            fputs(",,,", file);
        }
        if (wall->seen > 0)
            fprintf(file, "%.3f,%.3f", wall->delays[wall->seen / 2], wall->delays[wall->seen - 1]);
        else
            fputs(",", file);
        fputs("\n", file);
    }
}
