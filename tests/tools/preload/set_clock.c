/* Preloaded into wallwatch: clocks that are set, and time that passes, while it runs.
 * SPDX-License-Identifier: Apache-2.0
 *
 * $SET_CLOCK names a file with two numbers: the seconds that the clock on the wall is ahead, and those that
 * have passed on every clock. Who waits by the clock on the wall waits as if it were set back meanwhile. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The C library calls its parameters otherwise. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

struct shift {
    long set, passed;
};

static struct shift read_shift(void)
{
    char text[64] = "", *rest;
    const char *path = getenv("SET_CLOCK");
    struct shift shift = {0};
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return shift;
    if (read(fd, text, sizeof text - 1) > 0) {
        shift.set = strtol(text, &rest, 10);
        shift.passed = strtol(rest, NULL, 10);
    }
    close(fd);
    return shift;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int code = (int)syscall(SYS_clock_gettime, clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC) {
        struct shift shift = read_shift();
        now->tv_sec += shift.passed + (clock == CLOCK_REALTIME ? shift.set : 0);
    }
    return code;
}

time_t time(time_t *now)
{
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (now)
        *now = precise.tv_sec;
    return precise.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *until)
{
    struct timespec time = *until;
    time.tv_sec -= read_shift().passed;
    /* No machine has been up for thirty years. */
    return pthread_cond_clockwait(condition, lock,
                                  time.tv_sec > 1000000000 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &time);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
