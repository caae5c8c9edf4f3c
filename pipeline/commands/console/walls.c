/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>

#include "base/log.h"
#include "commands/console/answers.h"
#include "commands/console/drawings.h"
#include "commands/console/state.h"
#include "commands/stop.h"

enum { OK = 200, BAD = 400, UNKNOWN = 404, STALE = 409, UNFIT = 422, FAILED = 500 };

static struct ww_http_answer *refuse_unknown(const struct ww_console_source *source, const char *camera)
{
    return ww_console_state_knows(source->state, camera)
               ? NULL
               : ww_http_refusal(UNKNOWN, "there is no camera '%.100s'", camera);
}

static struct ww_http_answer *answer_drawings(const struct ww_console_source *source, const char *camera)
{
    struct ww_error error = {0};
    json_t *json = ww_drawings_read(&source->drawings, camera, &error);
    if (!json)
        return ww_http_refusal(FAILED, "%s", error.text);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_decref(json);
    return ww_http_text(OK, "application/json", text);
}

struct ww_http_answer *ww_console_walls(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    const char *camera = ww_http_rest(request);
    struct ww_http_answer *refusal = refuse_unknown(source, camera);
    return refusal ? refusal : answer_drawings(source, camera);
}

static struct ww_http_answer *refuse_save(const struct ww_error *error)
{
    unsigned status = error->code == -ESTALE ? STALE : error->code == -EINVAL ? UNFIT : FAILED;
    bool elsewhere = error->code == -EROFS || error->code == -EACCES || error->code == -ENOENT;
    return ww_http_refusal(status, "%s%s", error->text,
                           elsewhere ? "; 'drawn: FILE' in the configuration names another place" : "");
}

struct ww_http_answer *ww_console_object(const struct ww_http_request *request, json_t **object)
{
    size_t size;
    const char *body = ww_http_body(request, &size);
    json_error_t where;
    *object = json_loadb(body, size, JSON_REJECT_DUPLICATES, &where);
    if (json_is_object(*object))
        return NULL;
    struct ww_http_answer *refusal =
        *object ? ww_http_refusal(BAD, "an object was expected")
                : ww_http_refusal(BAD, "line %d, column %d: %s", where.line, where.column, where.text);
    json_decref(*object);
    *object = NULL;
    return refusal;
}

struct ww_http_answer *ww_console_save_walls(void *context, const struct ww_http_request *request)
{
    struct ww_console_source *source = context;
    const char *camera = ww_http_rest(request);
    json_t *wanted;
    struct ww_error error = {0};
    struct ww_http_answer *refusal = refuse_unknown(source, camera);
    if (!refusal)
        refusal = ww_console_object(request, &wanted);
    if (refusal)
        return refusal;
    pthread_mutex_lock(&source->saving);
    int code = ww_drawings_save(&source->drawings, camera, wanted, &error);
    pthread_mutex_unlock(&source->saving);
    json_decref(wanted);
    if (code != 0)
        return refuse_save(&error);
    const char *name = ww_http_visitor(request)->name;
    ww_log_about(WW_LOG_INFO, camera, "its walls were drawn anew on the console's page%s%s",
                 *name ? " by " : "", name);
    ww_reload_request();
    return answer_drawings(source, camera);
}
