/* Conditions that are waited for until a time of ww_clock_monotonic(), which no setting of the clock moves.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_CONDITION_H
#define WW_BASE_CONDITION_H

#include <pthread.h>
#include <time.h>

static inline void ww_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* As pthread_cond_timedwait(): 0 or ETIMEDOUT. */
static inline int ww_condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, double until)
{
    const struct timespec time = {(time_t)until, (long)((until - (double)(time_t)until) * 1e9)};
    return pthread_cond_timedwait(condition, lock, &time);
}

#endif
