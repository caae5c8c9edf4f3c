/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <sodium.h>

void ww_sha256_text(char *text, const void *bytes, size_t size)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes, size);
    sodium_bin2hex(text, WW_SHA256_TEXT, digest, sizeof digest);
}
