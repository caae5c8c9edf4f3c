/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/way.h"

#include <math.h>

static const float followed = 0.5f;                         /* of a side's way, a frame */
static const float side_seconds = 1 / 30.0f;                /* in which a side is followed half of its way */
static const float fastest_run = 4.5f, fastest_down = 1.5f; /* heights of a person a second */
static const float at_once = 1;                             /* of a jump; heights of a person */
static const double path_seconds = 0.19;                    /* from one point of a path to the next */
static const double stride_seconds = 1;
static const int least_strides = 5; /* leaves are back by then */
static const float stays = 0.15f;   /* of the way of the opposite side */
static const float straight_side = 0.8f, straight_on = 0.8f;
static const float least_fill = 0.3f, longest = 1.25f; /* of the box, by who grows; heights of a person */
static const int at_edge = 1;                          /* pixels from the picture's edge, still touching it */
static const float ahead = 0.25f; /* of the way asked for, by the side in front and by the one behind */
static const float still_within = 0.15f; /* the same: no more than a pixel */
static const double still_seconds = 2;
static const float most_sway = 0.125f; /* of the picture's width; no branch goes that far */

static void take_sides(const struct ww_blob *blob, float sides[WW_SIDES])
{
    sides[WW_LEFT] = (float)blob->left;
    sides[WW_RIGHT] = (float)blob->right;
    sides[WW_TOP] = (float)blob->top;
    sides[WW_BOTTOM] = (float)blob->bottom;
}

/* Where there are fewer frames, each is followed more closely, so that a side is never far behind. */
static void follow_sides(struct ww_track *track, const struct ww_blob *blob, float step)
{
    float part = fmaxf(followed, 1 - powf(1 - followed, step / side_seconds));
    float now[WW_SIDES];
    take_sides(blob, now);
    for (int i = 0; i < WW_SIDES; i++) {
        float moved = (now[i] - track->sides[i].at) * part;
        track->sides[i].at += moved;
    }
}

static void add_stride(struct ww_track *track, double pts)
{
    struct ww_stride *stride = &track->stride;
    if (pts - stride->pts < stride_seconds)
        return;
    stride->path += hypotf(track->x - stride->x, track->y - stride->y);
    *stride = (struct ww_stride){pts, track->x, track->y, stride->path, stride->steps + 1};
}

/* Measured at times that do not depend on the rate of frames: of many small steps noise would make a long
 * path. */
static void add_to_paths(struct ww_track *track, double pts)
{
    if (pts - track->way_pts < path_seconds)
        return;
    float dx = track->x - track->way_x, dy = track->y - track->way_y;
    track->path += sqrtf(dx * dx + dy * dy);
    track->way_x = track->x;
    track->way_y = track->y;
    track->way_pts = pts;
    for (int i = 0; i < WW_SIDES; i++) {
        struct ww_side *side = &track->sides[i];
        side->path += fabsf(side->at - side->way);
        side->way = side->at;
    }
}

static void stand_still(struct ww_track *track, double pts)
{
    track->still_x = track->x;
    track->still_y = track->y;
    track->still_pts = pts;
}

void ww_way_begin(struct ww_track *track, double pts)
{
    track->x = track->birth_x = track->way_x = track->anchor_x = track->blob.x;
    track->y = track->birth_y = track->way_y = track->anchor_y = track->blob.y;
    track->birth_pts = track->way_pts = track->anchor_pts = pts;
    track->stride = (struct ww_stride){pts, track->x, track->y, 0, 0};
    track->farthest = track->path = 0;
    for (int i = 0; i < WW_SIDES; i++)
        track->sides[i].begun = track->sides[i].at;
    stand_still(track, pts);
}

void ww_way_start(struct ww_track *track, double pts)
{
    float sides[WW_SIDES];
    take_sides(&track->blob, sides);
    for (int i = 0; i < WW_SIDES; i++)
        track->sides[i] = (struct ww_side){.at = sides[i], .birth = sides[i], .way = sides[i]};
    ww_way_begin(track, pts);
}

/* A patch of light or shadow stands as nobody does, and then goes to one side as it is learned. */
static void note_standing(struct ww_track *track, const struct ww_tracker_rules *rules, double pts)
{
    if (hypotf(track->x - track->still_x, track->y - track->still_y) > still_within * rules->min_travel)
        stand_still(track, pts);
    else if (pts - track->still_pts >= still_seconds && !track->confirmed)
        ww_way_begin(track, pts);
}

