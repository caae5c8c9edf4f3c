/* What other walls and zones would have told of the last minutes. SPDX-License-Identifier: Apache-2.0
 *
 * A hindsight remembers whom a detector follows, not the pictures: a few bytes a frame while nobody moves.
 * All of it may be called by any thread. */
#ifndef WALLWATCH_HINDSIGHT_H
#define WALLWATCH_HINDSIGHT_H

#include <wallwatch/detector.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ww_hindsight;

/* Remembers so many seconds, in at most so many bytes, of which it takes what it needs. NULL: no memory. */
WW_API struct ww_hindsight *ww_hindsight_create(double seconds, size_t most_bytes);
WW_API void ww_hindsight_destroy(struct ww_hindsight *hindsight); /* NULL is allowed */

/* After a step, with its frame and pts. `time_us` is microseconds of a clock that goes on while detectors
 * come and go. Without memory, as with NULL, it is not remembered. */
WW_API void ww_hindsight_note(struct ww_hindsight *hindsight, const struct ww_detector *detector,
                              int64_t frame, double pts, int64_t time_us);

/* What would have been told, once each, after it was over or as it stands now. */
struct ww_hindsight_event {
    enum ww_event_type type;
    size_t region;               /* index into the configuration's regions */
    enum ww_direction direction; /* of BREACH, EXIT and CLIMB */
    int64_t time_us;             /* when it began */
    double duration;             /* seconds */
    const struct ww_point *path; /* of the feet, fractions of the picture; NULL of MOTION */
    size_t path_count;
};

/* Tells what a detector of that configuration, of which sizes do not count, would have told, and since when
 * it is remembered; *since_us is 0 where nothing is. Exact for walls; a zone is entered by the middle of
 * somebody's box, what lies in an ignored area with the middle of its box is not there, and what is ignored
 * now stays so. Returns 0 or a negative errno: -EINVAL for what is no region, -ENOMEM. */
WW_API int ww_hindsight_tell(struct ww_hindsight *hindsight, const struct ww_detector_config *config,
                             void (*told)(void *context, const struct ww_hindsight_event *event),
                             void *context, int64_t *since_us, struct ww_error *error);

#ifdef __cplusplus
}
#endif
#endif
