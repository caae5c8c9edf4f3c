/* Logging in and out. SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "commands/console/answers.h"

enum { OK = 200, BAD = 400 };

static struct ww_http_answer *tell(const struct ww_http_request *request, const struct ww_visitor *visitor)
{
    bool demanded = ww_access_is_demanded(ww_http_access(request));
    json_t *json = json_pack("{s:b, s:s}", "demanded", demanded, "role", ww_role_name(visitor->role));
    if (*visitor->name)
        json_object_set_new(json, "user", json_string(visitor->name));
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return ww_http_text(OK, "application/json", text);
}

struct ww_http_answer *ww_console_session(void *context, const struct ww_http_request *request)
{
    (void)context;
    return tell(request, ww_http_visitor(request));
}

static struct ww_http_answer *log_in(const struct ww_http_request *request, const char *name,
                                     const char *password)
{
    char token[WW_SESSION_TOKEN];
    struct ww_visitor visitor = {0};
    struct ww_http_answer *answer = ww_http_log_in(request, name, password, token, &visitor);
    if (answer)
        return answer;
    ww_access_log_out(ww_http_access(request), ww_http_visitor(request)); /* who he was before */
    ww_log(WW_LOG_INFO, "the console: %s logged in", visitor.name);
    answer = tell(request, &visitor);
    ww_http_set_session(request, answer, token);
    sodium_memzero(token, sizeof token);
    return answer;
}

struct ww_http_answer *ww_console_log_in(void *context, const struct ww_http_request *request)
{
    size_t size;
    const char *body = ww_http_body(request, &size);
    json_t *json = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
    const char *name = json_string_value(json_object_get(json, "user")),
               *password = json_string_value(json_object_get(json, "password"));
    struct ww_http_answer *answer;
    (void)context;
    if (!name || !password)
        answer = ww_http_refusal(BAD, "{\"user\": …, \"password\": …} was expected");
    else if (!ww_access_is_demanded(ww_http_access(request)))
        answer = tell(request, ww_http_visitor(request));
    else
        answer = log_in(request, name, password);
    json_decref(json);
    return answer;
}

struct ww_http_answer *ww_console_log_out(void *context, const struct ww_http_request *request)
{
    const struct ww_visitor nobody = {0};
    (void)context;
    ww_access_log_out(ww_http_access(request), ww_http_visitor(request));
    struct ww_http_answer *answer =
        tell(request, ww_access_is_demanded(ww_http_access(request)) ? &nobody : ww_http_visitor(request));
    ww_http_set_session(request, answer, NULL);
    return answer;
}
