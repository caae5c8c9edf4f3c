/* SPDX-License-Identifier: Apache-2.0 */
#include "console/http_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int refuse(const char *text, struct ww_error *error)
{
    return ww_fail(
        error, -EINVAL,
        "the console cannot be served at '%s': an address of this machine alone is needed, such as "
        "127.0.0.1:%d or [::1]:%d; from elsewhere it is reached through a tunnel (ssh -L %d:127.0.0.1:%d)",
        text, WW_CONSOLE_PORT, WW_CONSOLE_PORT, WW_CONSOLE_PORT, WW_CONSOLE_PORT);
}

static bool read_port(const char *text, unsigned *port)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *port = (unsigned)value;
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= 65535;
}

static bool set_v4(struct ww_http_address *address, const char *host)
{
    struct sockaddr_in *socket = (struct sockaddr_in *)&address->socket;
    *socket = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)address->port)};
    snprintf(address->host, sizeof address->host, "%s", host);
    return inet_pton(AF_INET, host, &socket->sin_addr) == 1 && ntohl(socket->sin_addr.s_addr) >> 24 == 127;
}

static bool set_v6(struct ww_http_address *address, const char *host)
{
    struct sockaddr_in6 *socket = (struct sockaddr_in6 *)&address->socket;
    *socket = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)address->port)};
    snprintf(address->host, sizeof address->host, "[::1]");
    return inet_pton(AF_INET6, host, &socket->sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK(&socket->sin6_addr);
}

int ww_http_address_read(struct ww_http_address *address, const char *text, struct ww_error *error)
{
    char host[WW_HOST_TEXT];
    bool bracketed = text[0] == '[';
    const char *end = bracketed ? strchr(text, ']') : NULL;
    const char *colon = bracketed ? (end ? strchr(end, ':') : NULL) : strrchr(text, ':');
    int length = bracketed ? (int)(end ? end - text - 1 : 0)
                 : colon   ? (int)(colon - text)
                           : (int)strlen(text);
    *address = (struct ww_http_address){.port = WW_CONSOLE_PORT};
    if (length >= (int)sizeof host || (colon && !read_port(colon + 1, &address->port)) ||
        (bracketed && (!end || (end[1] != '\0' && end[1] != ':'))))
        return refuse(text, error);
    snprintf(host, sizeof host, "%.*s", length, text + bracketed);
    if (host[0] == '\0' || strcasecmp(host, "localhost") == 0)
        snprintf(host, sizeof host, "127.0.0.1");
    bool served = bracketed ? set_v6(address, host) : set_v4(address, host);
    return served ? 0 : refuse(text, error);
}

bool ww_http_address_is_named(const struct ww_http_address *address, const char *host)
{
    const char *names[] = {address->host, "localhost"};
    char whole[WW_HOST_TEXT + 8];
    for (size_t i = 0; host && i < 2; i++) {
        snprintf(whole, sizeof whole, "%s:%u", names[i], address->port);
        if (strcasecmp(host, whole) == 0 || (address->port == 80 && strcasecmp(host, names[i]) == 0))
            return true;
    }
    return false;
}
