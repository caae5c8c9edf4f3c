/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/overrides.h"

#include <string.h>

#include "commands/arguments.h"

static bool take_record(struct ww_overrides *overrides, const char *value)
{
    static const char *const names[] = {
        [WW_RECORD_EVENTS] = "events", [WW_RECORD_ALWAYS] = "always", [WW_RECORD_NONE] = "none"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], value) != 0)
            continue;
        overrides->has_record = true;
        overrides->record = (enum ww_record_mode)i;
        return true;
    }
    return false;
}

int ww_overrides_take(struct ww_overrides *overrides, const struct ww_command *command, int option,
                      const char *value)
{
    switch (option) {
    case WW_OPTION_GAP:
        if (ww_argument_number(value, 0.001, 86400, &overrides->event_gap))
            return 0;
        return ww_wrong_usage(command, "--event-gap needs seconds, more than 0, not '%s'", value);
    case WW_OPTION_SENSITIVITY:
        overrides->has_sensitivity = true;
        if (ww_argument_sensitivity(value, &overrides->sensitivity))
            return 0;
        return ww_wrong_usage(command, "--sensitivity needs low, normal or high, not '%s'", value);
    case WW_OPTION_RECORD:
        if (take_record(overrides, value))
            return 0;
        return ww_wrong_usage(command, "--record needs events, always or none, not '%s'", value);
    case WW_OPTION_CROP: overrides->crop = true; return 0;
    default: return ww_wrong_usage(command, NULL);
    }
}

void ww_overrides_apply(const struct ww_overrides *overrides, struct ww_camera_view *view)
{
    if (overrides->event_gap > 0)
        view->event_gap = overrides->event_gap;
    if (overrides->has_sensitivity)
        view->sensitivity = overrides->sensitivity;
    view->crop |= overrides->crop;
    if (overrides->has_record)
        view->record = overrides->record;
}
