/* What walls that are being drawn would have told of late. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands/camera.h"
#include "commands/console/answers.h"
#include "commands/console/state.h"

enum { OK = 200, BAD = 400, UNKNOWN = 404, UNFIT = 422, FAILED = 500, PATIENT = 10, MOST_EVENTS = 500 };

struct preview {
    const struct ww_camera_view *view;
    json_t *events;
};

static void add(void *context, const struct ww_hindsight_event *event)
{
    struct preview *preview = context;
    bool whole = preview->view->region_count == 0;
    json_t *json = json_pack("{s:s, s:s, s:I, s:f}", "type", ww_event_type_name(event->type), "place",
                             whole ? "" : preview->view->region_names[event->region], "time_us",
                             (json_int_t)event->time_us, "duration", event->duration);
    json_t *path = json_array();
    for (size_t i = 0; i < event->path_count; i++)
        json_array_append_new(path, json_pack("[f,f]", (double)event->path[i].x, (double)event->path[i].y));
    json_object_set_new(json, "path", path);
    if (event->direction != WW_DIRECTION_NONE)
        json_object_set_new(json, "direction",
                            json_string(event->direction == WW_INWARD ? "inward" : "outward"));
    json_array_append_new(preview->events, json);
    if (json_array_size(preview->events) > MOST_EVENTS)
        json_array_remove(preview->events, 0);
}

static struct ww_http_answer *answer(struct ww_hindsight *hindsight, const struct ww_camera_view *view)
{
    struct preview preview = {view, json_array()};
    const struct ww_detector_config config = ww_camera_detection(view, 0, 0, 0, 0);
    struct ww_error error = {0};
    int64_t since_us;
    int code = ww_hindsight_tell(hindsight, &config, add, &preview, &since_us, &error);
    json_t *json = json_pack("{s:I, s:I, s:o}", "since_us", (json_int_t)since_us, "time_us",
                             (json_int_t)ww_clock_wall_us(), "events", preview.events);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(json);
    if (code == 0)
        return ww_http_text(OK, "application/json", text);
    free(text);
    return ww_http_refusal(code == -EINVAL ? UNFIT : FAILED, "%s", error.text);
}

static struct ww_http_answer *preview(struct ww_console_source *source, const char *name,
                                      const json_t *wanted)
{
    struct ww_error error = {0};
    struct ww_site *site = NULL;
    struct ww_camera camera = {0};
    struct ww_http_answer *made;
    struct ww_live_view *live = ww_live_view_find(source->views, name);
    struct ww_hindsight *hindsight = live ? ww_live_view_hindsight(live) : NULL;
    int code = ww_drawings_try(&source->drawings, name, wanted, &site, &error);
    if (code == 0)
        code = ww_camera_create(&camera, name, ww_site_find(site, name), NULL, 0, &error);
    if (code != 0)
        made = ww_http_refusal(code == -EINVAL || code == -ERANGE ? UNFIT : FAILED, "%s", error.text);
    else if (!hindsight)
        made = ww_http_refusal(UNKNOWN, "of '%.100s' nothing is remembered", name);
    else
        made = answer(hindsight, &camera.view);
    ww_camera_destroy(&camera);
    ww_site_free(site);
    if (live)
        ww_live_view_release(live);
    return made;
}

struct ww_http_answer *ww_console_preview(void *context, const struct ww_http_request *request)
{
    struct ww_console_source *source = context;
    const char *name = ww_http_rest(request);
    json_t *wanted = NULL;
    struct ww_http_answer *made = ww_console_state_knows(source->state, name)
                                      ? ww_console_object(request, &wanted)
                                      : ww_http_refusal(UNKNOWN, "there is no camera '%.100s'", name);
    if (made)
        return made;
    setpriority(PRIO_PROCESS, (id_t)gettid(), PATIENT); /* of this thread, which is this connection's */
    pthread_mutex_lock(&source->previewing);
    made = preview(source, name, wanted);
    pthread_mutex_unlock(&source->previewing);
    json_decref(wanted);
    return made;
}
