/* What people do at walls, and how long they stay: from tracks to acts. SPDX-License-Identifier: Apache-2.0
 *
 * Somebody's feet are the middle of his box's lower side. He has changed sides when his feet and the middle
 * of what is seen of him are on the other one, by a tenth of his height or for a third of a second; then he
 * did so when his feet passed the line, be it between two frames. So who trembles on the line, reaches over
 * it or turns back on top of it has not crossed it. Beyond the ends of a line there are no sides: who goes
 * around it does not cross it.
 *
 * Who is first seen on the line came up behind it, from outside, unless his feet are well inside; who is
 * first seen where he hangs from it, inside, and drops came over. Who is lost and found again in the same
 * place is the same. */
#ifndef WW_DETECT_WALLS_H
#define WW_DETECT_WALLS_H

#include <wallwatch/detector.h>

#include "detect/tracker.h"
#include "detect/wall_line.h"

/* Somebody, at a moment. */
struct ww_moment {
    int64_t frame;
    double pts;
    float x, y; /* of the feet, or where they passed the line; pixels of the plane */
    struct ww_blob blob;
};

/* What begins in this step, though it may have been found out later. */
struct ww_act {
    enum ww_event_type type;
    enum ww_direction direction;
    size_t region;
    uint32_t subject; /* who: his first track here */
    struct ww_moment since;
};

/* Somebody in a region, or near it. */
struct ww_presence {
    const struct ww_track *track; /* of this step; NULL: he was not seen */
    unsigned acts; /* types that go on: of who is still there, still outside, still on the line */
    const struct ww_point *path; /* of his feet; pixels of the plane, at most WW_MAX_PATH */
    size_t path_count;
};

struct ww_walls;

/* NULL: no memory. *config must be one that ww_regions_create() takes. */
struct ww_walls *ww_walls_create(const struct ww_detector_config *config);
void ww_walls_destroy(struct ww_walls *walls);

/* Looks at all tracks of a step. Returns how many acts begin; *acts are the walls', until the next step. */
size_t ww_walls_step(struct ww_walls *walls, const struct ww_track *tracks, size_t count, int64_t frame,
                     double pts, const struct ww_act **acts);

/* False where nobody of that name is known any more. */
bool ww_walls_find(const struct ww_walls *walls, size_t region, uint32_t subject,
                   struct ww_presence *presence);

/* Forgets everybody, as when tracks are. */
void ww_walls_clear(struct ww_walls *walls);

#endif
