/* SPDX-License-Identifier: Apache-2.0 */
#include "console/http_answer.h"
#include "console/http_server.h"

#include <jansson.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STREAM_BLOCK = 64 * 1024 };

void ww_http_set(struct ww_http_answer *answer, const char *name, const char *value)
{
    if (answer)
        MHD_add_response_header(answer->response, name, value);
}

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
    struct ww_access *access;
    struct ww_visitor visitor;
    size_t (*read)(void *context, char *bytes, size_t size);
    void (*free)(void *context);
    void *context;
};

static ssize_t read_stream(void *context, uint64_t position, char *bytes, size_t size)
{
    const struct stream *stream = context;
    (void)position;
    if (!ww_access_holds(stream->access, &stream->visitor))
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t got = stream->read(stream->context, bytes, size);
    return got > 0 ? (ssize_t)got : MHD_CONTENT_READER_END_OF_STREAM;
}

static void free_stream(void *context)
{
    struct stream *stream = context;
    stream->free(stream->context);
    free(stream);
}

struct ww_http_answer *ww_http_stream(const struct ww_http_request *request, const char *type,
                                      size_t (*read)(void *context, char *bytes, size_t size),
                                      void (*free_context)(void *context), void *context)
{
    struct stream *stream = malloc(sizeof *stream);
    struct MHD_Response *response = NULL;
    if (stream) {
        *stream =
            (struct stream){ww_http_access(request), *ww_http_visitor(request), read, free_context, context};
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
