/* When a camera is armed. SPDX-License-Identifier: Apache-2.0
 *
 * A text such as "18:00-06:00", "mon-fri 18:00-06:00, sat-sun" or "fri 22:00-24:00": days, hours, or both,
 * and commas between such parts. Without days it is every day; without hours the whole day. Hours over
 * midnight belong to the day on which they begin. Times are those of the clock on the wall: where it is put
 * back, an hour comes twice, and where it is put forward, one is missing. */
#ifndef WW_CONFIG_SCHEDULE_H
#define WW_CONFIG_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum { WW_WEEK_MINUTES = 7 * 24 * 60 };

struct ww_schedule {
    uint8_t armed[(WW_WEEK_MINUTES + 7) / 8]; /* one bit a minute, from Sunday's first on */
};

/* False where the text is no schedule, or one that never arms. */
bool ww_schedule_parse(struct ww_schedule *schedule, const char *text);

/* time: seconds since 1970; in the process's time zone. */
bool ww_schedule_is_armed(const struct ww_schedule *schedule, int64_t time);

#endif
