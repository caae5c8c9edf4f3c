/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/site.h"

static bool has_region(const struct ww_site_camera *camera, const char *name)
{
    for (unsigned i = 0; i < camera->wall_count; i++)
        if (strcmp(camera->walls[i].name, name) == 0)
            return true;
    for (unsigned i = 0; i < camera->zone_count; i++)
        if (strcmp(camera->zones[i].name, name) == 0)
            return true;
    return false;
}

static int check(const struct ww_site_camera *camera, const struct ww_site_camera *drawn, const char *name,
                 struct ww_error *error)
{
    unsigned count = camera->wall_count + camera->zone_count + drawn->wall_count + drawn->zone_count;
    if (count > WW_MAX_REGIONS)
        return ww_fail(error, -EINVAL,
                       "%s: camera '%s': %u walls and zones are more than the %d of one camera", name,
                       camera->name, count, WW_MAX_REGIONS);
    for (unsigned i = 0; i < drawn->wall_count + drawn->zone_count; i++) {
        const char *region =
            i < drawn->wall_count ? drawn->walls[i].name : drawn->zones[i - drawn->wall_count].name;
        if (has_region(camera, region))
            return ww_fail(error, -EINVAL,
                           "%s: camera '%s': the configuration has a '%s' already; what is drawn needs "
                           "another name",
                           name, camera->name, region);
    }
    return 0;
}

/* `more` elements of `size` bytes go behind those that are there, for libcyaml to free. NULL: out of memory.
 */
static void *join(void *list, size_t count, const void *from, size_t more, size_t size)
{
    char *grown = realloc(list, (count + more) * size);
    if (grown)
        memcpy(grown + count * size, from, more * size);
    return grown;
}

/* Nothing is in two lists, whatever fails. */
#define MOVE(to, from, list, number)                                                                         \
    if ((from)->number > 0) {                                                                                \
        void *joined = join((to)->list, (to)->number, (from)->list, (from)->number, sizeof *(from)->list);   \
        if (!joined)                                                                                         \
            return -ENOMEM;                                                                                  \
        (to)->list = joined;                                                                                 \
        (to)->number += (from)->number;                                                                      \
        (from)->number = 0;                                                                                  \
    }

static int move(struct ww_site_camera *camera, struct ww_site_camera *drawn)
{
    char both[2 * WW_SHA256_TEXT];
    snprintf(both, sizeof both, "%s %s", camera->digest, drawn->digest);
    ww_sha256_text(camera->digest, both, strlen(both));
    MOVE(camera, drawn, walls, wall_count)
    MOVE(camera, drawn, zones, zone_count)
    MOVE(camera, drawn, person, person_count)
    MOVE(camera, drawn, ignored, ignored_count)
    return 0;
}

int ww_site_add_drawn(struct ww_site *site, struct ww_site *drawn, const char *name, struct ww_error *error)
{
    for (unsigned i = 0; i < drawn->camera_count; i++) {
        struct ww_site_camera *camera =
            (struct ww_site_camera *)(uintptr_t)ww_site_find(site, drawn->cameras[i].name);
        if (!camera)
            continue;
        int code = check(camera, &drawn->cameras[i], name, error);
        if (code == 0 && move(camera, &drawn->cameras[i]) != 0)
            code = ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", name);
        if (code != 0)
            return code;
    }
    return 0;
}
