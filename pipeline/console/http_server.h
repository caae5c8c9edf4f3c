/* A small web server for one machine's browser. SPDX-License-Identifier: Apache-2.0
 *
 * It answers GET and HEAD, and PUT where a route takes it, each connection on a thread of its own,
 * WW_HTTP_CONNECTIONS at the most; who does not read for WW_HTTP_PATIENCE seconds is dropped. A request whose
 * Host is not the address that is served is refused, so that no other page can be made to look like this one
 * (DNS rebinding), and so is a PUT that another page sends (cross-site request forgery: it must be JSON,
 * which no form is, and come from here by its Origin and Sec-Fetch-Site, where a browser tells them). Each
 * answer forbids to embed it. The network is libmicrohttpd's. */
#ifndef WW_CONSOLE_HTTP_SERVER_H
#define WW_CONSOLE_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <wallwatch/error.h>

enum { WW_HTTP_CONNECTIONS = 64, WW_HTTP_PATIENCE = 20, WW_HTTP_URL_TEXT = 96, WW_HTTP_BODY = 256 * 1024 };

struct ww_http_server;
struct ww_http_request;
struct ww_http_answer; /* NULL stands for one of 500, out of memory */

/* What a path is answered with. `path` begins a request's path; one that ends in / takes all that begin so.
 */
struct ww_http_route {
    const char *path;
    struct ww_http_answer *(*answer)(void *context, const struct ww_http_request *request);
    struct ww_http_answer *(*put)(void *context,
                                  const struct ww_http_request *request); /* NULL: it is refused */
};

struct ww_http_options {
    const char *address; /* ADDRESS:PORT, ADDRESS, :PORT or empty; only of this machine: 127.x.x.x, [::1],
                            localhost */
    const struct ww_http_route *routes;
    size_t route_count;
    void *context; /* of the routes */
};

/* -EINVAL: the address is none that can be served; -EADDRINUSE. */
int ww_http_server_open(struct ww_http_server **server, const struct ww_http_options *options,
                        struct ww_error *error);

/* http://127.0.0.1:8090/ */
const char *ww_http_server_url(const struct ww_http_server *server);

/* Waits for the connections' threads: streams must have been told to end. NULL is allowed. */
void ww_http_server_close(struct ww_http_server *server);

/* The path after the route's; empty where it is the whole. Without escapes. */
const char *ww_http_rest(const struct ww_http_request *request);

/* A value after the question mark, or of a header; NULL: there is none. */
const char *ww_http_argument(const struct ww_http_request *request, const char *name);
const char *ww_http_header(const struct ww_http_request *request, const char *name);

/* What was put: JSON, by what it says of itself; up to WW_HTTP_BODY bytes. */
const char *ww_http_body(const struct ww_http_request *request, size_t *size);

/* `text` is taken over, and may be NULL (no memory). */
struct ww_http_answer *ww_http_text(unsigned status, const char *type, char *text);

/* {"error": "…"} */
struct ww_http_answer *ww_http_refusal(unsigned status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes that outlive the server. */
struct ww_http_answer *ww_http_constant(const char *type, const void *bytes, size_t size);

/* `bytes` is taken over. */
struct ww_http_answer *ww_http_bytes(const char *type, void *bytes, size_t size);

/* A file, or the range of it that is asked for; the descriptor is taken over. */
struct ww_http_answer *ww_http_file(const struct ww_http_request *request, const char *type, int fd);

/* `read` fills at most `size` bytes, waits where there are none yet, and returns 0 at the end; it, and then
 * `free`, are called on the connection's thread. The context is taken over, also on failure. */
struct ww_http_answer *ww_http_stream(const char *type,
                                      size_t (*read)(void *context, char *bytes, size_t size),
                                      void (*free)(void *context), void *context);

/* Another header. The answer may be NULL. */
void ww_http_set(struct ww_http_answer *answer, const char *name, const char *value);

#endif
