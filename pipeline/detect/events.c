/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/events.h"

/* A new best frame must be that much better, so that evidence is not exchanged for its like. */
static const float better = 1.05f;

struct open_event {
    uint64_t id; /* 0: none is open */
    uint32_t track, best_track;
    int64_t last_frame, best_frame;
    double start_pts, last_pts, best_pts, told_pts;
    struct ww_box best_box;
    float best_quality, score;
};

struct ww_event_keeper {
    struct ww_event_rules rules;
    struct open_event *open; /* one a region */
    struct ww_event *events; /* told in this step; room for two a region */
    uint64_t *best;
    size_t regions, event_count, best_count;
    uint64_t last_id;
    struct ww_shift shift; /* of this step */
};

struct ww_event_keeper *ww_event_keeper_create(size_t regions, const struct ww_event_rules *rules)
{
    struct ww_event_keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return NULL;
    keeper->rules = *rules;
    keeper->regions = regions;
    keeper->open = calloc(regions, sizeof *keeper->open);
    keeper->events = calloc(2 * regions, sizeof *keeper->events);
    keeper->best = calloc(regions, sizeof *keeper->best);
    if (!keeper->open || !keeper->events || !keeper->best) {
        ww_event_keeper_destroy(keeper);
        return NULL;
    }
    return keeper;
}

void ww_event_keeper_destroy(struct ww_event_keeper *keeper)
{
    if (!keeper)
        return;
    free(keeper->open);
    free(keeper->events);
    free(keeper->best);
    free(keeper);
}

static int32_t scaled(int value, uint32_t to, uint32_t from, bool up)
{
    int64_t product = (int64_t)value * to + (up ? from - 1 : 0);
    return (int32_t)(product / from);
}

static int inside(int value, uint32_t size)
{
    return value < 0 ? 0 : value > (int)size ? (int)size : value;
}

/* Never empty. */
static struct ww_box box_of(const struct ww_event_keeper *keeper, const struct ww_blob *blob)
{
    const struct ww_event_rules *rules = &keeper->rules;
    int x = inside(blob->left + keeper->shift.x, rules->width - 1);
    int y = inside(blob->top + keeper->shift.y, rules->height - 1);
    int end_x = inside(blob->right + keeper->shift.x, rules->width);
    int end_y = inside(blob->bottom + keeper->shift.y, rules->height);
    int32_t left = scaled(x, rules->source_width, rules->width, false);
    int32_t top = scaled(y, rules->source_height, rules->height, false);
    int32_t right = scaled(end_x > x ? end_x : x + 1, rules->source_width, rules->width, true);
    int32_t bottom = scaled(end_y > y ? end_y : y + 1, rules->source_height, rules->height, true);
    return (struct ww_box){left, top, right - left, bottom - top};
}

/* Large is good; cut off by the edge of the picture is not. */
static float quality_of(const struct ww_event_rules *rules, const struct ww_track *track)
{
    const struct ww_blob *blob = &track->blob;
    bool cut = blob->left <= 0 || blob->top <= 0 || blob->right >= (int)rules->width ||
               blob->bottom >= (int)rules->height;
    float size = (float)(blob->right - blob->left) * (float)(blob->bottom - blob->top);
    return size * (cut ? 0.4f : 1) * (0.5f + track->score);
}

static struct ww_event *tell(struct ww_event_keeper *keeper, size_t region, enum ww_phase phase)
{
    const struct open_event *open = &keeper->open[region];
    struct ww_event *event = &keeper->events[keeper->event_count++];
    *event = (struct ww_event){
        .phase = phase,
        .id = open->id,
        .region = region,
        .track = phase == WW_PHASE_END ? open->best_track : open->track,
        .frame = open->last_frame,
        .pts = open->last_pts,
        .box = open->best_box,
        .score = open->score,
        .duration = open->last_pts - open->start_pts,
        .best_frame = open->best_frame,
        .best_pts = open->best_pts,
    };
    return event;
}

