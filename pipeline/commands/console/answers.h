/* What the console answers with. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_ANSWERS_H
#define WW_COMMANDS_CONSOLE_ANSWERS_H

#include <jansson.h>
#include <pthread.h>

#include "commands/console/console.h"
#include "commands/console/drawings.h"
#include "commands/console/news.h"
#include "commands/console/verification.h"
#include "commands/live_view.h"
#include "commands/log_lines.h"
#include "console/http_server.h"

/* What all answers are made from; of any thread. */
struct ww_console_source {
    const char *folder; /* of the log */
    struct ww_live_views *views;
    struct ww_console_news *news;
    struct ww_console_state *state;
    struct ww_console_verification *verification;
    struct ww_drawings drawings;
    pthread_mutex_t saving, exporting, previewing; /* one at a time */
};

/* A number among the arguments; without one *value stays. False: it is none, or not in its range. */
bool ww_console_number(const struct ww_http_request *request, const char *name, double least, double most,
                       double *value);

/* The object that was put, to be freed. NULL, or a refusal. */
struct ww_http_answer *ww_console_object(const struct ww_http_request *request, json_t **object);

/* What the arguments ask of the log; its texts are lent from the request. NULL, or a refusal. */
struct ww_http_answer *ww_console_filter(const struct ww_http_request *request,
                                         struct ww_event_filter *filter);

/* As ww_http_route.answer; the context is a ww_console_source. */
struct ww_http_answer *ww_console_live(void *context,
                                       const struct ww_http_request *request); /* NAME/stream */
struct ww_http_answer *ww_console_session(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_log_in(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_log_out(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_events(void *context, const struct ww_http_request *request); /* filters */
struct ww_http_answer *ww_console_coverage(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_clip_frames(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_walls(void *context, const struct ww_http_request *request); /* NAME */
struct ww_http_answer *ww_console_save_walls(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_preview(void *context, const struct ww_http_request *request); /* NAME */
struct ww_http_answer *ww_console_hold(void *context, const struct ww_http_request *request);    /* EVENT */
struct ww_http_answer *ww_console_set_hold(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_export(void *context,
                                         const struct ww_http_request *request);               /* EVENT.zip */
struct ww_http_answer *ww_console_media(void *context, const struct ww_http_request *request); /* a file */

#endif
