/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/settings.h"

#include <errno.h>
#include <stdlib.h>

#include "config/units.h"

int ww_settings_read(struct ww_settings *settings, const struct ww_site_capture *config)
{
    *settings =
        (struct ww_settings){.controls = calloc(config->control_count + 1, sizeof *settings->controls)};
    if (!settings->controls)
        return -ENOMEM;
    for (size_t i = 0; i < config->control_count; i++)
        settings->controls[i] =
            (struct ww_control_setting){config->controls[i].name, config->controls[i].value};
    settings->capture = (struct ww_capture_settings){
        .format = config->format,
        .frame_rate = (double)config->fps,
        .controls = settings->controls,
        .control_count = config->control_count,
    };
    if (config->size)
        ww_parse_dimensions(config->size, &settings->capture.width, &settings->capture.height);
    if (config->stall)
        ww_parse_duration(config->stall, &settings->capture.stall);
    return 0;
}

void ww_settings_free(struct ww_settings *settings)
{
    free(settings->controls);
    *settings = (struct ww_settings){0};
}
