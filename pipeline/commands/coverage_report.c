/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/coverage_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "commands/csv.h"
#include "commands/log_search.h"
#include "commands/table.h"

static const int64_t minute_us = 60 * INT64_C(1000000);
enum { MOST_MINUTES = 20 * 366 * 1440 }; /* a line with a wild time must not take all memory */

const char *ww_watch_state_name(unsigned state)
{
    static const char *const names[] = {
        [WW_WATCH_WELL] = "well",   [WW_WATCH_OFF] = "off",        [WW_WATCH_FAINT] = "faint",
        [WW_WATCH_NOISY] = "noisy", [WW_WATCH_DARK] = "dark",      [WW_WATCH_BLIND] = "blind",
        [WW_WATCH_LOST] = "lost",   [WW_WATCH_UNKNOWN] = "unknown"};
    return names[state];
}

/* --- reading -------------------------------------------------------------------------------------- */

struct reading {
    struct ww_coverage_report *report;
    const struct ww_event_filter *filter;
};

static struct ww_covered *find(struct ww_coverage_report *report, const json_t *line)
{
    const char *camera = ww_log_text(line, "camera"), *wall = ww_log_text(line, "wall"),
               *zone = ww_log_text(line, "zone");
    for (size_t i = 0; i < report->count; i++) {
        struct ww_covered *covered = &report->covered[i];
        if (strcmp(covered->camera, camera) == 0 && strcmp(covered->wall, wall) == 0 &&
            strcmp(covered->zone, zone) == 0)
            return covered;
    }
    struct ww_covered *grown = realloc(report->covered, (report->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    report->covered = grown;
    struct ww_covered *added = &grown[report->count++];
    *added = (struct ww_covered){.camera = strdup(camera), .wall = strdup(wall), .zone = strdup(zone)};
    return added->camera && added->wall && added->zone ? added : NULL;
}

/* Room for minutes up to `end`, from `begin` on. */
static int make_room(struct ww_covered *covered, int64_t begin, int64_t end)
{
    if (covered->count == 0)
        covered->first = begin;
    int64_t first = begin < covered->first ? begin : covered->first;
    int64_t last = covered->first + (int64_t)covered->count;
    size_t count = (size_t)((end > last ? end : last) - first);
    if (count == covered->count && first == covered->first)
        return 0;
    if (count > MOST_MINUTES)
        return -ERANGE;
    uint8_t *states = malloc(count);
    if (!states)
        return -ENOMEM;
    memset(states, WW_WATCH_UNKNOWN, count);
    if (covered->states)
        memcpy(states + (covered->first - first), covered->states, covered->count);
    free(covered->states);
    covered->states = states;
    covered->first = first;
    covered->count = count;
    return 0;
}

static unsigned state_of(char letter)
{
    const char *at = letter ? strchr(ww_watch_letters, letter) : NULL;
    return at ? (unsigned)(at - ww_watch_letters) : WW_WATCH_UNKNOWN;
}

/* Two lines may know something of one minute, as when wallwatch was started anew: the worse counts. */
static uint8_t joined(uint8_t before, unsigned now)
{
    return (uint8_t)(before == WW_WATCH_UNKNOWN || (now != WW_WATCH_UNKNOWN && now > before) ? now : before);
}

static int take_line(void *context, const struct ww_log_line *line)
{
    struct reading *reading = context;
    const char *letters = ww_log_text(line->json, "coverage");
    int64_t from_us = reading->filter->from_us, to_us = reading->filter->to_us;
    if (!*letters || !ww_event_filter_takes(reading->filter, line->json))
        return 0;
    struct ww_covered *covered = find(reading->report, line->json);
    if (!covered)
        return -ENOMEM;
    for (size_t i = 0; letters[i]; i++) {
        int64_t time_us = line->time_us + (int64_t)i * minute_us, minute = time_us / minute_us;
        if (time_us + minute_us <= from_us || time_us >= to_us)
            continue;
        int code = make_room(covered, minute, minute + 1);
        if (code == -ERANGE)
            continue;
        if (code != 0)
            return code;
        if (covered->states) { /* as there is room now */
            uint8_t *state = &covered->states[minute - covered->first];
            *state = joined(*state, state_of(letters[i]));
        }
    }
    return 0;
}

int ww_coverage_report_read(struct ww_coverage_report *report, const char *path,
                            const struct ww_event_filter *filter, struct ww_error *error)
{
    struct reading reading = {.report = report, .filter = filter};
    *report = (struct ww_coverage_report){0};
    int64_t from_us = filter->from_us; /* a line is of the minutes after its time */
    if (from_us != INT64_MIN)
        from_us -= WW_COVERAGE_MINUTES * minute_us;
    int code = ww_log_search(path, from_us, filter->to_us, take_line, &reading, error);
    if (code != 0 && code != -EBADMSG) {
        ww_coverage_report_free(report);
        return code;
    }
    for (size_t i = 0; i < report->count; i++)
        for (size_t m = 0; m < report->covered[i].count; m++)
            report->covered[i].minutes[report->covered[i].states[m]]++;
    return code;
}

void ww_coverage_report_free(struct ww_coverage_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->covered[i].camera);
        free(report->covered[i].wall);
        free(report->covered[i].zone);
        free(report->covered[i].states);
    }
    free(report->covered);
    *report = (struct ww_coverage_report){0};
}

