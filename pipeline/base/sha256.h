/* SHA-256 as the log writes it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_SHA256_H
#define WW_BASE_SHA256_H

#include <nettle/sha2.h> /* with the processor's own instructions, where it has them */
#include <stddef.h>
#include <stdint.h>

enum { WW_SHA256_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

/* `text` holds WW_SHA256_TEXT bytes. */
void ww_sha256_text(char *text, const void *bytes, size_t size);

/* Of what comes in pieces: begun with ww_sha256_begin(), ended with ww_sha256_end(). */
struct ww_sha256 {
    struct sha256_ctx context;
};

void ww_sha256_begin(struct ww_sha256 *hash);
void ww_sha256_add(struct ww_sha256 *hash, const void *bytes, size_t size);
void ww_sha256_end(struct ww_sha256 *hash, char *text);

/* The same of a file, and its size. Returns 0 or a negative errno. */
int ww_sha256_file(char *text, const char *path, int64_t *size);

#endif
