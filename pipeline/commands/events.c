/* wallwatch events: what was recorded. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands/arguments.h"
#include "commands/commands.h"
#include "commands/coverage_report.h"
#include "commands/csv.h"
#include "commands/drill_record.h"
#include "commands/event_list.h"
#include "commands/table.h"

static const char usage[] =
    "usage: wallwatch events [options] DIR\n"
    "\n"
    "Shows the events in the log of a folder, one a row.\n"
    "\n"
    "      --camera NAME  of this camera\n"
    "      --wall NAME    at this wall\n"
    "      --zone NAME    in this zone\n"
    "      --type TYPE    of this type: motion, approach, breach, climb, loiter, exit, tamper, camera, "
    "drill,\n"
    "                     system\n"
    "      --severity S   at a wall or zone of this severity: low, normal, high\n"
    "      --from TIME    not over before TIME, such as 2024-06-01, \"2024-06-01 22:00\" (local time) or\n"
    "                     2024-06-01T22:00:00Z\n"
    "      --to TIME      begun before TIME\n"
    "      --score N      with this score, from 0 to 1, at least\n"
    "      --last N       only the newest N of them, in a table\n"
    "      --coverage     how much of the time each wall and zone was watched, and when it was not watched "
    "well\n"
    "      --drills       how many drills were seen at each wall, and how late\n"
    "      --json         the log's own lines instead of a table\n"
    "      --csv          comma-separated values, with a header\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit status: 0 done, 1 the log could not be read whole, 2 wrong usage.\n";

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };
enum subject { EVENTS, COVERAGE, DRILLS };

struct request {
    struct ww_event_filter filter;
    enum format format;
    enum subject subject;
    const char *folder;
    int last; /* so many events, the newest; 0: all */
};

enum {
    OPTION_CAMERA = 256,
    OPTION_WALL,
    OPTION_ZONE,
    OPTION_TYPE,
    OPTION_SEVERITY,
    OPTION_FROM,
    OPTION_TO,
    OPTION_SCORE,
    OPTION_LAST,
    OPTION_COVERAGE,
    OPTION_DRILLS,
    OPTION_JSON,
    OPTION_CSV
};

static const struct option options[] = {
    {"camera", required_argument, NULL, OPTION_CAMERA},
    {"wall", required_argument, NULL, OPTION_WALL},
    {"zone", required_argument, NULL, OPTION_ZONE},
    {"type", required_argument, NULL, OPTION_TYPE},
    {"severity", required_argument, NULL, OPTION_SEVERITY},
    {"from", required_argument, NULL, OPTION_FROM},
    {"to", required_argument, NULL, OPTION_TO},
    {"score", required_argument, NULL, OPTION_SCORE},
    {"last", required_argument, NULL, OPTION_LAST},
    {"coverage", no_argument, NULL, OPTION_COVERAGE},
    {"drills", no_argument, NULL, OPTION_DRILLS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"csv", no_argument, NULL, OPTION_CSV},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int take_type(struct request *request, const char *value)
{
    static const char *const types[] = {"motion", "approach", "breach", "climb", "loiter",
                                        "exit",   "tamper",   "camera", "drill", "system"};
    request->filter.type = value;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], value) == 0)
            return 0;
    return ww_wrong_usage(&ww_command_events, "there is no type '%s'", value);
}

static int take_severity(struct request *request, const char *value)
{
    request->filter.severity = value;
    if (strcmp(value, "low") == 0 || strcmp(value, "normal") == 0 || strcmp(value, "high") == 0)
        return 0;
    return ww_wrong_usage(&ww_command_events, "--severity is low, normal or high, not '%s'", value);
}

static int take_time(const char *option, const char *value, int64_t *time_us)
{
    if (ww_time_parse(value, time_us) == 0)
        return 0;
    return ww_wrong_usage(&ww_command_events, "%s needs a time such as 2024-06-01T22:00:00Z, not '%s'",
                          option, value);
}

static int take_option(struct request *request, int option, const char *value)
{
    struct ww_event_filter *filter = &request->filter;
    switch (option) {
    case OPTION_CAMERA: filter->camera = value; return 0;
    case OPTION_WALL: filter->wall = value; return 0;
    case OPTION_ZONE: filter->zone = value; return 0;
    case OPTION_TYPE: return take_type(request, value);
    case OPTION_SEVERITY: return take_severity(request, value);
    case OPTION_FROM: return take_time("--from", value, &filter->from_us);
    case OPTION_TO: return take_time("--to", value, &filter->to_us);
    case OPTION_SCORE:
        if (ww_argument_number(value, 0, 1, &filter->min_score))
            return 0;
        return ww_wrong_usage(&ww_command_events, "--score needs a number from 0 to 1, not '%s'", value);
    case OPTION_LAST:
        if (ww_argument_integer(value, 1, INT_MAX, &request->last))
            return 0;
        return ww_wrong_usage(&ww_command_events, "--last needs a number of events, not '%s'", value);
    case OPTION_COVERAGE: request->subject = COVERAGE; return 0;
    case OPTION_DRILLS: request->subject = DRILLS; return 0;
    case OPTION_JSON: request->format = FORMAT_JSON; return 0;
    case OPTION_CSV: request->format = FORMAT_CSV; return 0;
    default: return ww_wrong_usage(&ww_command_events, NULL);
    }
}

