/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/console.h"

#include <errno.h>
#include <stdlib.h>

#include "commands/console/answers.h"
#include "commands/console/state.h"
#include "console/page_files.h"

struct ww_console {
    struct ww_console_source source;
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

static const struct ww_http_route routes[] = {
    {"/", answer_page, NULL},
    {"/page/", answer_page, NULL},
    {"/healthz", answer_health, NULL},
    {"/metrics", answer_metrics, NULL},
    {"/api/openapi.json", answer_description, NULL},
    {"/api/cameras", answer_cameras, NULL},
    {"/api/cameras/", ww_console_live, NULL},
    {"/api/events", ww_console_events, NULL},
    {"/api/coverage", ww_console_coverage, NULL},
    {"/api/clips/", ww_console_clip_frames, NULL},
    {"/api/walls/", ww_console_walls, ww_console_save_walls},
    {"/api/holds/", ww_console_hold, ww_console_set_hold},
    {"/api/exports/", ww_console_export, NULL},
    {"/api/news", answer_news, NULL},
    {"/media/", ww_console_media, NULL},
};

int ww_console_open(struct ww_console **console, const struct ww_console_options *options,
                    struct ww_error *error)
{
    struct ww_console *opened = calloc(1, sizeof *opened);
    *console = NULL;
    if (opened) {
        opened->source = (struct ww_console_source){
            .folder = options->folder,
            .views = options->views,
            .news = ww_console_news_create(options->folder),
            .state = ww_console_state_create(options->site),
            .drawings = {options->config, options->folder},
        };
        pthread_mutex_init(&opened->source.saving, NULL);
        pthread_mutex_init(&opened->source.exporting, NULL);
    }
    if (!opened || !opened->source.news || !opened->source.state) {
        ww_console_close(opened);
        return ww_fail(error, -ENOMEM, "cannot start the console: out of memory");
    }
    const struct ww_http_options serving = {
        .address = options->address,
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .context = &opened->source,
    };
    int code = ww_http_server_open(&opened->server, &serving, error);
    if (code != 0)
        ww_console_close(opened);
    else
        *console = opened;
    return code;
}

const char *ww_console_url(const struct ww_console *console)
{
    return ww_http_server_url(console->server);
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
    ww_http_server_close(console->server);
    console->server = NULL;
}

void ww_console_close(struct ww_console *console)
{
    if (!console)
        return;
    ww_console_end(console);
    ww_console_news_destroy(console->source.news);
    ww_console_state_destroy(console->source.state);
    pthread_mutex_destroy(&console->source.saving);
    pthread_mutex_destroy(&console->source.exporting);
    free(console);
}
