/* SHA-256 as the log writes it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_SHA256_H
#define WW_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { WW_SHA256_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

/* `text` holds WW_SHA256_TEXT bytes. */
void ww_sha256_text(char *text, const void *bytes, size_t size);

/* The same of a file, and its size. Returns 0 or a negative errno. */
int ww_sha256_file(char *text, const char *path, int64_t *size);

#endif