static void print_table(const struct ww_event_list *list)
{
    static const char *const header[] = {"time",   "camera",  "where", "type", "direction",
                                         "detail", "seconds", "score", "event"};
    struct ww_table table;
    ww_table_begin(&table, header, sizeof header / sizeof *header);
    for (size_t i = 0; i < list->count; i++) {
        const struct ww_event_row *row = &list->rows[i];
        char time[WW_TIME_TEXT], seconds[32] = "open", score[16] = "";
        ww_time_local(time, row->start_us);
        if (row->ended)
            snprintf(seconds, sizeof seconds, "%.1f", row->duration);
        if (row->has_score)
            snprintf(score, sizeof score, "%.2f", row->score);
        const char *const cells[] = {time,      row->camera,    row->wall[0] ? row->wall : row->zone,
                                     row->type, row->direction, row->detail,
                                     seconds,   score,          row->event};
        ww_table_add(&table, cells);
    }
    ww_table_print(&table, stdout);
}

static void print_csv(const struct ww_event_list *list)
{
    puts("event,start,end,camera,wall,zone,type,duration,score,snapshot,original,detail,reason,direction,"
         "severity,clip");
    for (size_t i = 0; i < list->count; i++) {
        const struct ww_event_row *row = &list->rows[i];
        char start[WW_TIME_TEXT], end[WW_TIME_TEXT] = "";
        ww_time_utc(start, row->start_us);
        if (row->ended)
            ww_time_utc(end, row->end_us);
        ww_csv_field(stdout, row->event, ",");
        printf("%s,%s,", start, end);
        ww_csv_field(stdout, row->camera, ",");
        ww_csv_field(stdout, row->wall, ",");
        ww_csv_field(stdout, row->zone, ",");
        ww_csv_field(stdout, row->type, ",");
        if (row->ended)
            printf("%.3f", row->duration);
        printf(row->has_score ? ",%.2f," : ",,", row->score);
        ww_csv_field(stdout, row->snapshot, ",");
        ww_csv_field(stdout, row->original, ",");
        ww_csv_field(stdout, row->detail, ",");
        ww_csv_field(stdout, row->reason, ",");
        ww_csv_field(stdout, row->direction, ",");
        ww_csv_field(stdout, row->severity, ",");
        ww_csv_field(stdout, row->clip, "\n");
    }
}

static int print_list(const struct request *request, struct ww_error *error)
{
    struct ww_event_list list;
    if (request->format == FORMAT_JSON)
        return ww_event_lines_copy(request->folder, &request->filter, stdout, error);
    int code = ww_event_list_read(&list, request->folder, &request->filter, request->last, error);
    if (code != 0 && code != -EBADMSG)
        return code;
    if (request->format == FORMAT_CSV)
        print_csv(&list);
    else if (request->format == FORMAT_TABLE && list.count > 0)
        print_table(&list);
    else if (request->format == FORMAT_TABLE)
        ww_log(WW_LOG_INFO, "no events");
    ww_event_list_free(&list);
    return code;
}

static int print_coverage(const struct request *request, struct ww_error *error)
{
    struct ww_coverage_report report;
    int code = ww_coverage_report_read(&report, request->folder, &request->filter, error);
    if (code != 0 && code != -EBADMSG)
        return code;
    if (request->format == FORMAT_CSV)
        ww_coverage_report_csv(&report, stdout);
    else if (report.count > 0)
        ww_coverage_report_print(&report, stdout);
    else
        ww_log(WW_LOG_INFO, "nothing is known of that time");
    ww_coverage_report_free(&report);
    return code;
}

static int print_drills(const struct request *request, struct ww_error *error)
{
    struct ww_drill_record record;
    int code = ww_drill_record_read(&record, request->folder, &request->filter, error);
    if (code != 0 && code != -EBADMSG)
        return code;
    if (request->format == FORMAT_CSV)
        ww_drill_record_csv(&record, stdout);
    else if (record.count > 0)
        ww_drill_record_print(&record, stdout);
    else
        ww_log(WW_LOG_INFO, "no drills");
    ww_drill_record_free(&record);
    return code;
}

static int print_subject(struct request *request, struct ww_error *error)
{
    bool lines = request->format == FORMAT_JSON;
    if (lines && request->subject == COVERAGE)
        request->filter.type = "system";
    if (lines && request->subject == DRILLS)
        request->filter.type = "drill";
    if (lines || request->subject == EVENTS)
        return print_list(request, error);
    return request->subject == COVERAGE ? print_coverage(request, error) : print_drills(request, error);
}

static int print_events(struct request *request)
{
    struct ww_error error;
    int code = print_subject(request, &error);
    if (code != 0)
        ww_log(WW_LOG_ERROR, "%s", error.text);
    if (fflush(stdout) != 0) {
        ww_log(WW_LOG_ERROR, "cannot write the events: %s", strerror(errno));
        return WW_EXIT_FAILED;
    }
    return code == 0 ? WW_EXIT_DONE : WW_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    struct request request = {.filter = {.from_us = INT64_MIN, .to_us = INT64_MAX}};
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return WW_EXIT_DONE;
        }
        int status = take_option(&request, option, optarg);
        if (status != 0)
            return status;
    }
    if (argc - optind != 1)
        return ww_wrong_usage(&ww_command_events, "name one folder with a log");
    request.folder = argv[optind];
    return print_events(&request);
}

const struct ww_command ww_command_events = {
    .name = "events",
    .about = "look through what was recorded",
    .usage = usage,
    .run = run,
};
