/* SPDX-License-Identifier: Apache-2.0 */
#include "console/access.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "console/attempts.h"

enum { WAITING = 8, PATIENT = 10 }; /* who may wait for a hash to be made, which is one at a time */

struct ww_access {
    char *path;
    pthread_mutex_t lock, hashing;
    bool demanded;
    struct stat seen; /* the file, as it was read */
    struct ww_users users;
    struct ww_sessions sessions;
    struct ww_attempts attempts;
    unsigned waiting;
};

/* --- the file ------------------------------------------------------------------------------------------ */

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mode == b->st_mode &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Where it cannot be read any more nobody is let in. Returns 0, or why. */
static int read_users(struct ww_access *access, struct ww_error *error)
{
    struct stat now = {0};
    bool is_there = stat(access->path, &now) == 0;
    if (is_same(&now, &access->seen))
        return is_there ? 0 : ww_fail(error, -ENOENT, "there is no '%s'", access->path);
    struct ww_users users;
    int code = ww_users_read(&users, access->path, error);
    access->seen = now;
    if (code == 0 || access->demanded || code != -ENOENT) {
        access->demanded = true;
        ww_users_free(&access->users);
        access->users = users;
        ww_sessions_keep(&access->sessions, &access->users);
    }
    return code;
}

/* With the lock. */
static void refresh(struct ww_access *access)
{
    struct ww_error error;
    struct stat before = access->seen;
    if (read_users(access, &error) != 0 && access->demanded && !is_same(&before, &access->seen))
        ww_log(WW_LOG_ERROR, "%s; nobody can log in to the console", error.text);
}

int ww_access_open(struct ww_access **access, const struct ww_access_options *options, struct ww_error *error)
{
    struct ww_access *opened = calloc(1, sizeof *opened);
    *access = opened;
    if (!opened || !(opened->path = strdup(options->users)) || sodium_init() < 0) {
        if (opened)
            free(opened->path);
        free(opened);
        *access = NULL;
        return ww_fail(error, -ENOMEM, "cannot start the console: out of memory");
    }
    pthread_mutex_init(&opened->lock, NULL);
    pthread_mutex_init(&opened->hashing, NULL);
    opened->demanded = options->demanded;
    int code = read_users(opened, error);
    if (!opened->demanded)
        code = 0;
    if (options->demanded && (code == -ENOENT || (code == 0 && opened->users.count == 0)))
        code = ww_fail(error, -ENOENT, "whoever can reach it could open the console, and %s has no users",
                       options->users);
    if (code == 0 && opened->demanded && opened->users.count == 0)
        ww_log(WW_LOG_WARNING,
               "%s has no users, so that nobody can log in to the console; without that file nobody has to",
               options->users);
    if (code != 0) {
        ww_access_close(opened);
        *access = NULL;
    }
    return code;
}

void ww_access_close(struct ww_access *access)
{
    if (!access)
        return;
    pthread_mutex_destroy(&access->lock);
    pthread_mutex_destroy(&access->hashing);
    ww_users_free(&access->users);
    free(access->path);
    sodium_memzero(access, sizeof *access);
    free(access);
}

/* --- visitors ------------------------------------------------------------------------------------------ */

bool ww_access_is_demanded(struct ww_access *access)
{
    pthread_mutex_lock(&access->lock);
    refresh(access);
    bool demanded = access->demanded;
    pthread_mutex_unlock(&access->lock);
    return demanded;
}

/* With the lock. */
static bool know(struct ww_access *access, struct ww_visitor *visitor)
{
    const struct ww_session *session =
        ww_sessions_find(&access->sessions, visitor->session, ww_clock_monotonic());
    if (!session)
        return false;
    visitor->role = session->user.role;
    snprintf(visitor->name, sizeof visitor->name, "%s", session->user.name);
    return true;
}

void ww_access_know(struct ww_access *access, const char *token, struct ww_visitor *visitor)
{
    *visitor = (struct ww_visitor){0};
    pthread_mutex_lock(&access->lock);
    refresh(access);
    if (!access->demanded) {
        visitor->role = WW_ROLE_ADMIN;
    } else if (token) {
        ww_session_id(visitor->session, token);
        know(access, visitor);
    }
    pthread_mutex_unlock(&access->lock);
}

