/* A camera's controls: brightness, exposure, power line frequency, … SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_V4L2_CONTROLS_H
#define WW_CAPTURE_V4L2_CONTROLS_H

#include <linux/videodev2.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

#include "capture/source.h"

enum { WW_CONTROL_NAME = 32 };

struct ww_menu_entry {
    int64_t value;
    char name[32];
};

struct ww_control {
    uint32_t id, type;
    char name[WW_CONTROL_NAME]; /* lower case, with _ between words, as v4l2-ctl has it */
    int64_t low, high, step, initial, value;
    bool has_value, read_only, inactive;
    struct ww_menu_entry *menu;
    size_t menu_count;
};

struct ww_controls {
    struct ww_control *list;
    size_t count;
};

/* Those with a number for a value. The caller frees. */
int ww_controls_read(struct ww_controls *controls, int fd);
void ww_controls_free(struct ww_controls *controls);

/* Finds the value that a setting means. -EINVAL and a message with what there is. */
int ww_controls_resolve(const struct ww_controls *controls, const struct ww_control_setting *setting,
                        const struct ww_control **control, int64_t *value, struct ww_error *error);

/* Sets it, and says what the driver refuses. */
int ww_control_set(int fd, const struct ww_control *control, int64_t value, struct ww_error *error);

#endif
