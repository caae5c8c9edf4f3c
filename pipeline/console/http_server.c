/* SPDX-License-Identifier: Apache-2.0 */
#include "console/http_server.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "console/http_address.h"

enum { MOST_HEADER_BYTES = 32 * 1024, STACK = 512 * 1024, FAREWELLS = 25, COOKIE_TEXT = 32 };

/* One whose certificate was replaced, while somebody is connected to it. */
struct retired {
    struct retired *next;
    struct MHD_Daemon *daemon;
};

struct ww_http_server {
    struct MHD_Daemon *daemon;
    struct retired *retired;
    int listening;
    const struct ww_certificate *_Atomic certificate; /* NULL: HTTP */
    struct ww_http_options options;
    struct ww_http_address address;
    char url[WW_HTTP_URL_TEXT];
    char cookie[COOKIE_TEXT]; /* its name: cookies of a host are those of all its ports */
    char name[HOST_NAME_MAX + 1];
};

/* What came with a request so far. */
struct body {
    char *bytes; /* NULL: nothing is kept */
    size_t size; /* also of what is not kept */
};

struct ww_http_request {
    const struct ww_http_server *server;
    struct MHD_Connection *connection;
    const char *rest;
    const struct body *body;
    struct ww_visitor visitor;
};

const char *ww_http_rest(const struct ww_http_request *request)
{
    return request->rest;
}

