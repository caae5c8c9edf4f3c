/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/tracker.h"

#include <math.h>

#include "detect/clutter.h"
#include "detect/way.h"

static const float smoothing = 0.5f;                        /* of the centroid, a frame */
static const float forgotten_part = 3;                      /* a confirmed track is kept that much longer */
static const float fastest = 3;                             /* own heights a second, at the second sight */
static const float follow = 0.4f;                           /* of a change of velocity, a frame */
static const float flat_length = 1.1f, flat_height = 0.55f; /* heights of a person */
static const float flat_times = 2;                          /* so far must it go */
static const float least_outlined = 12, well_outlined = 40; /* pixels of a person */
/* At the outline, of the difference inside: of who has just come, and of who is there for some time and not
 * well outlined. */
static const float least_step = 0.5f, usual_step = 0.6f;
static const double new_seconds = 0.5, known_seconds = 1.5;
static const float gradual_area = 0.5f;  /* of the square of a person's height */
static const float least_growth = 0.75f; /* of the least way */
static const float stands_within = 1.2f; /* of the least way */
static const int least_sights = 3;
/* Who missed so many frames after his first sight, and is further away than he is large: his way begins anew.
 */
static const int missed = 2;
static const float least_seen = 0.6f;   /* of the frames since the first sight */
static const double least_frames = 2.5; /* that a track is kept unseen, however few there are a second */
static const float unseen = -1.6f;      /* evidence of a frame in which it is not seen: one in five */

struct pair {
    float misfit;
    uint16_t track, blob;
};

struct ww_tracker {
    struct ww_tracker_rules rules;
    struct ww_track tracks[WW_MAX_TRACKS];
    struct pair pairs[WW_MAX_TRACKS * WW_MAX_BLOBS];
    struct ww_clutter clutter;
    double doubt_until, doubt_seconds, pts;
    size_t count;
    uint32_t last_id;
    bool withheld;
};

struct ww_tracker *ww_tracker_create(const struct ww_tracker_rules *rules)
{
    struct ww_tracker *tracker = calloc(1, sizeof *tracker);
    if (!tracker)
        return NULL;
    tracker->rules = *rules;
    ww_clutter_begin(&tracker->clutter, rules->width, rules->height);
    return tracker;
}

void ww_tracker_destroy(struct ww_tracker *tracker)
{
    free(tracker);
}

void ww_tracker_doubt(struct ww_tracker *tracker, double until, double seconds)
{
    tracker->doubt_until = until;
    tracker->doubt_seconds = seconds;
}

void ww_tracker_withhold(struct ww_tracker *tracker, bool withhold)
{
    tracker->withheld = withhold;
}

void ww_tracker_clear(struct ww_tracker *tracker)
{
    tracker->count = 0;
}

static float width_of(const struct ww_blob *blob)
{
    return (float)(blob->right - blob->left);
}

static float height_of(const struct ww_blob *blob)
{
    return (float)(blob->bottom - blob->top);
}

struct reach {
    float x, y;
};

/* How far a blob can be from where a track is expected. */
static struct reach reach_of(const struct ww_track *track, const struct ww_blob *blob, float step)
{
    float leap = track->hits > 1 ? 0 : fminf(height_of(blob), height_of(&track->blob)) * fastest * step;
    return (struct reach){(width_of(blob) + width_of(&track->blob)) / 2 + 4 + leap,
                          (height_of(blob) + height_of(&track->blob)) / 2 + 4};
}

/* How badly a blob fits a track: the distance from where it is expected, in sizes of the two, and the
 * change of area; negative where it cannot be the same. */
static float misfit(const struct ww_track *track, const struct ww_blob *blob, double pts)
{
    float step = (float)(pts - track->seen_pts);
    float dx = blob->x - (track->blob.x + track->velocity_x * step);
    float dy = blob->y - (track->blob.y + track->velocity_y * step);
    struct reach reach = reach_of(track, blob, step);
    if (fabsf(dx) > reach.x || fabsf(dy) > reach.y)
        return -1;
    float away = sqrtf(dx * dx / (reach.x * reach.x) + dy * dy / (reach.y * reach.y));
    float larger = blob->area > track->blob.area ? (float)blob->area / (float)track->blob.area
                                                 : (float)track->blob.area / (float)blob->area;
    float resize = larger > 8 ? 1 : (larger - 1) / 7;
    return away + 0.5f * resize + (track->confirmed ? 0 : 0.25f);
}

static void note_entry(struct ww_track *track, int64_t frame, double pts)
{
    if (track->entry.blob.regions == 0 && track->blob.regions != 0)
        track->entry = (struct ww_entry){frame, pts, track->blob};
}

static void note_size(struct ww_clutter *clutter, struct ww_track *track, double pts)
{
    struct ww_large_sights *large = &track->large;
    if (track->blob.is_small) {
        large->in_a_row = 0;
        return;
    }
    if (large->count++ == 0)
        ww_way_begin(track, pts);
    large->outlined += track->blob.step > 0;
    large->steps += track->blob.step;
    if (large->in_a_row++ == 0)
        ww_clutter_start(clutter);
}

