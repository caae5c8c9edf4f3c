/* The lines of a text and their hashes, many at a time, on several threads. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_COMMANDS_LINE_HASHES_H
#define WW_COMMANDS_LINE_HASHES_H

#include <stddef.h>

#include "base/sha256.h"

struct ww_hashed_line {
    const char *text; /* lent */
    size_t size;      /* without the newline */
    char sha256[WW_SHA256_TEXT];
};

struct ww_line_hashes {
    struct ww_hashed_line *lines;
    int threads;
};

/* Returns 0 or -ENOMEM. */
int ww_line_hashes_create(struct ww_line_hashes *hashes, int threads);
void ww_line_hashes_destroy(struct ww_line_hashes *hashes);

/* Takes whole lines from *text on, which moves behind them. Returns how many; 0 where none is left that has
 * an end. */
size_t ww_line_hashes_next(struct ww_line_hashes *hashes, const char **text, const char *end);

#endif
