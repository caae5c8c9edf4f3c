/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/site_choice.h"

#include "base/log.h"

const struct ww_site_camera *ww_site_choose(const struct ww_site *site, const char *name, const char *path)
{
    if (name) {
        const struct ww_site_camera *camera = ww_site_find(site, name);
        if (!camera)
            ww_log(WW_LOG_ERROR, "%s has no camera '%s'", path, name);
        return camera;
    }
    if (site->camera_count == 1)
        return &site->cameras[0];
    ww_log(WW_LOG_ERROR, "%s has %u cameras; choose one with --camera, such as --camera %s", path,
           site->camera_count, site->cameras[0].name);
    return NULL;
}
