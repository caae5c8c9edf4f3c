/* Who is logged in. SPDX-License-Identifier: Apache-2.0
 *
 * What a browser has of a session is a random text; what is kept is a hash of it. A session ends when it is
 * not used for WW_SESSION_IDLE seconds, after WW_SESSION_LIFE, and with its user's password. Sessions do not
 * outlive the program. Not for several threads at once. */
#ifndef WW_CONSOLE_SESSIONS_H
#define WW_CONSOLE_SESSIONS_H

#include <stdbool.h>

#include "config/users.h"

enum { WW_SESSIONS = 256, WW_SESSION_TOKEN = 65, WW_SESSION_IDLE = 12 * 3600, WW_SESSION_LIFE = 30 * 86400 };

struct ww_session {
    unsigned char id[32];
    struct ww_user user; /* as it was */
    double begun, used;  /* seconds of a clock that only goes on; `begun` is 0: there is none */
};

struct ww_sessions {
    struct ww_session list[WW_SESSIONS];
};

/* 32 random bytes as a text. */
void ww_session_make_token(char token[WW_SESSION_TOKEN]);

/* Of a token, or of anything else that only its user has. */
void ww_session_id(unsigned char id[32], const char *token);

/* Where all are taken, in the place of the one that was unused for longest. */
void ww_sessions_begin(struct ww_sessions *sessions, const unsigned char id[32], const struct ww_user *user,
                       double now);

/* Lent; NULL: there is none, or it is over. */
struct ww_session *ww_sessions_find(struct ww_sessions *sessions, const unsigned char id[32], double now);

void ww_sessions_end(struct ww_sessions *sessions, const unsigned char id[32]);

/* Ends those whose users are no longer, or have another password; others get their role as it is now. */
void ww_sessions_keep(struct ww_sessions *sessions, const struct ww_users *users);

#endif