static void see(struct ww_tracker *tracker, struct ww_track *track, const struct ww_blob *blob, int64_t frame,
                double pts)
{
    struct ww_clutter *clutter = &tracker->clutter;
    float step = (float)(pts - track->seen_pts);
    bool leapt = track->hits == 1 && track->frames - 2 >= missed &&
                 hypotf(blob->x - track->blob.x, blob->y - track->blob.y) > track->extent;
    struct reach reach = reach_of(track, blob, step);
    if (!blob->is_small)
        track->evidence += ww_clutter_evidence(clutter, &track->blob, blob, reach.x, reach.y);
    track->x += (blob->x - track->x) * smoothing;
    track->y += (blob->y - track->y) * smoothing;
    if (step > 0) {
        float part = track->hits > 1 ? follow : 1;
        track->velocity_x += ((blob->x - track->blob.x) / step - track->velocity_x) * part;
        track->velocity_y += ((blob->y - track->blob.y) / step - track->velocity_y) * part;
    }
    ww_way_follow(track, &tracker->rules, blob, pts);
    track->extent = fmaxf(track->extent, fmaxf(width_of(blob), height_of(blob)));
    track->blob = *blob;
    track->seen_pts = pts;
    track->hits++;
    track->seen = true;
    if (leapt)
        ww_way_begin(track, pts);
    note_size(clutter, track, pts);
    note_entry(track, frame, pts);
}

static void move_anchor(struct ww_track *track, const struct ww_tracker_rules *rules, double pts)
{
    float x = track->x - track->anchor_x, y = track->y - track->anchor_y;
    if (sqrtf(x * x + y * y) < stands_within * rules->min_travel)
        return;
    track->anchor_x = track->x;
    track->anchor_y = track->y;
    track->anchor_pts = pts;
}

/* Who has grown was there when he was still smaller than somebody is. */
static bool is_old_enough(const struct ww_tracker *tracker, const struct ww_track *track, bool has_grown)
{
    double trusted = fmax(track->birth_pts, tracker->doubt_until);
    double since = has_grown ? track->first_pts : track->birth_pts;
    return track->seen_pts - since >= tracker->rules.confirm_seconds &&
           (track->seen_pts - trusted >= tracker->doubt_seconds || ww_way_has_left(track, &tracker->rules));
}

/* Longer than somebody who lies, and as low: the edge of a shadow, which goes on where the ground ends. */
static bool is_flat(const struct ww_blob *blob)
{
    return blob->person > 0 && width_of(blob) > flat_length * blob->person &&
           height_of(blob) < flat_height * blob->person;
}

/* The edge of a cloud's shadow, or of leaves that are out of focus: as far as it is seen, it is small, and
 * begins gradually as nobody does. Of a few pixels there is no telling. */
static bool is_gradual(const struct ww_track *track)
{
    const struct ww_large_sights *large = &track->large;
    double since = track->seen_pts - track->first_pts;
    double known = fmin(fmax((since - new_seconds) / (known_seconds - new_seconds), 0), 1);
    float person = track->blob.person;
    float least = person < well_outlined ? least_step + (usual_step - least_step) * (float)known : least_step;
    return person >= least_outlined && large->outlined >= least_sights &&
           large->steps < least * (float)large->outlined &&
           (float)track->blob.area < gradual_area * person * person;
}

static void judge(const struct ww_tracker *tracker, struct ww_track *track, float needed)
{
    const struct ww_tracker_rules *rules = &tracker->rules;
    float size = fminf(width_of(&track->blob), height_of(&track->blob));
    float least = fmaxf(size / 2, rules->min_travel) * (is_flat(&track->blob) ? flat_times : 1);
    float travel = fminf(least, rules->max_travel);
    float growth = ww_way_growth(track, rules);
    float seen_part = track->large.count > 0 ? (float)track->large.count / (float)track->large.frames : 0;
    bool was_confirmed = track->confirmed;
    float growth_asked_for = fminf(fmaxf(size / 3, least_growth * rules->min_travel), rules->max_travel);
    bool has_grown = growth >= growth_asked_for;
    bool went = ww_way_is_of_somebody(track, rules, travel);
    if (!has_grown) /* else there may be more of him than is to be seen */
        needed = ww_clutter_needed_of(&track->blob, needed);
    if (!was_confirmed && !tracker->withheld)
        track->confirmed = track->large.in_a_row >= least_sights && seen_part >= least_seen &&
                           track->evidence >= needed && (went || has_grown) && !ww_way_is_too_fast(track) &&
                           !is_gradual(track) && is_old_enough(tracker, track, has_grown);
    track->just_confirmed = track->confirmed && !was_confirmed;
    if (track->confirmed)
        track->score =
            fmaxf(track->score, fminf(1, seen_part * fmaxf(track->farthest, growth) / (2 * travel)));
}

