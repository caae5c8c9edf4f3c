/* The events of the log. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "commands/console/answers.h"
#include "commands/event_list.h"

enum { OK = 200, BAD_REQUEST = 400, FAILED = 500, MOST_EVENTS = 500, USUAL_EVENTS = 100 };

static void set_text(json_t *json, const char *key, const char *text)
{
    if (*text)
        json_object_set_new(json, key, json_string(text));
}

static json_t *row_as_json(const struct ww_event_row *row)
{
    char time[WW_TIME_TEXT];
    json_t *json = json_object();
    ww_time_utc(time, row->start_us);
    set_text(json, "event", row->event);
    set_text(json, "start", time);
    if (row->ended) {
        ww_time_utc(time, row->end_us);
        set_text(json, "end", time);
        json_object_set_new(json, "duration", json_real(row->duration));
    }
    set_text(json, "camera", row->camera);
    set_text(json, "wall", row->wall);
    set_text(json, "zone", row->zone);
    set_text(json, "type", row->type);
    set_text(json, "severity", row->severity);
    set_text(json, "direction", row->direction);
    set_text(json, "detail", row->detail);
    set_text(json, "reason", row->reason);
    set_text(json, "snapshot", row->snapshot);
    set_text(json, "original", row->original);
    set_text(json, "clip", row->clip);
    if (row->has_score)
        json_object_set_new(json, "score", json_real(row->score));
    return json;
}

struct ww_http_answer *ww_console_events(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    struct ww_error error;
    struct ww_event_list list = {0};
    double last = USUAL_EVENTS;
    struct ww_event_filter filter;
    struct ww_http_answer *refusal = ww_console_filter(request, &filter);
    if (refusal)
        return refusal;
    if (!ww_console_number(request, "last", 1, MOST_EVENTS, &last))
        return ww_http_refusal(BAD_REQUEST, "last is a number from 1 to %d", MOST_EVENTS);
    int code = ww_event_list_read(&list, source->folder, &filter, (int64_t)last, &error);
    if (code != 0 && code != -EBADMSG) {
        ww_event_list_free(&list);
        return ww_http_refusal(FAILED, "%s", error.text);
    }
    json_t *rows = json_array();
    for (size_t i = list.count; i > 0; i--)
        json_array_append_new(rows, row_as_json(&list.rows[i - 1]));
    ww_event_list_free(&list);
    json_t *json = json_pack("{s:o}", "events", rows);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(json);
    return ww_http_text(OK, "application/json", text);
}
