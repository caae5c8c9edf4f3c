/* What a configuration asks of a camera. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_SETTINGS_H
#define WW_COMMANDS_SETTINGS_H

#include "capture/source.h"
#include "config/site.h"

struct ww_settings {
    struct ww_capture_settings capture;
    struct ww_control_setting *controls;
};

/* Texts stay the configuration's. Returns 0 or -ENOMEM. */
int ww_settings_read(struct ww_settings *settings, const struct ww_site_capture *config);
void ww_settings_free(struct ww_settings *settings);

#endif
