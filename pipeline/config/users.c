/* SPDX-License-Identifier: Apache-2.0 */
#include "config/users.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"

_Static_assert(WW_PASSWORD_HASH >= crypto_pwhash_STRBYTES, "a hash has no room");

enum { PASSES = 3, MEMORY = 64 << 20, LARGEST_FILE = 1 << 20 };

static const char head[] =
    "# Who may open the console's page: name, role and a hash of the password. 'wallwatch "
    "passwd' writes it.\n";

enum ww_role ww_role_named(const char *name)
{
    return strcmp(name, "admin") == 0    ? WW_ROLE_ADMIN
           : strcmp(name, "viewer") == 0 ? WW_ROLE_VIEWER
                                         : WW_ROLE_NOBODY;
}

const char *ww_role_name(enum ww_role role)
{
    return role == WW_ROLE_ADMIN ? "admin" : role == WW_ROLE_VIEWER ? "viewer" : "nobody";
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length < WW_USER_NAME &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@") == length;
}

struct ww_user *ww_users_find(const struct ww_users *users, const char *name)
{
    for (size_t i = 0; i < users->count; i++)
        if (strcmp(users->list[i].name, name) == 0)
            return &users->list[i];
    return NULL;
}

int ww_users_add(struct ww_users *users, const char *name, struct ww_user **user, struct ww_error *error)
{
    *user = ww_users_find(users, name);
    if (*user)
        return 0;
    if (!is_name(name))
        return ww_fail(
            error, -EINVAL,
            "'%s' cannot be a user: up to %d letters of a-z, A-Z, digits and . _ - @ were expected", name,
            WW_USER_NAME - 1);
    struct ww_user *list = realloc(users->list, (users->count + 1) * sizeof *list);
    if (!list)
        return ww_fail(error, -ENOMEM, "out of memory");
    users->list = list;
    *user = &list[users->count++];
    **user = (struct ww_user){.role = WW_ROLE_VIEWER};
    snprintf((*user)->name, sizeof(*user)->name, "%s", name);
    return 0;
}

bool ww_users_remove(struct ww_users *users, const char *name)
{
    struct ww_user *user = ww_users_find(users, name);
    if (!user)
        return false;
    size_t after = users->count - (size_t)(user - users->list) - 1;
    memmove(user, user + 1, after * sizeof *user);
    users->count--;
    return true;
}

void ww_users_free(struct ww_users *users)
{
    free(users->list);
    *users = (struct ww_users){0};
}

/* --- the file ------------------------------------------------------------------------------------------ */

static int read_line(struct ww_users *users, const char *path, int number, const char *line,
                     struct ww_error *error)
{
    char name[WW_USER_NAME], role[8], hash[WW_PASSWORD_HASH];
    struct ww_user *user;
    if (*line == '\0' || *line == '#')
        return 0;
    if (sscanf(line, "%32s %7s %127s", name, role, hash) != 3 || ww_role_named(role) == WW_ROLE_NOBODY ||
        strncmp(hash, crypto_pwhash_argon2id_STRPREFIX, strlen(crypto_pwhash_argon2id_STRPREFIX)) != 0)
        return ww_fail(error, -EINVAL,
                       "%s:%d: a name, viewer or admin, and a hash of argon2id were expected; 'wallwatch "
                       "passwd' writes them",
                       path, number);
    if (ww_users_find(users, name))
        return ww_fail(error, -EINVAL, "%s:%d: '%s' is there twice", path, number, name);
    int code = ww_users_add(users, name, &user, error);
    if (code != 0)
        return code;
    user->role = ww_role_named(role);
    snprintf(user->hash, sizeof user->hash, "%s", hash);
    return 0;
}

int ww_users_read(struct ww_users *users, const char *path, struct ww_error *error)
{
    struct stat info;
    char *text, *rest, *line;
    size_t size;
    *users = (struct ww_users){0};
    if (stat(path, &info) == 0 && info.st_mode & (S_IRWXG | S_IRWXO))
        return ww_fail(error, -EACCES,
                       "'%s' has passwords' hashes and can be read by others; 'chmod 600 %s' helps", path,
                       path);
    int code = ww_read_file(path, LARGEST_FILE, &text, &size, error);
    if (code != 0)
        return code;
    rest = text;
    for (int number = 1; code == 0 && (line = strsep(&rest, "\n")); number++)
        code = read_line(users, path, number, line, error);
    sodium_memzero(text, size);
    free(text);
    if (code != 0)
        ww_users_free(users);
    return code;
}

int ww_users_write(const struct ww_users *users, const char *path, struct ww_error *error)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return ww_fail(error, -ENOMEM, "cannot write '%s': out of memory", path);
    fputs(head, out);
    for (size_t i = 0; i < users->count; i++)
        fprintf(out, "%s %s %s\n", users->list[i].name, ww_role_name(users->list[i].role),
                users->list[i].hash);
    int code = fclose(out) == 0 ? ww_publish_secret(path, text, size, error)
                                : ww_fail(error, -ENOMEM, "cannot write '%s': out of memory", path);
    free(text);
    return code;
}

/* --- passwords ----------------------------------------------------------------------------------------- */

static int hash_password(char hash[WW_PASSWORD_HASH], const char *password)
{
    return sodium_init() < 0 || crypto_pwhash_str_alg(hash, password, strlen(password), PASSES, MEMORY,
                                                      crypto_pwhash_ALG_ARGON2ID13) != 0
               ? -ENOMEM
               : 0;
}

int ww_user_set_password(struct ww_user *user, const char *password, struct ww_error *error)
{
    size_t length = strlen(password);
    if (length < WW_SHORTEST_PASSWORD || length > WW_LONGEST_PASSWORD)
        return ww_fail(error, -EINVAL, "a password of %d to %d letters was expected, not one of %zu",
                       WW_SHORTEST_PASSWORD, WW_LONGEST_PASSWORD, length);
    if (strcasecmp(password, user->name) == 0 || strspn(password, (char[]){password[0], '\0'}) == length)
        return ww_fail(error, -EINVAL, "a password that is not guessed so easily was expected");
    if (hash_password(user->hash, password) != 0)
        return ww_fail(error, -ENOMEM, "a password's hash takes %d MB of memory, which are not there",
                       MEMORY >> 20);
    return 0;
}

static char nobodys_hash[WW_PASSWORD_HASH];

static void make_nobodys_hash(void)
{
    char password[2 * 16 + 1];
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(password, sizeof password, bytes, sizeof bytes);
    if (hash_password(nobodys_hash, password) != 0)
        nobodys_hash[0] = '\0';
}

/* Nobody learns from the time that it takes who is a user. */
bool ww_user_has_password(const struct ww_user *user, const char *password)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (sodium_init() < 0 || strlen(password) > WW_LONGEST_PASSWORD)
        return false;
    pthread_once(&once, make_nobodys_hash);
    const char *hash = user ? user->hash : nobodys_hash;
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0 && user;
}
