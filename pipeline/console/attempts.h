/* How often somebody tried to log in, and how long to wait. SPDX-License-Identifier: Apache-2.0
 *
 * An address has WW_FREE_ATTEMPTS; after those each takes twice as long as the one before, up to
 * WW_LONGEST_WAIT seconds. Who is let in, or lets it be for WW_FORGIVEN seconds, begins anew. */
#ifndef WW_CONSOLE_ATTEMPTS_H
#define WW_CONSOLE_ATTEMPTS_H

#include <sys/socket.h>

enum { WW_FREE_ATTEMPTS = 5, WW_LONGEST_WAIT = 300, WW_FORGIVEN = 900, WW_ATTEMPT_SOURCES = 256 };

struct ww_attempts {
    struct ww_attempt_source {
        unsigned char address[16]; /* of IPv6 a network, which is what one customer has */
        unsigned count;
        double last; /* seconds of any clock that only goes on */
    } sources[WW_ATTEMPT_SOURCES];
};

/* Counts an attempt, or returns how many seconds are still to be waited. */
double ww_attempts_begin(struct ww_attempts *attempts, const struct sockaddr *from, double now);

/* It failed: the wait begins now, as long as the answer may have taken. */
void ww_attempts_fail(struct ww_attempts *attempts, const struct sockaddr *from, double now);

/* It was who he said. */
void ww_attempts_forgive(struct ww_attempts *attempts, const struct sockaddr *from);

#endif
