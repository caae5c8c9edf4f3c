/* What a server proves with that it is itself, and keeps what is said secret. SPDX-License-Identifier:
 * Apache-2.0
 *
 * Certificates are PEM files. One that is made here is signed by itself: ECDSA on P-256, for 825 days, the
 * most that Apple's browsers take, for the names and addresses that this machine has then. By GnuTLS. */
#ifndef WW_CONSOLE_CERTIFICATE_H
#define WW_CONSOLE_CERTIFICATE_H

#include <stdbool.h>

#include <wallwatch/error.h>

enum { WW_FINGERPRINT_TEXT = 32 * 3 };

struct ww_certificate;

/* `key` is NULL where it stands in the same file. -EINVAL: it is none, or the key is another's; -EACCES:
 * others may read the key; -EKEYEXPIRED; -ENOTSUP: built without GnuTLS. */
int ww_certificate_read(struct ww_certificate **certificate, const char *path, const char *key,
                        struct ww_error *error);

/* The one that was made at `path` before, or a new one where there is none or it is over. */
int ww_certificate_provide(struct ww_certificate **certificate, const char *path, struct ww_error *error);

void ww_certificate_free(struct ww_certificate *certificate); /* NULL is allowed */

/* PEM texts. */
const char *ww_certificate_chain(const struct ww_certificate *certificate);
const char *ww_certificate_key(const struct ww_certificate *certificate);

/* SHA-256 of it, as browsers show it: AB:CD:… */
const char *ww_certificate_fingerprint(const struct ww_certificate *certificate);

/* Was it made here? */
bool ww_certificate_is_own(const struct ww_certificate *certificate);

/* Days until it is over. */
double ww_certificate_days_left(const struct ww_certificate *certificate);

/* Is it for a machine of this name? */
bool ww_certificate_is_for(const struct ww_certificate *certificate, const char *name);

#endif
