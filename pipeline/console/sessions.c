/* SPDX-License-Identifier: Apache-2.0 */
#include "console/sessions.h"

#include <sodium.h>
#include <string.h>

void ww_session_make_token(char token[WW_SESSION_TOKEN])
{
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(token, WW_SESSION_TOKEN, bytes, sizeof bytes);
}

void ww_session_id(unsigned char id[32], const char *token)
{
    crypto_generichash(id, 32, (const unsigned char *)token, strlen(token), NULL, 0);
}

static bool is_over(const struct ww_session *session, double now)
{
    return session->begun <= 0 || now - session->used > WW_SESSION_IDLE ||
           now - session->begun > WW_SESSION_LIFE;
}

void ww_sessions_begin(struct ww_sessions *sessions, const unsigned char id[32], const struct ww_user *user,
                       double now)
{
    struct ww_session *place = &sessions->list[0];
    for (size_t i = 0; i < WW_SESSIONS && !is_over(place, now); i++) {
        struct ww_session *one = &sessions->list[i];
        if (is_over(one, now) || one->used < place->used)
            place = one;
    }
    *place = (struct ww_session){.user = *user, .begun = now, .used = now};
    memcpy(place->id, id, sizeof place->id);
}

struct ww_session *ww_sessions_find(struct ww_sessions *sessions, const unsigned char id[32], double now)
{
    for (size_t i = 0; i < WW_SESSIONS; i++) {
        struct ww_session *one = &sessions->list[i];
        if (one->begun <= 0 || sodium_memcmp(one->id, id, sizeof one->id) != 0)
            continue;
        if (is_over(one, now)) {
            *one = (struct ww_session){0};
            return NULL;
        }
        one->used = now;
        return one;
    }
    return NULL;
}

void ww_sessions_end(struct ww_sessions *sessions, const unsigned char id[32])
{
    for (size_t i = 0; i < WW_SESSIONS; i++)
        if (sodium_memcmp(sessions->list[i].id, id, 32) == 0)
            sessions->list[i] = (struct ww_session){0};
}

void ww_sessions_keep(struct ww_sessions *sessions, const struct ww_users *users)
{
    for (size_t i = 0; i < WW_SESSIONS; i++) {
        struct ww_session *one = &sessions->list[i];
        const struct ww_user *user = ww_users_find(users, one->user.name);
        if (user && strcmp(user->hash, one->user.hash) == 0)
            one->user.role = user->role;
        else
            *one = (struct ww_session){0};
    }
}
