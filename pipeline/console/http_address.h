/* Where a console is served. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CONSOLE_HTTP_ADDRESS_H
#define WW_CONSOLE_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include <wallwatch/error.h>

enum { WW_CONSOLE_PORT = 8090, WW_HOST_TEXT = 80 };

struct ww_http_address {
    struct sockaddr_storage socket;
    socklen_t size;
    char host[WW_HOST_TEXT]; /* 127.0.0.1, [::1] */
    unsigned port;
    bool local; /* nobody else's machine reaches it */
};

/* Reads ADDRESS:PORT, ADDRESS, :PORT or an empty text; IPv6 in brackets. 0.0.0.0 and [::] are all that this
 * machine has, the latter also of IPv4. Port 0 is any that is free. -EINVAL: it is no address. */
int ww_http_address_read(struct ww_http_address *address, const char *text, struct ww_error *error);

/* After its socket was bound: the port that it got. */
void ww_http_address_update(struct ww_http_address *address);

/* What somebody elsewhere types: for all that this machine has one of those. */
void ww_http_address_reachable(const struct ww_http_address *address, char host[WW_HOST_TEXT]);

/* Whether a request's Host names a local address: its own or localhost, with its port. */
bool ww_http_address_is_named(const struct ww_http_address *address, const char *host);

/* A request's Host without its port; false: it has no room, or is none. An address of IPv6 loses its
 * brackets. */
bool ww_http_host_name(const char *host, char *name, size_t size);

/* Is it an address, and no name, which somebody else could point anywhere? */
bool ww_http_is_literal(const char *name);

#endif
