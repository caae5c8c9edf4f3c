/* A clip that browsers do not play, as one that they do. SPDX-License-Identifier: Apache-2.0
 *
 * VP8 in WebM. It is no evidence: it was encoded anew. */
#ifndef WW_COMMANDS_VIEWING_COPY_H
#define WW_COMMANDS_VIEWING_COPY_H

#include <wallwatch/error.h>

/* What the copy of a clip is called: view/NAME.webm. The caller's to free; NULL: no memory. */
char *ww_viewing_copy_path(const char *clip);

/* Makes it in a folder from the clip there, at most 1280 pixels wide. Returns 1, 0 where browsers play the
 * clip itself, or a negative errno: -ENOTSUP where libavcodec was built without the encoder. */
int ww_viewing_copy_make(const char *folder, const char *clip, struct ww_error *error);

#endif