bool ww_access_holds(struct ww_access *access, const struct ww_visitor *visitor)
{
    struct ww_visitor copy = *visitor;
    pthread_mutex_lock(&access->lock);
    refresh(access);
    bool holds = !access->demanded || know(access, &copy);
    pthread_mutex_unlock(&access->lock);
    return holds;
}

void ww_access_log_out(struct ww_access *access, const struct ww_visitor *visitor)
{
    pthread_mutex_lock(&access->lock);
    ww_sessions_end(&access->sessions, visitor->session);
    pthread_mutex_unlock(&access->lock);
}

/* --- logging in ---------------------------------------------------------------------------------------- */

static void tell(const char *what, const char *name, const struct sockaddr *from)
{
    char host[64] = "an unknown address";
    socklen_t size =
        from && from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (from)
        getnameinfo(from, size, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    ww_log(WW_LOG_WARNING, "the console: %s '%.32s' from %s", what, name, host);
}

/* -EBUSY: too many wait already. The lock is not held. */
static int compare(struct ww_access *access, const struct ww_user *user, const char *password)
{
    pthread_mutex_lock(&access->lock);
    bool full = access->waiting >= WAITING;
    access->waiting += !full;
    pthread_mutex_unlock(&access->lock);
    if (full)
        return -EBUSY;
    setpriority(PRIO_PROCESS, (id_t)gettid(), PATIENT); /* of this thread, which is this connection's */
    pthread_mutex_lock(&access->hashing);
    bool fits = ww_user_has_password(user, password);
    pthread_mutex_unlock(&access->hashing);
    pthread_mutex_lock(&access->lock);
    access->waiting--;
    pthread_mutex_unlock(&access->lock);
    return fits ? 0 : -EACCES;
}

/* Printable, as it goes into a message. */
static void sanitise(char shown[WW_USER_NAME], const char *name)
{
    size_t i = 0;
    for (; i < WW_USER_NAME - 1 && name[i]; i++)
        shown[i] = name[i] > ' ' && name[i] <= '~' && name[i] != '\'' ? name[i] : '?';
    shown[i] = '\0';
}

static int admit(struct ww_access *access, const struct sockaddr *from, const char *name,
                 const char *password, const char *token, double *wait, struct ww_visitor *visitor)
{
    char shown[WW_USER_NAME];
    struct ww_user user = {0};
    sanitise(shown, name);
    pthread_mutex_lock(&access->lock);
    refresh(access);
    const struct ww_user *found = ww_users_find(&access->users, name);
    if (found)
        user = *found;
    *wait = ww_attempts_begin(&access->attempts, from, ww_clock_monotonic());
    pthread_mutex_unlock(&access->lock);
    if (*wait > 0)
        return -EAGAIN;
    int code = compare(access, found ? &user : NULL, password);
    if (code == -EACCES) {
        pthread_mutex_lock(&access->lock);
        ww_attempts_fail(&access->attempts, from, ww_clock_monotonic());
        pthread_mutex_unlock(&access->lock);
        tell("a wrong name or password for", shown, from);
    }
    if (code != 0)
        return code;
    ww_session_id(visitor->session, token);
    pthread_mutex_lock(&access->lock);
    ww_attempts_forgive(&access->attempts, from);
    ww_sessions_begin(&access->sessions, visitor->session, &user, ww_clock_monotonic());
    ww_sessions_keep(&access->sessions, &access->users); /* they may have changed meanwhile */
    bool known = know(access, visitor);
    pthread_mutex_unlock(&access->lock);
    return known ? 0 : -EACCES;
}

int ww_access_log_in(struct ww_access *access, const struct sockaddr *from, const char *name,
                     const char *password, char token[WW_SESSION_TOKEN], double *wait,
                     struct ww_visitor *visitor)
{
    ww_session_make_token(token);
    return admit(access, from, name, password, token, wait, visitor);
}

int ww_access_log_in_each_time(struct ww_access *access, const struct sockaddr *from, const char *credentials,
                               const char *name, const char *password, double *wait,
                               struct ww_visitor *visitor)
{
    ww_access_know(access, credentials, visitor);
    return visitor->role != WW_ROLE_NOBODY ? 0
                                           : admit(access, from, name, password, credentials, wait, visitor);
}
