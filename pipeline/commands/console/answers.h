/* What the console answers with. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_ANSWERS_H
#define WW_COMMANDS_CONSOLE_ANSWERS_H

#include "commands/console/console.h"
#include "commands/console/news.h"
#include "commands/live_view.h"
#include "console/http_server.h"

/* What all answers are made from; of any thread. */
struct ww_console_source {
    const char *folder; /* of the log */
    struct ww_live_views *views;
    struct ww_console_news *news;
    struct ww_console_state *state;
};

/* As ww_http_route.answer; the context is a ww_console_source. */
struct ww_http_answer *ww_console_live(void *context,
                                       const struct ww_http_request *request); /* NAME/stream */
struct ww_http_answer *ww_console_events(void *context, const struct ww_http_request *request); /* filters */
struct ww_http_answer *ww_console_clip_frames(void *context, const struct ww_http_request *request);
struct ww_http_answer *ww_console_media(void *context, const struct ww_http_request *request); /* a file */

#endif
