/* The progress line: how far, how fast, how long yet. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_PROGRESS_H
#define WW_COMMANDS_PROGRESS_H

#include <stdint.h>

struct ww_progress {
    const char *label;
    int64_t total; /* frames; 0: unknown */
    double started, shown;
};

void ww_progress_start(struct ww_progress *progress, const char *label, int64_t total);

/* Shows the line a few times a second, if there is a terminal. */
void ww_progress_step(struct ww_progress *progress, int64_t frames, int64_t events);
void ww_progress_end(struct ww_progress *progress);

#endif
