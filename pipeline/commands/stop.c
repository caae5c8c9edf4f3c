/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/stop.h"

#include <signal.h>
#include <stdatomic.h>

static atomic_bool requested, reload, drills;

static void request(int signal)
{
    (void)signal;
    atomic_store(&requested, true);
}

void ww_stop_listen(void)
{
    /* No SA_RESTART: a read that waits for standard input must come back. */
    struct sigaction action = {.sa_handler = request, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* writing says so by itself */
}

bool ww_stop_requested(void)
{
    return atomic_load(&requested);
}

static void note(int signal)
{
    atomic_store(signal == SIGHUP ? &reload : &drills, true);
}

static void listen_to(int signal)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void ww_drill_listen(void)
{
    listen_to(SIGUSR1);
}

bool ww_drill_requested(void)
{
    return atomic_exchange(&drills, false);
}

void ww_reload_listen(void)
{
    listen_to(SIGHUP);
}

void ww_reload_request(void)
{
    atomic_store(&reload, true);
}

bool ww_reload_requested(void)
{
    return atomic_exchange(&reload, false);
}
