/* Lines of the log as they are written, for browsers that wait for them. SPDX-License-Identifier: Apache-2.0
 *
 * Each listener reads the log itself, from its end on or from the line after the one that it has seen: what
 * it hears is whole and in order, at the latest when it is durable, and costs the sink a signal. */
#ifndef WW_COMMANDS_CONSOLE_NEWS_H
#define WW_COMMANDS_CONSOLE_NEWS_H

#include "console/http_server.h"

struct ww_console_news;

struct ww_console_news *ww_console_news_create(const char *folder); /* of the log; lent. NULL: no memory */

/* A line was written. Of any thread. */
void ww_console_news_tell(struct ww_console_news *news);

/* Sends all listeners away. */
void ww_console_news_end(struct ww_console_news *news);

/* After the server was closed. NULL is allowed. */
void ww_console_news_destroy(struct ww_console_news *news);

/* A stream of server-sent events: `id` is the line's seq, `data` the line. */
struct ww_http_answer *ww_console_news_listen(struct ww_console_news *news,
                                              const struct ww_http_request *request);

#endif
