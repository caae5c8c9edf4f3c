/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/passage.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Parts of somebody's height. */
static const float settles = 0.1f, well_inside = 0.3f, climbs = 0.2f, reaches_top = 0.25f;
static const float hangs = 0.12f;                    /* from the line, at first sight; all of him */
static const float drops = 0.3f, drop_speed = 0.45f; /* then; the latter a second */
static const float rises = 0.5f;                     /* feet that are not seen; heights a second */
static const double settle_seconds = 0.3;            /* on a side, without going any farther */
static const double absent_seconds = 1;              /* from the strip or the line, that interrupt nothing */
static const float least_settled = 1.5f;             /* pixels */
static const float trail_step = 0.1f;                /* of the height */

/* Legs that are like the ground are lost sooner than they are lifted: feet rise no faster than the head does,
 * and somewhat more, as of who walks away. */
static float feet_of(const struct ww_passage *passage, const struct ww_track *track, double pts)
{
    float bottom = (float)track->blob.bottom;
    if (passage->path_count == 0)
        return bottom;
    float head = fmaxf((float)(passage->last.blob.top - track->blob.top), 0);
    float more = rises * track->extent * (float)(pts - passage->last.pts);
    return fmaxf(bottom, passage->last.y - head - more);
}

static struct ww_moment moment_of(const struct ww_passage *passage, const struct ww_track *track,
                                  int64_t frame, double pts)
{
    const struct ww_blob *blob = &track->blob;
    return (struct ww_moment){frame, pts, (float)(blob->left + blob->right) / 2, feet_of(passage, track, pts),
                              *blob};
}

static float height_of(const struct ww_blob *blob)
{
    return (float)(blob->bottom - blob->top);
}

/* Every second point goes where there are too many: the path becomes coarser, not shorter. */
static void add_to_path(struct ww_passage *passage, const struct ww_moment *now)
{
    if (passage->path_count > 0) {
        struct ww_point last = passage->path[passage->path_count - 1];
        if (hypotf(now->x - last.x, now->y - last.y) < passage->path_step)
            return;
    } else {
        passage->path_step = fmaxf(2, trail_step * height_of(&now->blob));
    }
    if (passage->path_count == WW_MAX_PATH) {
        for (size_t i = 0; i < WW_MAX_PATH / 2; i++)
            passage->path[i] = passage->path[2 * i];
        passage->path_count = WW_MAX_PATH / 2;
        passage->path_step *= 2;
    }
    passage->path[passage->path_count++] = (struct ww_point){now->x, now->y};
}

/* Where the lower side of the box passed the line, between two frames. */
static struct ww_moment between(const struct ww_passage *passage, const struct ww_moment *now, float distance)
{
    const struct ww_moment *before = &passage->last;
    float part = passage->bottom / (passage->bottom - distance);
    struct ww_moment moment = part < 0.5f ? *before : *now; /* its frame and box are those of the nearer */
    float from = (float)before->blob.bottom, to = (float)now->blob.bottom;
    moment.pts = before->pts + (now->pts - before->pts) * (double)part;
    moment.x = before->x + (now->x - before->x) * part;
    moment.y = from + (to - from) * part;
    return moment;
}

/* Who is seen for the first time, or comes back from beyond an end. */
static enum ww_wall_side first_side(float feet, float middle, float height)
{
    if (feet > 0 && middle > 0)
        return WW_SIDE_INSIDE;
    return feet > well_inside * height ? WW_SIDE_INSIDE : WW_SIDE_OUTSIDE;
}

static enum ww_wall_side side_at(float distance)
{
    return distance > 0 ? WW_SIDE_INSIDE : WW_SIDE_OUTSIDE;
}

/* feet: their distance, and that of the box's lower side, which is what tells when they passed. */
static void note_feet(struct ww_passage *passage, const struct ww_moment *now, float feet, float bottom)
{
    bool passes = side_at(bottom) != side_at(passage->bottom);
    if (passes && side_at(bottom) != passage->side) {
        passage->passed = between(passage, now, bottom);
        passage->has_passed = true;
        passage->refined = false;
    }
    if (side_at(feet) != passage->feet)
        passage->feet_pts = now->pts;
    passage->feet = side_at(feet);
}

