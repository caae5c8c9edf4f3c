/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/console.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "commands/console/answers.h"
#include "commands/console/entrance.h"
#include "commands/console/state.h"
#include "console/page_files.h"

enum { FAILED = 500 };

struct ww_console {
    struct ww_console_source source;
    struct ww_console_entrance entrance;
    struct ww_http_server *server;
};

static struct ww_http_answer *answer_cameras(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    (void)request;
    return ww_console_state_cameras(source->state);
}

static struct ww_http_answer *answer_metrics(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    (void)request;
    return ww_console_state_metrics(source->state);
}

static struct ww_http_answer *answer_health(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    (void)request;
    return ww_console_state_health(source->state);
}

static struct ww_http_answer *answer_news(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    return ww_console_news_listen(source->news, request);
}

static struct ww_http_answer *answer_verification(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    (void)request;
    return ww_console_verification_tell(source->verification);
}

static struct ww_http_answer *begin_verification(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    (void)request;
    int code = ww_console_verification_begin(source->verification);
    return code == 0 ? ww_console_verification_tell(source->verification)
                     : ww_http_refusal(FAILED, "the check cannot begin: %s", ww_errno_text(code));
}

static struct ww_http_answer *answer_page(void *context, const struct ww_http_request *request)
{
    (void)context;
    const struct ww_page_file *file = ww_page_file_find(ww_http_rest(request));
    struct ww_http_answer *answer =
        file ? ww_http_constant(file->type, file->bytes, (size_t)(file->end - file->bytes))
             : ww_http_refusal(404, "there is no such part of the page");
    ww_http_set(answer, "Cache-Control", "no-cache");
    return answer;
}

static struct ww_http_answer *answer_description(void *context, const struct ww_http_request *request)
{
    const struct ww_page_file *file = ww_page_file_find("openapi.json");
    (void)context;
    (void)request;
    return ww_http_constant(file->type, file->bytes, (size_t)(file->end - file->bytes));
}

/* A path; who may read it, and who change it; and how that is done, and it is taken away. */
static const struct ww_http_route routes[] = {
    {"/", WW_ROLE_NOBODY, WW_ROLE_NOBODY, answer_page, NULL, NULL},
    {"/page/", WW_ROLE_NOBODY, WW_ROLE_NOBODY, answer_page, NULL, NULL},
    {"/healthz", WW_ROLE_VIEWER, WW_ROLE_NOBODY, answer_health, NULL, NULL},
    {"/metrics", WW_ROLE_VIEWER, WW_ROLE_NOBODY, answer_metrics, NULL, NULL},
    {"/api/openapi.json", WW_ROLE_NOBODY, WW_ROLE_NOBODY, answer_description, NULL, NULL},
    {"/api/session", WW_ROLE_NOBODY, WW_ROLE_NOBODY, ww_console_session, ww_console_log_in,
     ww_console_log_out},
    {"/api/cameras", WW_ROLE_VIEWER, WW_ROLE_NOBODY, answer_cameras, NULL, NULL},
    {"/api/cameras/", WW_ROLE_VIEWER, WW_ROLE_NOBODY, ww_console_live, NULL, NULL},
    {"/api/events", WW_ROLE_VIEWER, WW_ROLE_NOBODY, ww_console_events, NULL, NULL},
    {"/api/coverage", WW_ROLE_VIEWER, WW_ROLE_NOBODY, ww_console_coverage, NULL, NULL},
    {"/api/clips/", WW_ROLE_VIEWER, WW_ROLE_NOBODY, ww_console_clip_frames, NULL, NULL},
    {"/api/walls/", WW_ROLE_VIEWER, WW_ROLE_ADMIN, ww_console_walls, ww_console_save_walls, NULL},
    {"/api/previews/", WW_ROLE_VIEWER, WW_ROLE_VIEWER, NULL, ww_console_preview, NULL},
    {"/api/holds/", WW_ROLE_VIEWER, WW_ROLE_VIEWER, ww_console_hold, ww_console_set_hold, NULL},
    {"/api/exports/", WW_ROLE_VIEWER, WW_ROLE_NOBODY, ww_console_export, NULL, NULL},
    {"/api/verification", WW_ROLE_VIEWER, WW_ROLE_VIEWER, answer_verification, begin_verification, NULL},
    {"/api/news", WW_ROLE_VIEWER, WW_ROLE_NOBODY, answer_news, NULL, NULL},
    {"/media/", WW_ROLE_VIEWER, WW_ROLE_NOBODY, ww_console_media, NULL, NULL},
};

