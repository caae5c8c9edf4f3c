/* What a request asks of the log. SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/clock.h"
#include "commands/console/answers.h"

enum { BAD_REQUEST = 400 };

/* An empty value asks for anything, as a form sends it. */
static const char *text_of(const struct ww_http_request *request, const char *name)
{
    const char *text = ww_http_argument(request, name);
    return text && *text ? text : NULL;
}

bool ww_console_number(const struct ww_http_request *request, const char *name, double least, double most,
                       double *value)
{
    const char *text = text_of(request, name);
    char *end = NULL;
    if (!text)
        return true;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && *value >= least && *value <= most;
}

static bool read_time(const struct ww_http_request *request, const char *name, int64_t *time_us)
{
    const char *text = text_of(request, name);
    return !text || ww_time_parse(text, time_us) == 0;
}

struct ww_http_answer *ww_console_filter(const struct ww_http_request *request,
                                         struct ww_event_filter *filter)
{
    *filter = (struct ww_event_filter){
        .camera = text_of(request, "camera"),
        .wall = text_of(request, "wall"),
        .zone = text_of(request, "zone"),
        .type = text_of(request, "type"),
        .severity = text_of(request, "severity"),
        .from_us = INT64_MIN,
        .to_us = INT64_MAX,
    };
    if (!read_time(request, "from", &filter->from_us) || !read_time(request, "to", &filter->to_us))
        return ww_http_refusal(BAD_REQUEST, "from and to are times such as 2024-06-01T22:00:00Z");
    if (!ww_console_number(request, "score", 0, 1, &filter->min_score))
        return ww_http_refusal(BAD_REQUEST, "score is a number from 0 to 1");
    return NULL;
}
