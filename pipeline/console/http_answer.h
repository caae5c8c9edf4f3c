/* What a request is answered with. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CONSOLE_HTTP_ANSWER_H
#define WW_CONSOLE_HTTP_ANSWER_H

#include <stddef.h>

struct MHD_Response;
struct ww_http_request;

/* NULL stands for one of 500, out of memory. */
struct ww_http_answer {
    struct MHD_Response *response;
    unsigned status;
};

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
 * `free`, are called on the connection's thread. The context is taken over, also on failure. It ends with the
 * session of who asked for it. */
struct ww_http_answer *ww_http_stream(const struct ww_http_request *request, const char *type,
                                      size_t (*read)(void *context, char *bytes, size_t size),
                                      void (*free)(void *context), void *context);

/* Another header. The answer may be NULL. */
void ww_http_set(struct ww_http_answer *answer, const char *name, const char *value);

#endif