static int serve(struct ww_console *console, const char *address, struct ww_error *error)
{
    const struct ww_http_options serving = {
        .address = address,
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .context = &console->source,
        .access = console->entrance.access,
        .certificate = console->entrance.certificate,
    };
    int code = ww_http_server_open(&console->server, &serving, error);
    if (code != 0)
        return code;
    ww_log(WW_LOG_INFO, "the console is at %s", ww_http_server_url(console->server));
    ww_console_entrance_tell(&console->entrance);
    return 0;
}

int ww_console_open(struct ww_console **console, const struct ww_console_options *options,
                    struct ww_error *error)
{
    struct ww_console *opened = calloc(1, sizeof *opened);
    const struct ww_site *site = options->site;
    *console = NULL;
    if (opened) {
        opened->source = (struct ww_console_source){
            .folder = options->folder,
            .views = options->views,
            .news = ww_console_news_create(options->folder),
            .state = ww_console_state_create(site && site->site ? site->site : ""),
            .verification = ww_console_verification_create(options->folder, options->public_key),
            .drawings = {options->config, options->folder},
        };
        pthread_mutex_init(&opened->source.saving, NULL);
        pthread_mutex_init(&opened->source.exporting, NULL);
        pthread_mutex_init(&opened->source.previewing, NULL);
    }
    if (!opened || !opened->source.news || !opened->source.state || !opened->source.verification) {
        ww_console_close(opened);
        return ww_fail(error, -ENOMEM, "cannot start the console: out of memory");
    }
    int code = ww_console_entrance_open(&opened->entrance, options, error);
    if (code == 0)
        code = serve(opened, options->address, error);
    if (code != 0)
        ww_console_close(opened);
    else
        *console = opened;
    return code;
}

void ww_console_renew(struct ww_console *console, const struct ww_console_options *options)
{
    struct ww_error error;
    if (!console)
        return;
    int code = ww_console_entrance_renew(&console->entrance, options, &error);
    if (code > 0)
        code = ww_http_server_renew(console->server, console->entrance.certificate, &error);
    else if (code == 0)
        return;
    if (code < 0)
        ww_log(WW_LOG_ERROR, "%s; the console's certificate stays as it was", error.text);
    else
        ww_log(WW_LOG_INFO, "the console has another certificate");
}

void ww_console_update(struct ww_console *console, const struct ww_roster *roster)
{
    if (console)
        ww_console_state_update(console->source.state, roster, console->source.folder);
}

void ww_console_tell(struct ww_console *console)
{
    if (console)
        ww_console_news_tell(console->source.news);
}

void ww_console_end(struct ww_console *console)
{
    if (!console)
        return;
    ww_live_views_end(console->source.views);
    if (console->source.news)
        ww_console_news_end(console->source.news);
    if (console->source.verification)
        ww_console_verification_end(console->source.verification);
    ww_http_server_close(console->server);
    console->server = NULL;
}

void ww_console_close(struct ww_console *console)
{
    if (!console)
        return;
    ww_console_end(console);
    ww_console_entrance_close(&console->entrance);
    ww_console_news_destroy(console->source.news);
    ww_console_state_destroy(console->source.state);
    ww_console_verification_destroy(console->source.verification);
    pthread_mutex_destroy(&console->source.saving);
    pthread_mutex_destroy(&console->source.exporting);
    pthread_mutex_destroy(&console->source.previewing);
    free(console);
}
