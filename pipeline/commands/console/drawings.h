/* What is written and what is drawn for a camera, as JSON. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_CONSOLE_DRAWINGS_H
#define WW_COMMANDS_CONSOLE_DRAWINGS_H

#include <jansson.h>

#include "config/site.h"

/* Where configurations are; texts are lent. */
struct ww_drawings {
    const char *config; /* NULL: cameras are of the command line */
    const char *folder; /* of the log */
};

/* {"camera", "file", "version", "written": {"walls", "zones", "ignore", "person"}, "drawn": {…}} with lists
 * as a configuration has them. NULL and a message: a file cannot be read, or is wrong. */
json_t *ww_drawings_read(const struct ww_drawings *drawings, const char *camera, struct ww_error *error);

/* Puts lists in place of what is drawn for the camera; what was there before is kept as FILE.previous.
 * `wanted["version"]` says what it was drawn over. 0; -ESTALE: somebody else saved meanwhile; -EINVAL: it
 * would not be taken as a configuration; -EBADMSG: what is there is none; another negative errno: it cannot
 * be read or written. Then all is as it was. */
int ww_drawings_save(const struct ww_drawings *drawings, const char *camera, const json_t *wanted,
                     struct ww_error *error);

/* The site with these lists in place of what is drawn for the camera, without saving anything; the caller
 * frees it. -EINVAL as above. */
int ww_drawings_try(const struct ww_drawings *drawings, const char *camera, const json_t *wanted,
                    struct ww_site **site, struct ww_error *error);

#endif
