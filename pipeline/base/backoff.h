/* How long to wait before the next try. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_BACKOFF_H
#define WW_BASE_BACKOFF_H

#include <stdint.h>

/* Doubles from `first` to `longest`, seconds; each wait is up to a fifth shorter or longer, so that many who
 * failed together do not try together. */
struct ww_backoff {
    double first, longest;
    double next;   /* 0: `first` */
    uint32_t seed; /* any; differs between those who should not meet */
};

double ww_backoff_next(struct ww_backoff *backoff);

static inline void ww_backoff_reset(struct ww_backoff *backoff)
{
    backoff->next = 0;
}

#endif
