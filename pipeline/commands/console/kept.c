/* Events that are held for good, and taken along with the proof of them. SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "commands/console/answers.h"
#include "commands/export_evidence.h"
#include "commands/held_events.h"
#include "commands/zip_file.h"

enum { OK = 200, BAD = 400, FORBIDDEN = 403, NOT_FOUND = 404, FAILED = 500, UNABLE = 501, PATIENT = 10 };

static struct ww_http_answer *refuse(const struct ww_error *error)
{
    return ww_http_refusal(error->code == -ENOENT ? NOT_FOUND : FAILED, "%s", error->text);
}

static struct ww_http_answer *tell_hold(const struct ww_console_source *source, const char *event)
{
    struct ww_holds holds;
    struct ww_error error = {0};
    if (ww_holds_read(&holds, source->folder, &error) != 0)
        return refuse(&error);
    json_t *json = json_pack("{s:s, s:b}", "event", event, "held", ww_holds_has(&holds, event));
    ww_holds_free(&holds);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return ww_http_text(OK, "application/json", text);
}

struct ww_http_answer *ww_console_hold(void *context, const struct ww_http_request *request)
{
    return tell_hold(context, ww_http_rest(request));
}

struct ww_http_answer *ww_console_set_hold(void *context, const struct ww_http_request *request)
{
    struct ww_console_source *source = context;
    const struct ww_visitor *visitor = ww_http_visitor(request);
    struct ww_error error = {0};
    size_t size;
    const char *body = ww_http_body(request, &size);
    char *event = strdup(ww_http_rest(request));
    json_t *json = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *held = json_object_get(json, "held");
    struct ww_http_answer *answer;
    if (!event) {
        answer = NULL;
    } else if (!json_is_boolean(held)) {
        answer = ww_http_refusal(BAD, "{\"held\": true} or {\"held\": false} was expected");
    } else if (!json_is_true(held) && visitor->role < WW_ROLE_ADMIN) {
        answer =
            ww_http_refusal(FORBIDDEN, "%s is a viewer; only admins let go of what is kept", visitor->name);
    } else {
        pthread_mutex_lock(&source->saving);
        int code = ww_held_events_change(source->folder, &event, 1, !json_is_true(held), &error);
        pthread_mutex_unlock(&source->saving);
        if (code == 0)
            ww_log(WW_LOG_INFO, "%s is %s, as asked on the console's page%s%s", event,
                   json_is_true(held) ? "kept for good" : "kept no longer than others",
                   *visitor->name ? " by " : "", visitor->name);
        answer = code == 0 ? tell_hold(source, event) : refuse(&error);
    }
    json_decref(json);
    free(event);
    return answer;
}

/* --- exports ------------------------------------------------------------------------------------------- */

/* As events are called; it becomes the name of a file. */
static bool is_event_name(const char *name, size_t size)
{
    return size > 0 && size < 100 &&
           strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == size;
}

/* A file without a name, or -1. */
static int make_zip(const char *folder, char *event, struct ww_error *error)
{
    const char *place = getenv("TMPDIR");
    char *scratch = NULL, *path = NULL;
    bool is_signed;
    int fd = -1;
    if (asprintf(&scratch, "%s/wallwatch-export.XXXXXX", place && *place ? place : "/tmp") < 0) {
        ww_fail(error, -ENOMEM, "out of memory");
        return -1;
    }
    if (!mkdtemp(scratch) || asprintf(&path, "%s/%s.zip", scratch, event) < 0) {
        ww_fail(error, -errno, "cannot write '%s': %s", scratch, ww_errno_text(-errno));
    } else {
        const struct ww_export_order order = {folder, &event, 1, path};
        if (ww_export_evidence(&order, &is_signed, error) == 0) {
            fd = open(path, O_RDONLY | O_CLOEXEC);
            if (fd < 0)
                ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
        }
        ww_remove_tree(scratch);
    }
    free(path);
    free(scratch);
    return fd;
}

/* A clip's viewing copy is made for it: one export at a time, after everything else. */
struct ww_http_answer *ww_console_export(void *context, const struct ww_http_request *request)
{
    struct ww_console_source *source = context;
    struct ww_error error = {0};
    char event[128], disposition[160];
    const char *rest = ww_http_rest(request), *site = ww_http_header(request, "Sec-Fetch-Site");
    size_t size = strlen(rest) > 4 ? strlen(rest) - 4 : 0;
    if (!is_event_name(rest, size) || strcmp(rest + size, ".zip") != 0)
        return ww_http_refusal(NOT_FOUND, "an event's name and .zip was expected, not '%.100s'", rest);
    if (site && strcmp(site, "cross-site") == 0)
        return ww_http_refusal(FORBIDDEN, "only the console's own page asks for work");
    if (!ww_zip_is_there())
        return ww_http_refusal(UNABLE, "ZIP files need libarchive, which wallwatch was built without");
    snprintf(event, sizeof event, "%.*s", (int)size, rest);
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.zip\"", event);
    setpriority(PRIO_PROCESS, (id_t)gettid(), PATIENT); /* of this thread, which is this connection's */
    pthread_mutex_lock(&source->exporting);
    int fd = make_zip(source->folder, event, &error);
    pthread_mutex_unlock(&source->exporting);
    if (fd < 0)
        return refuse(&error);
    struct ww_http_answer *answer = ww_http_file(request, "application/zip", fd);
    ww_http_set(answer, "Content-Disposition", disposition);
    return answer;
}
