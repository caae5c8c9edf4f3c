/* SPDX-License-Identifier: Apache-2.0 */
#include "console/http_server.h"

#include <errno.h>
#include <jansson.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/http_address.h"

enum { MOST_HEADER_BYTES = 32 * 1024, STACK = 512 * 1024, STREAM_BLOCK = 64 * 1024, FAREWELLS = 25 };

struct ww_http_server {
    struct MHD_Daemon *daemon;
    struct ww_http_options options;
    struct ww_http_address address;
    char url[WW_HTTP_URL_TEXT];
};

/* What came with a request so far. */
struct body {
    char *bytes; /* NULL: nothing is kept */
    size_t size; /* also of what is not kept */
};

struct ww_http_request {
    struct MHD_Connection *connection;
    const char *rest;
    const struct body *body;
};

struct ww_http_answer {
    struct MHD_Response *response;
    unsigned status;
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

void ww_http_set(struct ww_http_answer *answer, const char *name, const char *value)
{
    if (answer)
        MHD_add_response_header(answer->response, name, value);
}

/* --- answers ------------------------------------------------------------------------------------------- */

static struct ww_http_answer *finish(unsigned status, const char *type, struct MHD_Response *response)
{
    struct ww_http_answer *answer = response ? malloc(sizeof *answer) : NULL;
    if (!answer) {
        if (response)
            MHD_destroy_response(response);
        return NULL;
    }
    *answer = (struct ww_http_answer){response, status};
    ww_http_set(answer, "Content-Type", type);
    return answer;
}

struct ww_http_answer *ww_http_bytes(const char *type, void *bytes, size_t size)
{
    if (!bytes)
        return NULL;
    struct MHD_Response *response = MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE);
    if (!response)
        free(bytes);
    return finish(MHD_HTTP_OK, type, response);
}

struct ww_http_answer *ww_http_text(unsigned status, const char *type, char *text)
{
    struct ww_http_answer *answer = ww_http_bytes(type, text, text ? strlen(text) : 0);
    if (answer)
        answer->status = status;
    ww_http_set(answer, "Cache-Control", "no-store");
    return answer;
}

struct ww_http_answer *ww_http_refusal(unsigned status, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_t *json = json_pack("{s:s%}", "error", text, strlen(text));
    char *encoded =
        json ? json_dumps(json, JSON_COMPACT) : strdup("{\"error\":\"the request is not UTF-8\"}");
    json_decref(json);
    return ww_http_text(status, "application/json", encoded);
}

struct ww_http_answer *ww_http_constant(const char *type, const void *bytes, size_t size)
{
    return finish(MHD_HTTP_OK, type,
                  MHD_create_response_from_buffer(size, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT));
}

/* "bytes=FROM-TO", "bytes=FROM-" or "bytes=-LAST"; anything else, such as several ranges, asks for all. 0:
 * all, 1: a part, -1: there is nothing there. */
static int read_range(const char *text, uint64_t size, uint64_t *from, uint64_t *to)
{
    unsigned long long first, last;
    int end = 0;
    *from = 0;
    *to = size - 1;
    if (!text || strchr(text, ',') || size == 0)
        return 0;
    if (sscanf(text, "bytes=%llu-%llu%n", &first, &last, &end) == 2 && text[end] == '\0') {
        if (last < first)
            return 0;
        *from = first;
        *to = last < size - 1 ? last : size - 1;
    } else if (end = 0, sscanf(text, "bytes=-%llu%n", &last, &end) == 1 && text[end] == '\0') {
        *from = last < size ? size - last : 0;
        return last > 0 ? 1 : -1;
    } else if (end = 0, sscanf(text, "bytes=%llu-%n", &first, &end) == 1 && end > 0 && text[end] == '\0') {
        *from = first;
    } else {
        return 0;
    }
    return *from < size ? 1 : -1;
}

struct ww_http_answer *ww_http_file(const struct ww_http_request *request, const char *type, int fd)
{
    struct stat info;
    uint64_t from, to;
    char text[96];
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return ww_http_refusal(MHD_HTTP_NOT_FOUND, "there is no such file");
    }
    uint64_t size = (uint64_t)info.st_size;
    int part = read_range(ww_http_header(request, "Range"), size, &from, &to);
    if (part < 0) {
        close(fd);
        struct ww_http_answer *answer =
            ww_http_refusal(MHD_HTTP_RANGE_NOT_SATISFIABLE, "the file has %ju bytes", (uintmax_t)size);
        snprintf(text, sizeof text, "bytes */%ju", (uintmax_t)size);
        ww_http_set(answer, "Content-Range", text);
        return answer;
    }
    struct MHD_Response *response =
        MHD_create_response_from_fd_at_offset64(size == 0 ? 0 : to - from + 1, fd, from);
    if (!response)
        close(fd);
    struct ww_http_answer *answer = finish(part ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, type, response);
    ww_http_set(answer, "Accept-Ranges", "bytes");
    ww_http_set(answer, "Cache-Control", "private, max-age=3600");
    if (part) {
        snprintf(text, sizeof text, "bytes %ju-%ju/%ju", (uintmax_t)from, (uintmax_t)to, (uintmax_t)size);
        ww_http_set(answer, "Content-Range", text);
    }
    return answer;
}

struct stream {
    size_t (*read)(void *context, char *bytes, size_t size);
    void (*free)(void *context);
    void *context;
};

static ssize_t read_stream(void *context, uint64_t position, char *bytes, size_t size)
{
    const struct stream *stream = context;
    (void)position;
    size_t got = stream->read(stream->context, bytes, size);
    return got > 0 ? (ssize_t)got : MHD_CONTENT_READER_END_OF_STREAM;
}

