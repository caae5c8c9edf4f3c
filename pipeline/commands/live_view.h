/* What cameras show now, for who looks at them. SPDX-License-Identifier: Apache-2.0
 *
 * A camera puts a frame here only while somebody waits for one: who is slow gets fewer, and detection pays
 * for a reference, no copy. All of it may be called by any thread. */
#ifndef WW_COMMANDS_LIVE_VIEW_H
#define WW_COMMANDS_LIVE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <wallwatch/detector.h>
#include <wallwatch/hindsight.h>

#include "base/still.h"

struct ww_live_views; /* of all cameras */
struct ww_live_view;  /* of one */

struct ww_live_views *ww_live_views_create(void); /* NULL: no memory */

/* Who waits for a frame is sent away, and nobody waits any more. */
void ww_live_views_end(struct ww_live_views *views);

/* All cameras are gone, and who looked at them. NULL is allowed. */
void ww_live_views_destroy(struct ww_live_views *views);

enum { WW_REMEMBERED_SECONDS = 600, WW_REMEMBERED_BYTES = 4 << 20 }; /* of a camera, at the most */

/* Whom the camera followed in the last minutes, also before it was opened anew; as long as the views are
 * there. NULL: no memory. */
struct ww_hindsight *ww_live_view_hindsight(struct ww_live_view *view);

/* Of a camera that comes, and that goes. NULL: no memory; where `views` is NULL, too. */
struct ww_live_view *ww_live_view_add(struct ww_live_views *views, const char *name);
void ww_live_view_remove(struct ww_live_view *view); /* NULL is allowed */

bool ww_live_view_is_wanted(const struct ww_live_view *view);

/* A frame, and who moves in it. */
struct ww_live_frame {
    struct ww_still *still;
    uint32_t width, height; /* pixels of the source */
    struct ww_box boxes[WW_MAX_BOXES];
    size_t box_count;
};

/* The still is taken over; NULL is allowed, and is no frame. */
void ww_live_view_put(struct ww_live_view *view, const struct ww_live_frame *frame);

/* The camera of that name, to be released; NULL: there is none. */
struct ww_live_view *ww_live_view_find(struct ww_live_views *views, const char *name);
void ww_live_view_release(struct ww_live_view *view);

/* The next frame after this call, its still to be released; false: none came in that many seconds, or the
 * camera is gone. */
bool ww_live_view_wait(struct ww_live_view *view, double seconds, struct ww_live_frame *frame);

/* Whether it may still show something. */
bool ww_live_view_is_there(struct ww_live_view *view);

#endif
