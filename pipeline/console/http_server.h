/* A small web server for the browsers of guards and installers. SPDX-License-Identifier: Apache-2.0
 *
 * It answers GET and HEAD, and PUT and DELETE where a route takes them, each connection on a thread of its
 * own, WW_HTTP_CONNECTIONS at the most; who does not read for WW_HTTP_PATIENCE seconds is dropped. For this
 * machine alone it speaks HTTP, for others only TLS.
 *
 * A request whose Host is not a name of this machine is refused, so that no other page can be made to look
 * like this one (DNS rebinding), and so is a PUT or DELETE that another page sends (cross-site request
 * forgery: it must be JSON, which no form is, and come from here by its Origin and Sec-Fetch-Site, where a
 * browser tells them). Who may ask is known by a session's cookie, which no script and no other site gets
 * (HttpOnly, SameSite=Strict), or for programs by name and password with each request (RFC 7617). Each answer
 * forbids to embed it. The network is libmicrohttpd's. */
#ifndef WW_CONSOLE_HTTP_SERVER_H
#define WW_CONSOLE_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <wallwatch/error.h>

#include "console/access.h"
#include "console/certificate.h"
#include "console/http_answer.h"

enum {
    WW_HTTP_CONNECTIONS = 64,
    WW_HTTP_CONNECTIONS_OF_ONE = 24, /* of one address, where others can reach it */
    WW_HTTP_PATIENCE = 20,
    WW_HTTP_URL_TEXT = 96,
    WW_HTTP_BODY = 256 * 1024,
};

struct ww_http_server;

typedef struct ww_http_answer *ww_http_handler(void *context, const struct ww_http_request *request);

/* What a path is answered with. `path` begins a request's path; one that ends in / takes all that begin so.
 */
struct ww_http_route {
    const char *path;
    enum ww_role reads, writes;             /* who may GET it, and who do the rest */
    ww_http_handler *answer, *put, *remove; /* NULL: it is refused */
};

struct ww_http_options {
    const char *address; /* as of ww_http_address_read */
    const struct ww_http_route *routes;
    size_t route_count;
    void *context;                            /* of the routes */
    struct ww_access *access;                 /* outlives the server */
    const struct ww_certificate *certificate; /* NULL: HTTP, of this machine's addresses alone; outlives it */
};

/* -EINVAL: the address is none that can be served; -EADDRINUSE. */
int ww_http_server_open(struct ww_http_server **server, const struct ww_http_options *options,
                        struct ww_error *error);

/* http://127.0.0.1:8090/, or what others reach it by. */
const char *ww_http_server_url(const struct ww_http_server *server);

/* From now on connections begin with that certificate; those that are open go on with the one before. Both
 * outlive the server, which must have been opened with one. On failure all is as it was. */
int ww_http_server_renew(struct ww_http_server *server, const struct ww_certificate *certificate,
                         struct ww_error *error);

/* Waits for the connections' threads: streams must have been told to end. NULL is allowed. */
void ww_http_server_close(struct ww_http_server *server);

/* The path after the route's; empty where it is the whole. Without escapes. */
const char *ww_http_rest(const struct ww_http_request *request);

/* A value after the question mark, or of a header; NULL: there is none. */
const char *ww_http_argument(const struct ww_http_request *request, const char *name);
const char *ww_http_header(const struct ww_http_request *request, const char *name);

/* Who asks, and from where (NULL: it is not known). */
const struct ww_visitor *ww_http_visitor(const struct ww_http_request *request);
const struct sockaddr *ww_http_source(const struct ww_http_request *request);
struct ww_access *ww_http_access(const struct ww_http_request *request);

/* As ww_access_log_in. NULL, or a refusal. */
struct ww_http_answer *ww_http_log_in(const struct ww_http_request *request, const char *name,
                                      const char *password, char token[WW_SESSION_TOKEN],
                                      struct ww_visitor *visitor);

/* A session of his begins or, with NULL, ends with this answer, which may be NULL. */
void ww_http_set_session(const struct ww_http_request *request, struct ww_http_answer *answer,
                         const char *token);

/* What was put: JSON, by what it says of itself; up to WW_HTTP_BODY bytes. */
const char *ww_http_body(const struct ww_http_request *request, size_t *size);

#endif