const char *ww_http_argument(const struct ww_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *ww_http_header(const struct ww_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *ww_http_body(const struct ww_http_request *request, size_t *size)
{
    *size = request->body->size;
    return request->body->bytes;
}

const struct ww_visitor *ww_http_visitor(const struct ww_http_request *request)
{
    return &request->visitor;
}

struct ww_access *ww_http_access(const struct ww_http_request *request)
{
    return request->server->options.access;
}

const struct sockaddr *ww_http_source(const struct ww_http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

void ww_http_set_session(const struct ww_http_request *request, struct ww_http_answer *answer,
                         const char *token)
{
    char text[COOKIE_TEXT + WW_SESSION_TOKEN + 96];
    snprintf(text, sizeof text, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", request->server->cookie,
             token ? token : "", request->server->options.certificate ? "; Secure" : "",
             token ? "" : "; Max-Age=0");
    ww_http_set(answer, "Set-Cookie", text);
    if (!token)
        ww_http_set(answer, "Clear-Site-Data", "\"cache\""); /* pictures that he looked at */
}

/* --- requests ------------------------------------------------------------------------------------------ */

static const struct ww_http_route *find(const struct ww_http_options *options, const char *path)
{
    for (size_t i = 0; i < options->route_count; i++) {
        const struct ww_http_route *route = &options->routes[i];
        size_t length = strlen(route->path);
        bool folder = length > 1 && route->path[length - 1] == '/';
        if (folder ? strncmp(path, route->path, length) == 0 : strcmp(path, route->path) == 0)
            return route;
    }
    return NULL;
}

/* Is it one of our names, and not one that somebody made to point here? Forwarded ports are others. */
static bool is_ours(const struct ww_http_server *server, const char *host)
{
    char name[WW_HOST_TEXT];
    if (server->address.local)
        return ww_http_address_is_named(&server->address, host);
    if (!host || !ww_http_host_name(host, name, sizeof name))
        return false;
    size_t length = strlen(server->name);
    bool own = strncasecmp(name, server->name, length) == 0 &&
               (name[length] == '\0' || strcasecmp(name + length, ".local") == 0);
    return own || ww_http_is_literal(name) || ww_certificate_is_for(atomic_load(&server->certificate), name);
}

static const char *scheme_of(const struct ww_http_server *server)
{
    return server->options.certificate ? "https://" : "http://";
}

/* NULL: our own page sends it, or a program. */
static struct ww_http_answer *judge_origin(const struct ww_http_request *request)
{
    const char *from = ww_http_header(request, "Origin"), *site = ww_http_header(request, "Sec-Fetch-Site"),
               *host = ww_http_header(request, "Host"), *scheme = scheme_of(request->server);
    bool ours =
        !from || (strncmp(from, scheme, strlen(scheme)) == 0 && strcasecmp(from + strlen(scheme), host) == 0);
    if (ours && (!site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0))
        return NULL;
    return ww_http_refusal(MHD_HTTP_FORBIDDEN, "only the console's own page changes something here");
}

/* NULL: it may be done. */
static struct ww_http_answer *judge_put(const struct ww_http_request *request)
{
    const char *type = ww_http_header(request, "Content-Type");
    if (!type || strncasecmp(type, "application/json", 16) != 0 || (type[16] && !strchr("; ", type[16])))
        return ww_http_refusal(MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                               "Content-Type: application/json was expected");
    if (request->body->size > WW_HTTP_BODY)
        return ww_http_refusal(MHD_HTTP_CONTENT_TOO_LARGE, "%zu bytes are more than %d", request->body->size,
                               WW_HTTP_BODY);
    return request->body->bytes ? NULL : ww_http_refusal(MHD_HTTP_BAD_REQUEST, "there is nothing in it");
}

static struct ww_http_answer *refuse_method(const struct ww_http_route *route, const char *method)
{
    char allowed[32];
    struct ww_http_answer *answer =
        ww_http_refusal(MHD_HTTP_METHOD_NOT_ALLOWED, "%.20s is not done here", method);
    bool reads = !route || route->answer, puts = route && route->put;
    snprintf(allowed, sizeof allowed, "%s%s%s%s", reads ? "GET, HEAD" : "", reads && puts ? ", " : "",
             puts ? "PUT" : "", route && route->remove ? ", DELETE" : "");
    ww_http_set(answer, "Allow", allowed);
    return answer;
}

/* --- who asks ------------------------------------------------------------------------------------------ */

static struct ww_http_answer *refuse_attempt(int code, double wait)
{
    char seconds[16];
    struct ww_http_answer *answer;
    if (code == -EACCES)
        return ww_http_refusal(MHD_HTTP_UNAUTHORIZED, "the name or the password is wrong");
    snprintf(seconds, sizeof seconds, "%.0f", code == -EAGAIN ? ceil(wait) : 1);
    answer = ww_http_refusal(MHD_HTTP_TOO_MANY_REQUESTS, "too many attempts; try again in %s s", seconds);
    ww_http_set(answer, "Retry-After", seconds);
    return answer;
}

struct ww_http_answer *ww_http_log_in(const struct ww_http_request *request, const char *name,
                                      const char *password, char token[WW_SESSION_TOKEN],
                                      struct ww_visitor *visitor)
{
    double wait = 0;
    int code = ww_access_log_in(ww_http_access(request), ww_http_source(request), name, password, token,
                                &wait, visitor);
    return code == 0 ? NULL : refuse_attempt(code, wait);
}

/* By name and password, which programs send; NULL: there are none, or they fit. */
static struct ww_http_answer *know_program(struct ww_http_request *request)
{
    const char *credentials = ww_http_header(request, "Authorization");
    char *password = NULL, *name;
    double wait = 0;
    if (!credentials || !(name = MHD_basic_auth_get_username_password(request->connection, &password)))
        return NULL;
    int code = password ? ww_access_log_in_each_time(ww_http_access(request), ww_http_source(request),
                                                     credentials, name, password, &wait, &request->visitor)
                        : -EACCES;
    MHD_free(name);
    MHD_free(password);
    return code == 0 ? NULL : refuse_attempt(code, wait);
}

/* NULL: he may. */
static struct ww_http_answer *judge_visitor(struct ww_http_request *request, enum ww_role needed)
{
    const char *token =
        MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, request->server->cookie);
    ww_access_know(ww_http_access(request), token, &request->visitor);
    if (request->visitor.role >= needed)
        return NULL;
    struct ww_http_answer *refusal = request->visitor.role == WW_ROLE_NOBODY ? know_program(request) : NULL;
    if (refusal || request->visitor.role >= needed)
        return refusal;
    if (request->visitor.role != WW_ROLE_NOBODY)
        return ww_http_refusal(MHD_HTTP_FORBIDDEN, "%s is a viewer; this is for admins",
                               request->visitor.name);
    refusal = ww_http_refusal(MHD_HTTP_UNAUTHORIZED, "log in first");
    ww_http_set(refusal, "WWW-Authenticate", "Session realm=\"wallwatch\""); /* no browser asks for itself */
    return refusal;
}

/* --- answering ----------------------------------------------------------------------------------------- */

static struct ww_http_answer *answer_to(const struct ww_http_server *server, struct ww_http_request *request,
                                        const char *path, const char *method)
{
    const struct ww_http_route *route = find(&server->options, path);
    if (!is_ours(server, ww_http_header(request, "Host")))
        return ww_http_refusal(MHD_HTTP_MISDIRECTED_REQUEST, "this is %s and nothing else", server->url);
    bool put = strcmp(method, "PUT") == 0, remove = strcmp(method, "DELETE") == 0, writes = put || remove;
    if (!writes && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse_method(route, method);
    struct ww_http_answer *refusal = writes ? judge_origin(request) : NULL;
    if (!refusal)
        refusal = judge_visitor(request, !route ? WW_ROLE_VIEWER : writes ? route->writes : route->reads);
    if (refusal)
        return refusal;
    if (!route)
        return ww_http_refusal(MHD_HTTP_NOT_FOUND, "there is no '%.200s'", path);
    ww_http_handler *handler = put ? route->put : remove ? route->remove : route->answer;
    if (!handler)
        return refuse_method(route, method);
    request->rest = path + strlen(route->path);
    refusal = put ? judge_put(request) : NULL;
    return refusal ? refusal : handler(server->options.context, request);
}

static void guard(struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
         "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
         "frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
}

/* Too much of it is read and thrown away, so that the answer can be. */
static void keep(struct body *body, const char *bytes, size_t size)
{
    char *grown = NULL;
    if (body->size + size <= WW_HTTP_BODY)
        grown = realloc(body->bytes, body->size + size + 1);
    body->size += size;
    if (grown) {
        memcpy(grown + body->size - size, bytes, size);
        grown[body->size] = '\0';
    } else {
        free(body->bytes);
        body->size = WW_HTTP_BODY + 1; /* it stays too much */
    }
    body->bytes = grown;
}

static void forget(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct body *body = *state;
    (void)context;
    (void)connection;
    (void)why;
    if (body)
        free(body->bytes);
    free(body);
    *state = NULL;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    (void)version;
    if (!*state)
        return (*state = calloc(1, sizeof(struct body))) ? MHD_YES : MHD_NO;
    if (*upload_size > 0) {
        keep(*state, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    struct ww_http_request request = {
        .server = context, .connection = connection, .rest = "", .body = *state};
    struct ww_http_answer *answer = answer_to(context, &request, path, method);
    if (!answer)
        answer = ww_http_refusal(MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
    if (!answer)
        return MHD_NO;
    guard(answer->response);
    enum MHD_Result result = MHD_queue_response(connection, answer->status, answer->response);
    MHD_destroy_response(answer->response);
    free(answer);
    return result;
}

static void stay_silent(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

static const char protocols[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static int cannot_serve(const char *address, int code, struct ww_error *error)
{
    return ww_fail(error, code, "the console cannot be served at '%s': %s%s", address, strerror(-code),
                   code == -EADDRINUSE ? "; choose another port with --console=:PORT" : "");
}

/* Leaves the port that it is and the address in words, before any thread looks at them. Returns the socket or
 * a negative errno. */
static int start_listening(struct ww_http_server *server)
{
    struct ww_http_address *address = &server->address;
    struct sockaddr *socket_address = (struct sockaddr *)&address->socket;
    char host[WW_HOST_TEXT];
    int fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1,
        off = 0;
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->socket.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, socket_address, address->size) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, socket_address, &address->size) != 0) {
        int code = -errno;
        close(fd);
        return code;
    }
    ww_http_address_update(address);
    ww_http_address_reachable(address, host);
    snprintf(server->url, sizeof server->url, "%s%s:%u/", scheme_of(server), host, address->port);
    snprintf(server->cookie, sizeof server->cookie, "%swallwatch-%u",
             server->options.certificate ? "__Host-" : "", address->port);
    return fd;
}

/* NULL: it failed, errno may say why. */
static struct MHD_Daemon *start_daemon(struct ww_http_server *server, int fd,
                                       const struct ww_certificate *certificate)
{
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
                     MHD_USE_ITC | MHD_USE_ERROR_LOG | (certificate ? MHD_USE_TLS : 0);
    const struct MHD_OptionItem secret[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0,
         certificate ? (void *)(uintptr_t)ww_certificate_chain(certificate) : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0,
         certificate ? (void *)(uintptr_t)ww_certificate_key(certificate) : NULL},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)protocols},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    errno = 0;
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER, stay_silent,
                            NULL, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)WW_HTTP_CONNECTIONS,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WW_HTTP_PATIENCE,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MOST_HEADER_BYTES,
                            MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                            server->address.local ? 0U : (unsigned)WW_HTTP_CONNECTIONS_OF_ONE,
                            MHD_OPTION_ARRAY, certificate ? secret : none, MHD_OPTION_END);
}

static int start(struct ww_http_server *server, const char *address, struct ww_error *error)
{
    server->listening = start_listening(server);
    if (server->listening < 0)
        return cannot_serve(address, server->listening, error);
    server->daemon = start_daemon(server, server->listening, server->options.certificate);
    if (server->daemon)
        return 0;
    int code = errno ? -errno : -EIO;
    close(server->listening);
    return cannot_serve(address, code, error);
}

int ww_http_server_open(struct ww_http_server **server, const struct ww_http_options *options,
                        struct ww_error *error)
{
    struct ww_http_server *opened = calloc(1, sizeof *opened);
    *server = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "the console cannot be served: out of memory");
    opened->options = *options;
    atomic_store(&opened->certificate, options->certificate);
    gethostname(opened->name, sizeof opened->name - 1);
    int code = ww_http_address_read(&opened->address, options->address, error);
    if (code == 0 && !opened->address.local && !options->certificate)
        code = ww_fail(error, -EINVAL, "the console cannot be served at '%s' without a certificate",
                       options->address);
    if (code == 0)
        code = start(opened, options->address, error);
    if (code != 0)
        free(opened);
    else
        *server = opened;
    return code;
}

