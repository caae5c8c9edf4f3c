/* SPDX-License-Identifier: Apache-2.0 */
#include "console/attempts.h"

#include <math.h>
#include <netinet/in.h>
#include <string.h>

enum { NETWORK = 8 }; /* bytes of an address of IPv6 */

static void name_source(unsigned char address[16], const struct sockaddr *from)
{
    memset(address, 0, 16);
    if (from && from->sa_family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)from)->sin6_addr;
        memcpy(address, v6, IN6_IS_ADDR_V4MAPPED(v6) ? sizeof *v6 : NETWORK);
    } else if (from && from->sa_family == AF_INET) {
        address[10] = address[11] = 0xff; /* as IPv6 has it */
        memcpy(address + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
    }
}

/* Or in whose place one comes: who has been quiet for longest. */
static struct ww_attempt_source *find(struct ww_attempts *attempts, const unsigned char address[16])
{
    struct ww_attempt_source *found = &attempts->sources[0];
    for (size_t i = 0; i < WW_ATTEMPT_SOURCES; i++) {
        struct ww_attempt_source *one = &attempts->sources[i];
        if (one->count > 0 && memcmp(one->address, address, 16) == 0)
            return one;
        if (one->count == 0 ? found->count > 0 : found->count > 0 && one->last < found->last)
            found = one;
    }
    return found;
}

double ww_attempts_begin(struct ww_attempts *attempts, const struct sockaddr *from, double now)
{
    unsigned char address[16];
    name_source(address, from);
    struct ww_attempt_source *one = find(attempts, address);
    if (memcmp(one->address, address, 16) != 0 || now - one->last > WW_FORGIVEN)
        one->count = 0;
    double wait = one->count < WW_FREE_ATTEMPTS
                      ? 0
                      : fmin(ldexp(1, (int)(one->count - WW_FREE_ATTEMPTS)), WW_LONGEST_WAIT);
    if (one->count > 0 && now < one->last + wait)
        return one->last + wait - now;
    memcpy(one->address, address, 16);
    one->count += one->count < 64;
    one->last = now;
    return 0;
}

void ww_attempts_fail(struct ww_attempts *attempts, const struct sockaddr *from, double now)
{
    unsigned char address[16];
    name_source(address, from);
    struct ww_attempt_source *one = find(attempts, address);
    if (memcmp(one->address, address, 16) == 0)
        one->last = fmax(one->last, now);
}

void ww_attempts_forgive(struct ww_attempts *attempts, const struct sockaddr *from)
{
    unsigned char address[16];
    name_source(address, from);
    struct ww_attempt_source *one = find(attempts, address);
    if (memcmp(one->address, address, 16) == 0)
        one->count = 0;
}