/* --- telling -------------------------------------------------------------------------------------- */

/* Minutes that have one state, one after the other. */
struct span {
    size_t begin, end;
    unsigned state;
};

static bool next_span(const struct ww_covered *covered, struct span *span)
{
    span->begin = span->end;
    if (span->begin >= covered->count)
        return false;
    span->state = covered->states[span->begin];
    while (span->end < covered->count && covered->states[span->end] == span->state)
        span->end++;
    return true;
}

static const char *place_of(const struct ww_covered *covered)
{
    return *covered->wall ? covered->wall : covered->zone;
}

static void hours(char text[24], int64_t minutes)
{
    if (minutes > 0)
        snprintf(text, 24, "%" PRId64 ":%02d", minutes / 60, (int)(minutes % 60));
    else
        text[0] = '\0';
}

/* A share of 100 % is said only of all. */
static void share(char text[24], int64_t part, int64_t all)
{
    double percent = all > 0 ? 100 * (double)part / (double)all : 0;
    if (all > 0)
        snprintf(text, 24, "%.1f %%", part < all && percent > 99.9 ? 99.9 : percent);
    else
        text[0] = '\0';
}

static void add_sum(struct ww_table *table, const struct ww_covered *covered)
{
    static const unsigned shown[] = {WW_WATCH_FAINT, WW_WATCH_NOISY, WW_WATCH_DARK,   WW_WATCH_BLIND,
                                     WW_WATCH_LOST,  WW_WATCH_OFF,   WW_WATCH_UNKNOWN};
    enum { SHOWN = sizeof shown / sizeof *shown };
    char since[WW_TIME_TEXT], all[24], well[24], times[SHOWN][24];
    const int64_t *minutes = covered->minutes;
    int64_t armed = (int64_t)covered->count - minutes[WW_WATCH_OFF];
    ww_time_local(since, covered->first * minute_us);
    hours(all, (int64_t)covered->count);
    share(well, minutes[WW_WATCH_WELL], armed);
    for (size_t i = 0; i < SHOWN; i++)
        hours(times[i], minutes[shown[i]]);
    const char *const cells[] = {covered->camera, place_of(covered), since,    all,      well,     times[0],
                                 times[1],        times[2],          times[3], times[4], times[5], times[6]};
    ww_table_add(table, cells);
}

static void add_spans(struct ww_table *table, const struct ww_covered *covered)
{
    for (struct span span = {0}; next_span(covered, &span);) {
        char from[WW_TIME_TEXT], to[WW_TIME_TEXT], length[24];
        if (span.state == WW_WATCH_WELL || span.state == WW_WATCH_OFF)
            continue;
        ww_time_local(from, (covered->first + (int64_t)span.begin) * minute_us);
        ww_time_local(to, (covered->first + (int64_t)span.end) * minute_us);
        hours(length, (int64_t)(span.end - span.begin));
        const char *const cells[] = {
            from, to, length, covered->camera, place_of(covered), ww_watch_state_name(span.state)};
        ww_table_add(table, cells);
    }
}

void ww_coverage_report_print(const struct ww_coverage_report *report, FILE *file)
{
    static const char *const sums[] = {"camera", "where", "since", "h:mm", "well", "faint",
                                       "noisy",  "dark",  "blind", "lost", "off",  "unknown"};
    static const char *const spans[] = {"from", "to", "h:mm", "camera", "where", "not well"};
    struct ww_table table;
    ww_table_begin(&table, sums, sizeof sums / sizeof *sums);
    for (size_t i = 0; i < report->count; i++)
        add_sum(&table, &report->covered[i]);
    ww_table_print(&table, file);
    ww_table_begin(&table, spans, sizeof spans / sizeof *spans);
    for (size_t i = 0; i < report->count; i++)
        add_spans(&table, &report->covered[i]);
    if (table.rows > 1)
        fputs("\n", file);
    if (table.rows > 1)
        ww_table_print(&table, file);
    else
        ww_table_free(&table);
}

void ww_coverage_report_csv(const struct ww_coverage_report *report, FILE *file)
{
    fputs("camera,wall,zone,from,to,minutes,state\n", file);
    for (size_t i = 0; i < report->count; i++) {
        const struct ww_covered *covered = &report->covered[i];
        for (struct span span = {0}; next_span(covered, &span);) {
            char from[WW_TIME_TEXT], to[WW_TIME_TEXT];
            ww_time_utc(from, (covered->first + (int64_t)span.begin) * minute_us);
            ww_time_utc(to, (covered->first + (int64_t)span.end) * minute_us);
            ww_csv_field(file, covered->camera, ",");
            ww_csv_field(file, covered->wall, ",");
            ww_csv_field(file, covered->zone, ",");
            fprintf(file, "%s,%s,%zu,%s\n", from, to, span.end - span.begin, ww_watch_state_name(span.state));
        }
    }
}
