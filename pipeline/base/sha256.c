/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

void ww_sha256_begin(struct ww_sha256 *hash)
{
    sha256_init(&hash->context);
}

void ww_sha256_add(struct ww_sha256 *hash, const void *bytes, size_t size)
{
    sha256_update(&hash->context, size, bytes);
}

void ww_sha256_end(struct ww_sha256 *hash, char *text)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&hash->context, sizeof digest, digest);
    base16_encode_update(text, sizeof digest, digest);
    text[WW_SHA256_TEXT - 1] = '\0';
}

void ww_sha256_text(char *text, const void *bytes, size_t size)
{
    struct ww_sha256 hash;
    ww_sha256_begin(&hash);
    ww_sha256_add(&hash, bytes, size);
    ww_sha256_end(&hash, text);
}

int ww_sha256_file(char *text, const char *path, int64_t *size)
{
    struct ww_sha256 hash;
    unsigned char chunk[CHUNK];
    ssize_t got;
    *size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ww_sha256_begin(&hash);
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        ww_sha256_add(&hash, chunk, (size_t)got);
        *size += got;
    }
    int code = got < 0 ? -errno : 0;
    ww_sha256_end(&hash, text);
    close(fd);
    return code;
}