static void end(struct ww_event_keeper *keeper, size_t region)
{
    tell(keeper, region, WW_PHASE_END);
    keeper->open[region].id = 0;
}

/* An event begins where the track that makes it was first seen in a region, also when it was not yet
 * confirmed there. */
static void begin(struct ww_event_keeper *keeper, size_t region, const struct ww_track *track, int64_t frame,
                  double pts)
{
    struct open_event *open = &keeper->open[region];
    bool waited = track->just_confirmed && (track->entry.blob.regions >> region & 1);
    *open = (struct open_event){
        .id = ++keeper->last_id,
        .track = track->id,
        .last_frame = frame,
        .last_pts = pts,
        .start_pts = waited ? track->entry.pts : pts,
        .told_pts = pts,
        .score = track->score,
    };
    struct ww_event *event = tell(keeper, region, WW_PHASE_START);
    event->frame = waited ? track->entry.frame : frame;
    event->pts = open->start_pts;
    event->box = box_of(keeper, waited ? &track->entry.blob : &track->blob);
    event->duration = 0;
    event->best_frame = event->frame;
    event->best_pts = event->pts;
}

static void go_on(struct ww_event_keeper *keeper, size_t region, const struct ww_track *track, int64_t frame,
                  double pts)
{
    struct open_event *open = &keeper->open[region];
    open->last_frame = frame;
    open->last_pts = pts;
    open->track = track->id;
    if (track->score > open->score)
        open->score = track->score;
    float quality = quality_of(&keeper->rules, track);
    if (quality > open->best_quality * better) {
        open->best_quality = quality;
        open->best_track = track->id;
        open->best_frame = frame;
        open->best_pts = pts;
        open->best_box = box_of(keeper, &track->blob);
        keeper->best[keeper->best_count++] = open->id;
    }
    if (pts - open->told_pts >= keeper->rules.update) {
        struct ww_event *event = tell(keeper, region, WW_PHASE_UPDATE);
        event->box = box_of(keeper, &track->blob);
        open->told_pts = pts;
    }
}

/* The confirmed track that shows best in a region now, or NULL. */
static const struct ww_track *strongest(const struct ww_event_keeper *keeper, size_t region,
                                        const struct ww_track *tracks, size_t count)
{
    const struct ww_track *best = NULL;
    float best_quality = 0;
    for (size_t t = 0; t < count; t++) {
        const struct ww_track *track = &tracks[t];
        if (!track->confirmed || !track->seen || !(track->blob.regions >> region & 1))
            continue;
        float quality = quality_of(&keeper->rules, track);
        if (!best || quality > best_quality) {
            best = track;
            best_quality = quality;
        }
    }
    return best;
}

static void hand_out(const struct ww_event_keeper *keeper, struct ww_findings *findings)
{
    findings->events = keeper->events;
    findings->event_count = keeper->event_count;
    findings->best = keeper->best;
    findings->best_count = keeper->best_count;
}

void ww_event_keeper_step(struct ww_event_keeper *keeper, const struct ww_track *tracks, size_t count,
                          int64_t frame, double pts, struct ww_shift shift, struct ww_findings *findings)
{
    keeper->shift = shift;
    keeper->event_count = keeper->best_count = 0;
    for (size_t region = 0; region < keeper->regions; region++) {
        struct open_event *open = &keeper->open[region];
        const struct ww_track *track = strongest(keeper, region, tracks, count);
        if (open->id && pts - open->last_pts > keeper->rules.gap)
            end(keeper, region);
        if (!track)
            continue;
        if (!open->id)
            begin(keeper, region, track, frame, pts);
        go_on(keeper, region, track, frame, pts);
    }
    hand_out(keeper, findings);
}

void ww_event_keeper_finish(struct ww_event_keeper *keeper, struct ww_findings *findings)
{
    keeper->event_count = keeper->best_count = 0;
    for (size_t region = 0; region < keeper->regions; region++)
        if (keeper->open[region].id)
            end(keeper, region);
    hand_out(keeper, findings);
}
