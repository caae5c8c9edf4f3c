/* What the command line says of all cameras, whatever their configuration says.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_OVERRIDES_H
#define WW_COMMANDS_OVERRIDES_H

#include "commands/camera.h"
#include "commands/commands.h"

/* All zero overrides nothing. */
struct ww_overrides {
    double event_gap; /* seconds; 0: the default */
    bool has_sensitivity, has_record, crop;
    enum ww_sensitivity sensitivity;
    enum ww_record_mode record;
};

enum { WW_OPTION_GAP = 512, WW_OPTION_SENSITIVITY, WW_OPTION_RECORD, WW_OPTION_CROP };

/* For a list of struct option. */
#define WW_OVERRIDE_OPTIONS                                                                                  \
    {"event-gap", required_argument, NULL, WW_OPTION_GAP},                                                   \
        {"sensitivity", required_argument, NULL, WW_OPTION_SENSITIVITY},                                     \
        {"crop", no_argument, NULL, WW_OPTION_CROP},                                                         \
    {                                                                                                        \
        "record", required_argument, NULL, WW_OPTION_RECORD                                                  \
    }

/* Returns 0, or the exit status with the message already written; also for an option that is none of these.
 */
int ww_overrides_take(struct ww_overrides *overrides, const struct ww_command *command, int option,
                      const char *value);

void ww_overrides_apply(const struct ww_overrides *overrides, struct ww_camera_view *view);

#endif
