/* Who asks, and what he may. SPDX-License-Identifier: Apache-2.0
 *
 * Where there is a file of users, everybody logs in; without one nobody does, which is for this machine
 * alone. The file is looked at with each request. Of any thread. */
#ifndef WW_CONSOLE_ACCESS_H
#define WW_CONSOLE_ACCESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "config/users.h"
#include "console/sessions.h"

struct ww_access;

struct ww_visitor {
    char name[WW_USER_NAME]; /* empty: nobody in particular */
    enum ww_role role;
    unsigned char session[32]; /* its id */
};

struct ww_access_options {
    const char *users; /* their file */
    bool demanded;     /* there must be some */
};

/* -ENOENT: there must be users, and are none. The path is copied. */
int ww_access_open(struct ww_access **access, const struct ww_access_options *options,
                   struct ww_error *error);
void ww_access_close(struct ww_access *access); /* NULL is allowed */

bool ww_access_is_demanded(struct ww_access *access);

/* By the token of a session; NULL: there is none. */
void ww_access_know(struct ww_access *access, const char *token, struct ww_visitor *visitor);

/* -EACCES: no such user, or another password; -EAGAIN: after *wait seconds again; -EBUSY: too many try. On
 * success `token` is the session's. */
int ww_access_log_in(struct ww_access *access, const struct sockaddr *from, const char *name,
                     const char *password, char token[WW_SESSION_TOKEN], double *wait,
                     struct ww_visitor *visitor);

/* For programs, which send name and password with each request: the password's hash is only made for the
 * first. As ww_access_log_in, with the session's token given by `credentials`. */
int ww_access_log_in_each_time(struct ww_access *access, const struct sockaddr *from, const char *credentials,
                               const char *name, const char *password, double *wait,
                               struct ww_visitor *visitor);

/* Is the session still one? */
bool ww_access_holds(struct ww_access *access, const struct ww_visitor *visitor);

void ww_access_log_out(struct ww_access *access, const struct ww_visitor *visitor);

#endif
