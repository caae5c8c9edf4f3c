/* Where a console is served. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CONSOLE_HTTP_ADDRESS_H
#define WW_CONSOLE_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include <wallwatch/error.h>

enum { WW_CONSOLE_PORT = 8090, WW_HOST_TEXT = 64 };

struct ww_http_address {
    struct sockaddr_storage socket;
    char host[WW_HOST_TEXT]; /* 127.0.0.1, [::1] */
    unsigned port;
};

/* Reads ADDRESS:PORT, ADDRESS, :PORT or an empty text. Port 0 is any that is free. -EINVAL: it is no address
 * of this machine's own, or no address. */
int ww_http_address_read(struct ww_http_address *address, const char *text, struct ww_error *error);

/* Whether a request's Host names it: its own address or localhost, with its port. */
bool ww_http_address_is_named(const struct ww_http_address *address, const char *host);

#endif
