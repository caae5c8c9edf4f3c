/* Who may open the console's page. SPDX-License-Identifier: Apache-2.0
 *
 * A text file that nobody else may read: a line "NAME ROLE HASH" for each, written by 'wallwatch passwd';
 * empty lines and those that begin with # are left out. Hashes are argon2id's, as libsodium writes them, of
 * three passes over 64 MiB (RFC 9106, section 4, the second recommended option, with one lane). */
#ifndef WW_CONFIG_USERS_H
#define WW_CONFIG_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include <wallwatch/error.h>

/* Each may do what those before it may. */
enum ww_role { WW_ROLE_NOBODY, WW_ROLE_VIEWER, WW_ROLE_ADMIN };

/* A name's size and a hash's, with their NULs; a password's letters, at the least and the most. */
enum { WW_USER_NAME = 33, WW_PASSWORD_HASH = 128, WW_SHORTEST_PASSWORD = 8, WW_LONGEST_PASSWORD = 256 };

struct ww_user {
    char name[WW_USER_NAME], hash[WW_PASSWORD_HASH];
    enum ww_role role;
};

struct ww_users {
    struct ww_user *list;
    size_t count;
};

/* -ENOENT: there is no such file; -EACCES: others may read it, too; -EINVAL: a line is none. */
int ww_users_read(struct ww_users *users, const char *path, struct ww_error *error);
int ww_users_write(const struct ww_users *users, const char *path, struct ww_error *error);
void ww_users_free(struct ww_users *users);

/* Lent; NULL: there is none. */
struct ww_user *ww_users_find(const struct ww_users *users, const char *name);

/* Adds one, without a password, or finds it. -EINVAL: it cannot be a name. */
int ww_users_add(struct ww_users *users, const char *name, struct ww_user **user, struct ww_error *error);
bool ww_users_remove(struct ww_users *users, const char *name);

/* Takes a moment and 64 MiB. -EINVAL: it is too short, or too easily guessed. */
int ww_user_set_password(struct ww_user *user, const char *password, struct ww_error *error);

/* As long, also for NULL, who has none. */
bool ww_user_has_password(const struct ww_user *user, const char *password);

/* viewer, admin; WW_ROLE_NOBODY: it is no role. */
enum ww_role ww_role_named(const char *name);
const char *ww_role_name(enum ww_role role);

#endif
