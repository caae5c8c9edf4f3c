/* SPDX-License-Identifier: Apache-2.0 */
#include "console/http_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int refuse(const char *text, struct ww_error *error)
{
    return ww_fail(error, -EINVAL,
                   "the console cannot be served at '%s': an address of this machine was expected, such as "
                   "127.0.0.1:%d for this machine alone, or 0.0.0.0:%d or [::]:%d for all who can reach it",
                   text, WW_CONSOLE_PORT, WW_CONSOLE_PORT, WW_CONSOLE_PORT);
}

static bool read_port(const char *text, unsigned *port)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *port = (unsigned)value;
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= 65535;
}

static bool resolve(struct ww_http_address *address, const char *host, bool v6)
{
    const struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                    .ai_family = v6 ? AF_INET6 : AF_INET,
                                    .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    struct in_addr strict; /* "127.1" is taken by the other, and never named so by a browser */
    char port[8];
    snprintf(port, sizeof port, "%u", address->port);
    if ((!v6 && inet_pton(AF_INET, host, &strict) != 1) || getaddrinfo(host, port, &wanted, &found) != 0)
        return false;
    memcpy(&address->socket, found->ai_addr, found->ai_addrlen);
    address->size = found->ai_addrlen;
    freeaddrinfo(found);
    if (v6)
        address->local = IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&address->socket)->sin6_addr);
    else
        address->local =
            ntohl(((struct sockaddr_in *)&address->socket)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return getnameinfo((struct sockaddr *)&address->socket, address->size, address->host + v6,
                       sizeof address->host - 2, NULL, 0, NI_NUMERICHOST) == 0;
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
    if (!bracketed && (host[0] == '\0' || strcasecmp(host, "localhost") == 0))
        snprintf(host, sizeof host, "127.0.0.1");
    if (!resolve(address, host, bracketed))
        return refuse(text, error);
    if (bracketed) {
        size_t length = 1 + strlen(address->host + 1);
        address->host[0] = '[';
        address->host[length] = ']'; /* there is room, and a NUL after it */
    }
    return 0;
}

void ww_http_address_update(struct ww_http_address *address)
{
    const struct sockaddr_storage *socket = &address->socket;
    address->port = ntohs(socket->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)socket)->sin6_port
                                                        : ((const struct sockaddr_in *)socket)->sin_port);
}

void ww_http_address_reachable(const struct ww_http_address *address, char host[WW_HOST_TEXT])
{
    struct ifaddrs *all = NULL;
    bool any = strcmp(address->host, "0.0.0.0") == 0 || strcmp(address->host, "[::]") == 0;
    snprintf(host, WW_HOST_TEXT, "%s", any ? "localhost" : address->host);
    if (!any || getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || one->ifa_flags & IFF_LOOPBACK)
            continue;
        inet_ntop(AF_INET, &((const struct sockaddr_in *)one->ifa_addr)->sin_addr, host, WW_HOST_TEXT);
        break;
    }
    freeifaddrs(all);
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

bool ww_http_host_name(const char *host, char *name, size_t size)
{
    unsigned port;
    bool bracketed = *host == '[';
    const char *end = bracketed ? strchr(host, ']') : strchr(host, ':');
    if (bracketed && !end)
        return false;
    const char *rest = bracketed ? end + 1 : end ? end : host + strlen(host);
    size_t length = (size_t)((end ? end : rest) - host) - bracketed;
    if (length == 0 || length >= size || (*rest && (*rest != ':' || !read_port(rest + 1, &port))))
        return false;
    memcpy(name, host + bracketed, length);
    name[length] = '\0';
    return true;
}

bool ww_http_is_literal(const char *name)
{
    struct in6_addr address;
    return inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1;
}
