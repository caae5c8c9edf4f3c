/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

void ww_sha256_text(char *text, const void *bytes, size_t size)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes, size);
    sodium_bin2hex(text, WW_SHA256_TEXT, digest, sizeof digest);
}

int ww_sha256_file(char *text, const char *path, int64_t *size)
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES], chunk[CHUNK];
    ssize_t got;
    *size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    crypto_hash_sha256_init(&state);
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        crypto_hash_sha256_update(&state, chunk, (unsigned long long)got);
        *size += got;
    }
    int code = got < 0 ? -errno : 0;
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(text, WW_SHA256_TEXT, digest, sizeof digest);
    close(fd);
    return code;
}