static void refine(struct ww_passage *passage)
{
    if (!passage->refined)
        ww_footfalls_refine(&passage->footfalls, &passage->passed);
    passage->refined = true;
}

/* Returns the act of changing sides, or 0. */
static unsigned settle(struct ww_passage *passage, const struct ww_moment *now, float feet, float middle)
{
    float enough = fmaxf(settles * height_of(&now->blob), least_settled);
    enum ww_wall_side side = feet > 0 && middle > 0   ? WW_SIDE_INSIDE
                             : feet < 0 && middle < 0 ? WW_SIDE_OUTSIDE
                                                      : WW_SIDE_UNKNOWN;
    if (side == WW_SIDE_UNKNOWN || side == passage->side)
        return 0;
    bool far = fabsf(feet) >= enough && fabsf(middle) >= enough / 2;
    bool stays = now->pts - passage->feet_pts >= settle_seconds && fabsf(middle) >= enough;
    if (!far && !stays)
        return 0;
    if (!passage->has_passed)
        passage->passed = *now;
    else
        refine(passage);
    passage->has_passed = false;
    passage->side = side;
    return WW_TELLS(side == WW_SIDE_INSIDE ? WW_EVENT_BREACH : WW_EVENT_EXIT);
}

/* Who is first seen where he hangs from the line, cut off by it, and drops, has come over: what lies behind
 * him on the other side hid him, was like him, or is ignored, down to the line or about it. Who walks away
 * from the wall is slower. */
static unsigned note_drop(struct ww_passage *passage, const struct ww_moment *now, float feet, float size)
{
    float dropped = feet - passage->first_distance, seconds = (float)(now->pts - passage->first.pts);
    if (!passage->hung || dropped < drops * size)
        return 0;
    passage->hung = false;
    if (passage->side != WW_SIDE_INSIDE || dropped < drop_speed * size * seconds)
        return 0;
    passage->passed = passage->first;
    return WW_TELLS(WW_EVENT_BREACH);
}

/* Up or down at the line, not along it. */
static unsigned note_climb(struct ww_passage *passage, const struct ww_passage_rules *rules,
                           const struct ww_moment *now, const struct ww_wall_place *place, float top,
                           float size)
{
    bool overlaps = place->beside && top * place->distance < 0 &&
                    fabsf(place->distance) <= fmaxf(rules->line->strip, size);
    if (overlaps && (!passage->overlaps || fabsf(place->along - passage->overlap_along) > size / 2)) {
        bool seen_before = passage->path_count > 0 && !passage->overlaps;
        passage->overlap = seen_before ? passage->last : *now;
        passage->overlap_distance = seen_before ? passage->place.distance : place->distance;
        passage->overlap_along = place->along;
    }
    passage->overlaps = overlaps;
    if (overlaps)
        passage->overlap_pts = now->pts;
    else if (now->pts - passage->overlap_pts > absent_seconds)
        passage->told &= ~WW_TELLS(WW_EVENT_CLIMB);
    if (!overlaps)
        return 0;
    float moved = place->distance - passage->overlap_distance;
    bool from_inside = passage->side == WW_SIDE_INSIDE;
    if (from_inside && !(moved < 0 && place->distance < reaches_top * size))
        return 0; /* who comes down from the wall, or walks before it */
    return fabsf(moved) >= climbs * size ? WW_TELLS(WW_EVENT_CLIMB) : 0;
}

static void note_presence(struct ww_passage *passage, const struct ww_moment *now, bool in_strip,
                          bool present)
{
    if (in_strip && (!passage->in_strip || now->pts - passage->away_pts > absent_seconds)) {
        passage->entry = *now;
        passage->from_outside = passage->side == WW_SIDE_OUTSIDE;
    }
    if (in_strip)
        passage->away_pts = now->pts;
    passage->in_strip = in_strip || (passage->in_strip && now->pts - passage->away_pts <= absent_seconds);
    if (!passage->in_strip)
        passage->told &= ~(WW_TELLS(WW_EVENT_APPROACH) | WW_TELLS(WW_EVENT_LOITER));
    passage->present = present;
}