const char *ww_http_server_url(const struct ww_http_server *server)
{
    return server->url;
}

static unsigned connections_of(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info ? info->num_connections : 0;
}

/* Those that nobody is connected to any more, or all. */
static void drop_retired(struct ww_http_server *server, bool all)
{
    struct retired **link = &server->retired;
    while (*link) {
        struct retired *one = *link;
        if (!all && connections_of(one->daemon) > 0) {
            link = &one->next;
            continue;
        }
        *link = one->next;
        MHD_stop_daemon(one->daemon);
        free(one);
    }
}

int ww_http_server_renew(struct ww_http_server *server, const struct ww_certificate *certificate,
                         struct ww_error *error)
{
    struct retired *retired = malloc(sizeof *retired);
    struct MHD_Daemon *fresh = retired ? start_daemon(server, server->listening, certificate) : NULL;
    if (!fresh) {
        free(retired);
        return ww_fail(error, -EIO, "the console's new certificate cannot be used; the one before stays");
    }
    MHD_quiesce_daemon(server->daemon);
    drop_retired(server, false);
    *retired = (struct retired){server->retired, server->daemon};
    server->retired = retired;
    server->daemon = fresh;
    atomic_store(&server->certificate, certificate);
    return 0;
}

/* Streams that were told to end are sent to their end, if that is soon. */
void ww_http_server_close(struct ww_http_server *server)
{
    if (!server)
        return;
    MHD_quiesce_daemon(server->daemon);
    for (int i = 0; i < FAREWELLS && (server->retired || connections_of(server->daemon) > 0); i++) {
        usleep(10000);
        drop_retired(server, false);
    }
    drop_retired(server, true);
    MHD_stop_daemon(server->daemon);
    close(server->listening);
    free(server);
}