void ww_way_follow(struct ww_track *track, const struct ww_tracker_rules *rules, const struct ww_blob *blob,
                   double pts)
{
    float away = hypotf(track->x - track->birth_x, track->y - track->birth_y);
    track->farthest = fmaxf(track->farthest, away);
    follow_sides(track, blob, (float)(pts - track->seen_pts));
    add_to_paths(track, pts);
    add_stride(track, pts);
    note_standing(track, rules, pts);
}

/* How far a side has gone out from there; negative: in. */
static float outward_of(const struct ww_track *track, int side, float from)
{
    float moved = track->sides[side].at - from;
    return side == WW_LEFT || side == WW_TOP ? -moved : moved;
}

/* Somebody comes up, or down, from behind something; to a side, in over the picture's edge. */
static bool can_grow(const struct ww_blob *blob, const struct ww_tracker_rules *rules, int side)
{
    return side == WW_TOP || side == WW_BOTTOM ||
           (side == WW_LEFT ? blob->right + at_edge >= (int)rules->width : blob->left <= at_edge);
}

/* Shadows and leaves are scattered, or larger than somebody. */
static bool is_compact(const struct ww_blob *blob)
{
    float width = (float)(blob->right - blob->left), height = (float)(blob->bottom - blob->top);
    return (float)blob->area >= least_fill * width * height &&
           (!(blob->person > 0) || fmaxf(width, height) <= longest * blob->person);
}

/* How far one side has gone straight out while the opposite one stayed: what shrinks is being learned. */
float ww_way_growth(const struct ww_track *track, const struct ww_tracker_rules *rules)
{
    float growth = 0;
    if (!is_compact(&track->blob))
        return 0;
    for (int i = 0; i < WW_SIDES; i++) {
        const struct ww_side *side = &track->sides[i], *opposite = &track->sides[i ^ 1];
        float moved = outward_of(track, i, side->birth), other = fabsf(opposite->at - opposite->birth);
        if (can_grow(&track->blob, rules, i) && other <= 1 + moved * stays &&
            moved >= straight_side * side->path)
            growth = fmaxf(growth, moved);
    }
    return growth;
}

/* Of its path, the distance; of who is slow, in long steps. */
static float straightness_of(const struct ww_track *track)
{
    float straightness = track->path > 0 ? track->farthest / track->path : 0;
    if (track->stride.steps < least_strides || !(track->stride.path > 0))
        return straightness;
    float away = hypotf(track->stride.x - track->birth_x, track->stride.y - track->birth_y);
    return fmaxf(straightness, away / track->stride.path);
}

/* The side that goes ahead has: what shrinks has its centre elsewhere, and has gone nowhere. And the other
 * one follows, unless it may still be out of sight: a shadow's edge only becomes longer. */
static bool has_advanced(const struct ww_track *track, const struct ww_tracker_rules *rules, float travel)
{
    float x = track->x - track->birth_x, y = track->y - track->birth_y;
    bool level = fabsf(x) >= fabsf(y);
    int ahead_side = level ? x < 0 ? WW_LEFT : WW_RIGHT : y < 0 ? WW_TOP : WW_BOTTOM, behind = ahead_side ^ 1;
    const struct ww_side *sides = track->sides;
    return outward_of(track, ahead_side, sides[ahead_side].begun) >= ahead * travel &&
           (can_grow(&track->blob, rules, ahead_side) ||
            -outward_of(track, behind, sides[behind].begun) >= ahead * travel);
}

bool ww_way_is_of_somebody(const struct ww_track *track, const struct ww_tracker_rules *rules, float travel)
{
    return track->farthest >= travel && straightness_of(track) >= rules->min_straightness &&
           has_advanced(track, rules, travel);
}

/* Faster than anybody runs; or falling: whoever jumps lands soon, rain and snow do not. */
bool ww_way_is_too_fast(const struct ww_track *track)
{
    float age = (float)(track->seen_pts - track->birth_pts), person = track->blob.person;
    float speed = sqrtf(track->velocity_x * track->velocity_x + track->velocity_y * track->velocity_y);
    return person > 0 && (track->farthest > person * (0.5f + fastest_run * age) ||
                          track->y - track->birth_y > person * (at_once + fastest_down * age) ||
                          speed > person * fastest_run || track->velocity_y > person * fastest_down);
}

/* What sways comes back before it has gone as far as it is large; a lorry need not. */
bool ww_way_has_left(const struct ww_track *track, const struct ww_tracker_rules *rules)
{
    float size = fminf(track->extent, (float)rules->width * most_sway);
    return track->farthest >= fmaxf(size, rules->max_travel) && track->farthest >= straight_on * track->path;
}