static unsigned at_wall(struct ww_passage *passage, const struct ww_passage_rules *rules,
                        const struct ww_track *track, const struct ww_moment *now)
{
    const struct ww_blob *blob = &now->blob;
    struct ww_wall_place place = ww_wall_line_place(rules->line, now->x, now->y);
    float middle = ww_wall_line_place(rules->line, now->x, ((float)blob->top + now->y) / 2).distance;
    float top = ww_wall_line_place(rules->line, now->x, (float)blob->top).distance;
    float bottom = ww_wall_line_place(rules->line, now->x, (float)blob->bottom).distance;
    float size = fmaxf(track->extent, height_of(blob));
    unsigned acts = 0;
    if (!place.beside) {
        passage->side = passage->feet = WW_SIDE_UNKNOWN;
        passage->has_passed = false;
    } else if (passage->side == WW_SIDE_UNKNOWN) {
        passage->side = first_side(place.distance, middle, height_of(blob));
        passage->feet = side_at(place.distance);
        passage->feet_pts = now->pts;
        passage->first = *now;
        passage->first_distance = place.distance;
        float whole = fmaxf(height_of(blob), blob->person);
        passage->hung = passage->side == WW_SIDE_INSIDE && fabsf(top) <= hangs * whole;
    } else {
        acts |= note_drop(passage, now, place.distance, size);
        note_feet(passage, now, place.distance, bottom);
    }
    passage->bottom = bottom;
    if (fabsf(bottom) <= size)
        ww_footfalls_add(&passage->footfalls, now,
                         ww_wall_line_place(rules->line, now->x, (float)blob->bottom - 0.5f).distance);
    if (passage->has_passed && now->pts - passage->passed.pts >= WW_FOOTFALL_SECONDS)
        refine(passage);
    bool in_strip = place.beside && fabsf(place.distance) <= rules->line->strip;
    note_presence(passage, now, in_strip, in_strip || (blob->regions & rules->bit));
    if (in_strip && passage->from_outside && passage->side == WW_SIDE_OUTSIDE)
        acts |= WW_TELLS(WW_EVENT_APPROACH);
    acts |= note_climb(passage, rules, now, &place, top, size);
    if (passage->side != WW_SIDE_UNKNOWN)
        acts |= settle(passage, now, place.distance, middle);
    passage->place = place;
    return acts;
}

/* Kilobytes of a path and of footfalls need not be cleared. */
void ww_passage_begin(struct ww_passage *passage)
{
    memset(passage, 0, offsetof(struct ww_passage, path));
    passage->footfalls.count = passage->footfalls.next = 0;
}

unsigned ww_passage_step(struct ww_passage *passage, const struct ww_passage_rules *rules,
                         const struct ww_track *track, int64_t frame, double pts)
{
    struct ww_moment now = moment_of(passage, track, frame, pts);
    unsigned acts = 0;
    if (rules->line)
        acts = at_wall(passage, rules, track, &now);
    else
        note_presence(passage, &now, now.blob.regions & rules->bit, now.blob.regions & rules->bit);
    if (passage->in_strip && pts - passage->entry.pts >= rules->dwell)
        acts |= WW_TELLS(WW_EVENT_LOITER);
    add_to_path(passage, &now);
    passage->last = now;
    return acts;
}

unsigned ww_passage_going_on(const struct ww_passage *passage)
{
    unsigned acts = 0;
    if (passage->present)
        acts |= WW_TELLS(WW_EVENT_BREACH) | WW_TELLS(WW_EVENT_EXIT) | WW_TELLS(WW_EVENT_LOITER);
    if (passage->in_strip && passage->side == WW_SIDE_OUTSIDE)
        acts |= WW_TELLS(WW_EVENT_APPROACH);
    if (passage->overlaps)
        acts |= WW_TELLS(WW_EVENT_CLIMB);
    return acts;
}

const struct ww_moment *ww_passage_since(const struct ww_passage *passage, enum ww_event_type type)
{
    switch (type) {
    case WW_EVENT_APPROACH: return &passage->entry;
    case WW_EVENT_CLIMB: return &passage->overlap;
    case WW_EVENT_BREACH:
    case WW_EVENT_EXIT: return &passage->passed;
    default: return &passage->last;
    }
}