static void start(struct ww_tracker *tracker, const struct ww_blob *blob, int64_t frame, double pts)
{
    if (tracker->count >= (blob->is_small ? WW_MAX_TRACKS / 2 : WW_MAX_TRACKS))
        return;
    struct ww_track *track = &tracker->tracks[tracker->count++];
    *track = (struct ww_track){
        .id = ++tracker->last_id,
        .blob = *blob,
        .extent = fmaxf(width_of(blob), height_of(blob)),
        .first_pts = pts,
        .seen_pts = pts,
        .hits = 1,
        .frames = 1,
        .seen = true,
    };
    ww_way_start(track, pts);
    note_size(&tracker->clutter, track, pts);
    track->large.frames = track->large.count;
    note_entry(track, frame, pts);
}

/* Ties in the order of tracks and blobs, so that every machine's qsort() gives the same. */
static int by_misfit(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    if (left->misfit != right->misfit)
        return left->misfit < right->misfit ? -1 : 1;
    if (left->track != right->track)
        return left->track - right->track;
    return left->blob - right->blob;
}

/* Gives the best fitting pairs to each other, one after the other. */
static void associate(struct ww_tracker *tracker, const struct ww_blob *blobs, size_t blob_count, bool *taken,
                      int64_t frame, double pts)
{
    size_t count = 0;
    for (size_t t = 0; t < tracker->count; t++) {
        for (size_t b = 0; b < blob_count; b++) {
            float fit = misfit(&tracker->tracks[t], &blobs[b], pts);
            if (fit >= 0)
                tracker->pairs[count++] = (struct pair){fit, (uint16_t)t, (uint16_t)b};
        }
    }
    qsort(tracker->pairs, count, sizeof *tracker->pairs, by_misfit);
    for (size_t i = 0; i < count; i++) {
        const struct pair *pair = &tracker->pairs[i];
        if (tracker->tracks[pair->track].seen || taken[pair->blob])
            continue;
        see(tracker, &tracker->tracks[pair->track], &blobs[pair->blob], frame, pts);
        move_anchor(&tracker->tracks[pair->track], &tracker->rules, pts);
        taken[pair->blob] = true;
    }
}

/* Somebody who walks into another one's blob is still there: the blob is both of them. */
static void share(struct ww_tracker *tracker, const struct ww_blob *blobs, size_t blob_count, double pts)
{
    for (size_t t = 0; t < tracker->count; t++) {
        struct ww_track *track = &tracker->tracks[t];
        if (track->seen || !track->confirmed)
            continue;
        float x = track->x + track->velocity_x * (float)(pts - track->seen_pts);
        float y = track->y + track->velocity_y * (float)(pts - track->seen_pts);
        for (size_t b = 0; b < blob_count; b++) {
            const struct ww_blob *blob = &blobs[b];
            if (x >= (float)blob->left && x < (float)blob->right && y >= (float)blob->top &&
                y < (float)blob->bottom && blob->area >= track->blob.area) {
                track->x = x;
                track->y = y;
                track->seen_pts = pts;
                track->hits++;
                track->large.count++;
                track->seen = true;
                break;
            }
        }
    }
}

static void forget(struct ww_tracker *tracker, double pts)
{
    size_t kept = 0;
    for (size_t t = 0; t < tracker->count; t++) {
        const struct ww_track *track = &tracker->tracks[t];
        double patience = tracker->rules.forget_seconds * (track->confirmed ? forgotten_part : 1);
        patience = fmax(patience, fmin(pts - tracker->pts, 1) * least_frames);
        if (pts - track->seen_pts <= patience)
            tracker->tracks[kept++] = *track;
        else if (!track->confirmed && track->large.count > 0)
            ww_clutter_add(&tracker->clutter, &track->blob, track->large.count);
    }
    tracker->count = kept;
}

size_t ww_tracker_step(struct ww_tracker *tracker, const struct ww_blob *blobs, size_t blob_count,
                       int64_t frame, double pts, const struct ww_track **tracks)
{
    bool taken[WW_MAX_BLOBS] = {false};
    size_t large = 0;
    for (size_t b = 0; b < blob_count; b++)
        large += !blobs[b].is_small;
    for (size_t t = 0; t < tracker->count; t++) {
        tracker->tracks[t].seen = false;
        tracker->tracks[t].frames++;
    }
    ww_clutter_expect(&tracker->clutter, large);
    associate(tracker, blobs, blob_count, taken, frame, pts);
    share(tracker, blobs, blob_count, pts);
    float needed = ww_clutter_needed(&tracker->clutter);
    for (size_t t = 0; t < tracker->count; t++) {
        struct ww_track *track = &tracker->tracks[t];
        track->large.frames += track->large.count > 0;
        if (!track->seen && track->large.count > 0)
            track->evidence += unseen;
        judge(tracker, track, needed);
    }
    forget(tracker, pts);
    ww_clutter_step(&tracker->clutter, pts - tracker->pts);
    tracker->pts = pts;
    for (size_t b = 0; b < blob_count; b++)
        if (!taken[b])
            start(tracker, &blobs[b], frame, pts);
    *tracks = tracker->tracks;
    return tracker->count;
}