static void free_stream(void *context)
{
    struct stream *stream = context;
    stream->free(stream->context);
    free(stream);
}

struct ww_http_answer *ww_http_stream(const char *type,
                                      size_t (*read)(void *context, char *bytes, size_t size),
                                      void (*free_context)(void *context), void *context)
{
    struct stream *stream = malloc(sizeof *stream);
    struct MHD_Response *response = NULL;
    if (stream) {
        *stream = (struct stream){read, free_context, context};
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, stream,
                                                     free_stream);
    }
    if (!response) {
        free_context(context);
        free(stream);
        return NULL;
    }
    struct ww_http_answer *answer = finish(MHD_HTTP_OK, type, response);
    ww_http_set(answer, "Cache-Control", "no-store");
    return answer;
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

/* NULL: it may be done. */
static struct ww_http_answer *judge_put(const struct ww_http_server *server,
                                        const struct ww_http_request *request)
{
    const char *type = ww_http_header(request, "Content-Type"), *from = ww_http_header(request, "Origin"),
               *site = ww_http_header(request, "Sec-Fetch-Site");
    if (!type || strncasecmp(type, "application/json", 16) != 0 || (type[16] && !strchr("; ", type[16])))
        return ww_http_refusal(MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                               "Content-Type: application/json was expected");
    bool ours =
        !from || (strncmp(from, "http://", 7) == 0 && ww_http_address_is_named(&server->address, from + 7));
    if (!ours || (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0))
        return ww_http_refusal(MHD_HTTP_FORBIDDEN, "only the console's own page changes something here");
    if (request->body->size > WW_HTTP_BODY)
        return ww_http_refusal(MHD_HTTP_CONTENT_TOO_LARGE, "%zu bytes are more than %d", request->body->size,
                               WW_HTTP_BODY);
    return request->body->bytes ? NULL : ww_http_refusal(MHD_HTTP_BAD_REQUEST, "there is nothing in it");
}

static struct ww_http_answer *refuse_method(const struct ww_http_route *route, const char *method)
{
    struct ww_http_answer *answer =
        ww_http_refusal(MHD_HTTP_METHOD_NOT_ALLOWED, "%.20s is not done here", method);
    ww_http_set(answer, "Allow", route && route->put ? "GET, HEAD, PUT" : "GET, HEAD");
    return answer;
}

static struct ww_http_answer *answer_to(const struct ww_http_server *server, struct ww_http_request *request,
                                        const char *path, const char *method)
{
    const struct ww_http_route *route = find(&server->options, path);
    if (!ww_http_address_is_named(&server->address, ww_http_header(request, "Host")))
        return ww_http_refusal(MHD_HTTP_MISDIRECTED_REQUEST, "this is %s and nothing else", server->url);
    bool put = strcmp(method, "PUT") == 0;
    if (put ? route && !route->put : strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse_method(route, method);
    if (!route)
        return ww_http_refusal(MHD_HTTP_NOT_FOUND, "there is no '%.200s'", path);
    request->rest = path + strlen(route->path);
    struct ww_http_answer *refusal = put ? judge_put(server, request) : NULL;
    if (refusal || put)
        return refusal ? refusal : route->put(server->options.context, request);
    return route->answer(server->options.context, request);
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
    struct ww_http_request request = {connection, "", *state};
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

static int cannot_serve(const char *address, int code, struct ww_error *error)
{
    return ww_fail(error, code, "the console cannot be served at '%s': %s%s", address, strerror(-code),
                   code == -EADDRINUSE ? "; choose another port with --console=:PORT" : "");
}

/* Leaves the port that it is and the address in words, before any thread looks at them. Returns the socket or
 * a negative errno. */
static int start_listening(struct ww_http_server *server)
{
    struct sockaddr_storage *address = &server->address.socket;
    bool v6 = address->ss_family == AF_INET6;
    socklen_t size = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)address, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &size) != 0) {
        int code = -errno;
        close(fd);
        return code;
    }
    server->address.port =
        ntohs(v6 ? ((struct sockaddr_in6 *)address)->sin6_port : ((struct sockaddr_in *)address)->sin_port);
    snprintf(server->url, sizeof server->url, "http://%s:%u/", server->address.host, server->address.port);
    return fd;
}

static int start(struct ww_http_server *server, const char *address, struct ww_error *error)
{
    unsigned flags =
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ERROR_LOG;
    int fd = start_listening(server);
    if (fd < 0)
        return cannot_serve(address, fd, error);
    errno = 0;
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER,
                                      stay_silent, NULL, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
                                      MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
                                      (unsigned)WW_HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                                      (unsigned)WW_HTTP_PATIENCE, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      (size_t)MOST_HEADER_BYTES, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK,
                                      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (server->daemon)
        return 0;
    int code = errno ? -errno : -EIO;
    close(fd);
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
    int code = ww_http_address_read(&opened->address, options->address, error);
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

static unsigned connections_of(const struct ww_http_server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info ? info->num_connections : 0;
}

/* Streams that were told to end are sent to their end, if that is soon. */
void ww_http_server_close(struct ww_http_server *server)
{
    if (!server)
        return;
    int listening = MHD_quiesce_daemon(server->daemon);
    for (int i = 0; i < FAREWELLS && connections_of(server) > 0; i++)
        usleep(10000);
    MHD_stop_daemon(server->daemon);
    if (listening >= 0)
        close(listening);
    free(server);
}
