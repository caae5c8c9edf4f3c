/* Keys and signatures: Ed25519, by libsodium. SPDX-License-Identifier: Apache-2.0
 *
 * A key file holds one line: the name of the format, a blank, the secret seed as 64 hexadecimal digits.
 * Nobody but its owner may read it. Beside it FILE.pub holds the public key, as 64 digits. */
#ifndef WW_BASE_SIGNATURE_H
#define WW_BASE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

enum { WW_PUBLIC_KEY_TEXT = 65, WW_SIGNATURE_TEXT = 129 }; /* hexadecimal digits and a NUL */

struct ww_signing_key {
    unsigned char secret[64];
    char public_key[WW_PUBLIC_KEY_TEXT];
};

/* Makes a key and writes it to `path`, which must not exist, and path.pub. */
int ww_signing_key_make(const char *path, struct ww_signing_key *key, struct ww_error *error);

/* -EACCES where others may read it, too. */
int ww_signing_key_read(const char *path, struct ww_signing_key *key, struct ww_error *error);
void ww_signing_key_forget(struct ww_signing_key *key);

void ww_sign(const struct ww_signing_key *key, const void *bytes, size_t size, char text[WW_SIGNATURE_TEXT]);

/* A text that is no key or no signature does not hold. */
bool ww_signature_holds(const char *public_key, const void *bytes, size_t size, const char *text);

/* A public key from its digits, or from a file that holds them. */
int ww_public_key_read(const char *text_or_path, char key[WW_PUBLIC_KEY_TEXT], struct ww_error *error);

#endif
