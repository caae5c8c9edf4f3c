/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/say.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

static void say_camera(const struct ww_record *record)
{
    bool back = record->phase == WW_PHASE_END && strcmp(record->detail, "recovered") == 0;
    if (back)
        ww_log_about(WW_LOG_INFO, record->camera, "recovered after %.1f s", record->duration);
    else if (strcmp(record->detail, "online") == 0)
        ww_log_about(WW_LOG_INFO, record->camera, "online");
    else if (strcmp(record->detail, "light") == 0)
        ww_log_about(WW_LOG_INFO, record->camera, "%s", record->reason);
    else if (strcmp(record->detail, "damaged") == 0)
        ww_log_about(WW_LOG_WARNING, record->camera, "%s", record->reason);
    else if (record->phase != WW_PHASE_END)
        ww_log_about(WW_LOG_WARNING, record->camera, "lost: %s; it is tried again", record->reason);
}

static bool is_severe(const struct ww_record *record)
{
    return record->severity && strcmp(record->severity, "high") == 0;
}

static void say_event(const struct ww_record *record)
{
    enum ww_log_level level = is_severe(record) ? WW_LOG_WARNING : WW_LOG_INFO;
    char time[WW_TIME_TEXT];
    const char *place = record->wall ? record->wall : record->zone;
    const char *gap = place ? " " : "";
    place = place ? place : "";
    if (record->detail) {
        ww_log_about(WW_LOG_WARNING, record->camera, "%s %s: %s%s%s", record->type, record->detail,
                     record->reason, record->snapshot.path[0] ? "  " : "", record->snapshot.path);
    } else if (record->phase == WW_PHASE_START) {
        ww_time_local(time, record->time_us);
        ww_log_about(level, record->camera, "%s%s%s begins at %s", place, gap, record->type, time);
    } else if (record->phase == WW_PHASE_END) {
        ww_log_about(level, record->camera, "%s%s%s, %.1f s, score %.2f  %s", place, gap, record->type,
                     record->duration, (double)record->score, record->snapshot.path);
    }
}

static void say_drill(const struct ww_record *record, bool quiet)
{
    bool missed = strcmp(record->detail, "missed") == 0;
    if (!quiet || missed)
        ww_log_about(missed ? WW_LOG_WARNING : WW_LOG_INFO, record->camera, "drill at wall %s %s: %s%s%s",
                     record->wall, record->detail, record->reason, record->snapshot.path[0] ? "  " : "",
                     record->snapshot.path);
}

void ww_say_record(const struct ww_record *record, bool quiet)
{
    if (strcmp(record->type, "system") == 0)
        return;
    if (strcmp(record->type, "camera") == 0)
        say_camera(record);
    else if (strcmp(record->type, "drill") == 0)
        say_drill(record, quiet);
    else if (!quiet || is_severe(record) || record->detail)
        say_event(record);
}
