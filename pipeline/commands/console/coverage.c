/* When walls were watched, and how well. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/clock.h"
#include "commands/console/answers.h"
#include "commands/coverage_report.h"

enum { OK = 200, FAILED = 500 };

/* [begin, minutes, state], one after the other. */
static json_t *spans_of(const struct ww_covered *covered)
{
    json_t *spans = json_array();
    for (size_t from = 0, to; from < covered->count; from = to) {
        char time[WW_TIME_TEXT];
        for (to = from + 1; to < covered->count && covered->states[to] == covered->states[from];)
            to++;
        ww_time_utc(time, (covered->first + (int64_t)from) * 60000000);
        json_array_append_new(spans, json_pack("[s,i,s]", time, (int)(to - from),
                                               ww_watch_state_name(covered->states[from])));
    }
    return spans;
}

struct ww_http_answer *ww_console_coverage(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    struct ww_error error = {0};
    struct ww_event_filter filter;
    struct ww_coverage_report report;
    struct ww_http_answer *refusal = ww_console_filter(request, &filter);
    if (refusal)
        return refusal;
    int code = ww_coverage_report_read(&report, source->folder, &filter, &error);
    if (code != 0 && code != -EBADMSG)
        return ww_http_refusal(FAILED, "%s", error.text);
    json_t *list = json_array();
    for (size_t i = 0; i < report.count; i++) {
        const struct ww_covered *one = &report.covered[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "camera", one->camera, "wall",
                                              one->wall, "zone", one->zone, "spans", spans_of(one)));
    }
    ww_coverage_report_free(&report);
    json_t *json = json_pack("{s:o}", "coverage", list);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return ww_http_text(OK, "application/json", text);
}
