/* SPDX-License-Identifier: Apache-2.0 */
#include "base/backoff.h"

#include <stdlib.h>

double ww_backoff_next(struct ww_backoff *backoff)
{
    double wait = backoff->next > 0 ? backoff->next : backoff->first;
    backoff->next = wait * 2 < backoff->longest ? wait * 2 : backoff->longest;
    backoff->seed = backoff->seed * 1664525u + 1013904223u; /* Numerical Recipes */
    return wait * (0.8 + 0.4 * (backoff->seed >> 8) / (double)(1 << 24));
}
