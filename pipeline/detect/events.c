/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/events.h"

#include <math.h>

#include "detect/portrait.h"

/* A new best frame must be that much better, so that evidence is not exchanged for its like. */
static const float better = 1.05f;

struct open_event {
    enum ww_event_type type;
    enum ww_direction direction;
    enum ww_tamper tamper;
    size_t region;
    uint64_t id;
    uint32_t subject; /* who; 0 of MOTION, which is anybody's */
    uint32_t track, best_track;
    int64_t last_frame, best_frame;
    double start_pts, last_pts, best_pts, told_pts;
    struct ww_box best_box;
    float best_quality, score;
    struct ww_spot crossing;
    struct ww_spot path[WW_MAX_PATH];
    size_t path_count;
};

struct ww_event_keeper {
    struct ww_event_rules rules;
    const struct ww_walls *walls;
    bool *tells_motion;       /* of each region */
    struct open_event *open;  /* WW_MAX_OPEN_EVENTS, the oldest first */
    struct open_event *ended; /* in this step: events that are told point into them, too */
    struct ww_event *events;  /* told in this step; a START, an UPDATE and an END of each, and tampering */
    uint64_t *best;
    struct ww_box boxes[WW_MAX_BOXES];
    size_t box_count;
    size_t regions, open_count, ended_count, event_count, best_count;
    struct open_event tamper; /* going on, if it is one */
    enum ww_tamper tamper_now;
    int64_t tamper_frame; /* since when */
    double tamper_pts;
    uint64_t last_id;
    struct ww_shift shift; /* of this step */
    const struct ww_luma *luma;
    bool disarmed;
};

struct ww_event_keeper *ww_event_keeper_create(const struct ww_detector_config *config,
                                               const struct ww_event_rules *rules,
                                               const struct ww_walls *walls)
{
    struct ww_event_keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return NULL;
    keeper->rules = *rules;
    keeper->walls = walls;
    keeper->regions = config->region_count ? config->region_count : 1;
    keeper->tells_motion = calloc(keeper->regions, sizeof *keeper->tells_motion);
    keeper->open = calloc(WW_MAX_OPEN_EVENTS, sizeof *keeper->open);
    keeper->ended = calloc(WW_MAX_OPEN_EVENTS, sizeof *keeper->ended);
    keeper->events = calloc(3 * (size_t)WW_MAX_OPEN_EVENTS + 2, sizeof *keeper->events);
    keeper->best = calloc(WW_MAX_OPEN_EVENTS + 1, sizeof *keeper->best);
    if (!keeper->tells_motion || !keeper->open || !keeper->ended || !keeper->events || !keeper->best) {
        ww_event_keeper_destroy(keeper);
        return NULL;
    }
    keeper->tells_motion[0] = true;
    for (size_t i = 0; i < config->region_count; i++) {
        const struct ww_region *region = &config->regions[i];
        unsigned tells = region->tells ? region->tells : WW_TELLS_OF_ZONE;
        keeper->tells_motion[i] = region->kind == WW_REGION_ZONE && (tells & WW_TELLS(WW_EVENT_MOTION));
    }
    return keeper;
}

void ww_event_keeper_destroy(struct ww_event_keeper *keeper)
{
    if (!keeper)
        return;
    free(keeper->tells_motion);
    free(keeper->open);
    free(keeper->ended);
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

static struct ww_spot spot_of(const struct ww_event_keeper *keeper, float x, float y)
{
    const struct ww_event_rules *rules = &keeper->rules;
    int px = inside((int)x + keeper->shift.x, rules->width - 1);
    int py = inside((int)y + keeper->shift.y, rules->height - 1);
    return (struct ww_spot){scaled(px, rules->source_width, rules->width, false),
                            scaled(py, rules->source_height, rules->height, false)};
}

static struct ww_event *tell(struct ww_event_keeper *keeper, const struct open_event *open,
                             enum ww_phase phase)
{
    bool crosses = open->type == WW_EVENT_BREACH || open->type == WW_EVENT_EXIT;
    struct ww_event *event = &keeper->events[keeper->event_count++];
    *event = (struct ww_event){
        .phase = phase,
        .type = open->type,
        .id = open->id,
        .tamper = open->tamper,
        .region = open->region,
        .track = phase == WW_PHASE_END ? open->best_track : open->track,
        .frame = open->last_frame,
        .pts = open->last_pts,
        .box = open->best_box,
        .score = open->score,
        .duration = open->last_pts - open->start_pts,
        .best_frame = open->best_frame,
        .best_pts = open->best_pts,
        .direction = open->direction,
        .crosses = crosses,
        .crossing = open->crossing,
        .path = open->path_count > 0 ? open->path : NULL,
        .path_count = open->path_count,
    };
    return event;
}

static void end_all(struct ww_event_keeper *keeper, double before)
{
    size_t kept = 0;
    keeper->ended_count = 0;
    for (size_t i = 0; i < keeper->open_count; i++) {
        if (keeper->open[i].last_pts >= before) {
            keeper->open[kept++] = keeper->open[i];
            continue;
        }
        keeper->ended[keeper->ended_count] = keeper->open[i];
        tell(keeper, &keeper->ended[keeper->ended_count++], WW_PHASE_END);
    }
    keeper->open_count = kept;
}

/* NULL where there are too many already. */
static struct open_event *begin(struct ww_event_keeper *keeper, const struct open_event *like,
                                const struct ww_moment *since, double pts)
{
    if (keeper->open_count == WW_MAX_OPEN_EVENTS)
        return NULL;
    struct open_event *open = &keeper->open[keeper->open_count++];
    *open = *like;
    open->id = ++keeper->last_id;
    open->start_pts = since->pts;
    open->told_pts = open->last_pts = pts;
    open->crossing = spot_of(keeper, since->x, since->y);
    struct ww_event *event = tell(keeper, open, WW_PHASE_START);
    event->frame = event->best_frame = since->frame;
    event->pts = event->best_pts = since->pts;
    event->box = box_of(keeper, &since->blob);
    event->duration = 0;
    return open;
}

static void go_on(struct ww_event_keeper *keeper, struct open_event *open, const struct ww_track *track,
                  int64_t frame, double pts)
{
    open->last_frame = frame;
    open->last_pts = pts;
    open->track = track->id;
    if (track->score > open->score)
        open->score = track->score;
    float enough = open->best_quality * better;
    bool may_be_better = ww_portrait_limit(track, keeper->luma->width, keeper->luma->height) > enough;
    float quality = may_be_better ? ww_portrait_worth(track, keeper->shift, keeper->luma) : 0;
    if (quality > enough) {
        open->best_quality = quality;
        open->best_track = track->id;
        open->best_frame = frame;
        open->best_pts = pts;
        open->best_box = box_of(keeper, &track->blob);
        keeper->best[keeper->best_count++] = open->id;
    }
    if (pts - open->told_pts >= keeper->rules.update) {
        struct ww_event *event = tell(keeper, open, WW_PHASE_UPDATE);
        event->box = box_of(keeper, &track->blob);
        open->told_pts = pts;
    }
}

/* The confirmed track that is largest in a region now, or NULL. */
static const struct ww_track *strongest(const struct ww_event_keeper *keeper, size_t region,
                                        const struct ww_track *tracks, size_t count)
{
    const struct ww_track *best = NULL;
    float best_quality = 0;
    for (size_t t = 0; t < count; t++) {
        const struct ww_track *track = &tracks[t];
        if (!track->confirmed || !track->seen || !(track->blob.regions >> region & 1))
            continue;
        float quality = ww_portrait_limit(track, keeper->rules.width, keeper->rules.height);
        if (!best || quality > best_quality) {
            best = track;
            best_quality = quality;
        }
    }
    return best;
}

/* Motion begins where the track that makes it was first seen in a region, also when it was not yet confirmed
 * there. */
static void step_motion(struct ww_event_keeper *keeper, size_t region, const struct ww_track *track,
                        int64_t frame, double pts)
{
    struct open_event *open = NULL;
    for (size_t i = 0; i < keeper->open_count && !open; i++)
        if (keeper->open[i].type == WW_EVENT_MOTION && keeper->open[i].region == region)
            open = &keeper->open[i];
    if (!open) {
        const struct open_event like = {
            .type = WW_EVENT_MOTION, .region = region, .track = track->id, .score = track->score};
        bool waited = track->just_confirmed && (track->entry.blob.regions >> region & 1);
        const struct ww_moment since = {.frame = waited ? track->entry.frame : frame,
                                        .pts = waited ? track->entry.pts : pts,
                                        .blob = waited ? track->entry.blob : track->blob};
        open = begin(keeper, &like, &since, pts);
    }
    if (open)
        go_on(keeper, open, track, frame, pts);
}

/* A path that has as many points as before is as it was. */
static void copy_path(const struct ww_event_keeper *keeper, struct open_event *open,
                      const struct ww_presence *presence)
{
    if (open->path_count == presence->path_count)
        return;
    open->path_count = presence->path_count;
    for (size_t i = 0; i < presence->path_count; i++)
        open->path[i] = spot_of(keeper, presence->path[i].x, presence->path[i].y);
}

static void begin_act(struct ww_event_keeper *keeper, const struct ww_act *act, double pts)
{
    struct ww_presence presence;
    if (!ww_walls_find(keeper->walls, act->region, act->subject, &presence) || !presence.track)
        return;
    struct open_event like = {
        .type = act->type,
        .direction = act->direction,
        .region = act->region,
        .subject = act->subject,
        .track = presence.track->id,
        .score = presence.track->score,
    };
    copy_path(keeper, &like, &presence);
    begin(keeper, &like, &act->since, pts);
}

/* An act lasts as long as who began it is there. */
static void step_acts(struct ww_event_keeper *keeper, int64_t frame, double pts)
{
    struct ww_presence presence;
    for (size_t i = 0; i < keeper->open_count; i++) {
        struct open_event *open = &keeper->open[i];
        if (open->subject == 0 || !ww_walls_find(keeper->walls, open->region, open->subject, &presence) ||
            !presence.track)
            continue;
        bool new = open->best_quality == 0; /* a crossing may end beside the strip */
        copy_path(keeper, open, &presence);
        if (new || (presence.acts & WW_TELLS(open->type)))
            go_on(keeper, open, presence.track, frame, pts);
    }
}

static void end_tamper(struct ww_event_keeper *keeper, int64_t frame, double pts)
{
    keeper->tamper.last_frame = frame;
    keeper->tamper.last_pts = pts;
    tell(keeper, &keeper->tamper, WW_PHASE_END);
    keeper->tamper.tamper = WW_TAMPER_NONE;
}

/* Its picture is the one by which it was told. */
static void step_tamper(struct ww_event_keeper *keeper, int64_t frame, double pts)
{
    struct open_event *open = &keeper->tamper;
    if (open->tamper != WW_TAMPER_NONE) {
        open->last_frame = frame;
        open->last_pts = pts;
    }
    if (open->tamper == keeper->tamper_now)
        return;
    if (open->tamper != WW_TAMPER_NONE)
        end_tamper(keeper, keeper->tamper_frame, keeper->tamper_pts);
    if (keeper->tamper_now == WW_TAMPER_NONE)
        return;
    *open = (struct open_event){
        .type = WW_EVENT_TAMPER,
        .tamper = keeper->tamper_now,
        .id = ++keeper->last_id,
        .last_frame = keeper->tamper_frame,
        .start_pts = keeper->tamper_pts,
        .last_pts = keeper->tamper_pts,
        .best_frame = frame,
        .best_pts = pts,
        .score = 1,
    };
    tell(keeper, open, WW_PHASE_START);
    keeper->best[keeper->best_count++] = open->id;
}

static void hand_out(const struct ww_event_keeper *keeper, struct ww_findings *findings)
{
    findings->events = keeper->events;
    findings->event_count = keeper->event_count;
    findings->best = keeper->best;
    findings->best_count = keeper->best_count;
    findings->boxes = keeper->boxes;
    findings->box_count = keeper->box_count;
}

static void note_boxes(struct ww_event_keeper *keeper, const struct ww_track *tracks, size_t count)
{
    for (size_t t = 0; t < count && keeper->box_count < WW_MAX_BOXES; t++)
        if (tracks[t].confirmed && tracks[t].seen && tracks[t].blob.regions != 0)
            keeper->boxes[keeper->box_count++] = box_of(keeper, &tracks[t].blob);
}

void ww_event_keeper_step(struct ww_event_keeper *keeper, const struct ww_track *tracks, size_t count,
                          const struct ww_act *acts, size_t act_count, int64_t frame, double pts,
                          struct ww_shift shift, const struct ww_luma *luma, struct ww_findings *findings)
{
    keeper->shift = shift;
    keeper->luma = luma;
    keeper->event_count = keeper->best_count = keeper->box_count = 0;
    end_all(keeper, keeper->disarmed ? INFINITY : pts - keeper->rules.gap);
    step_tamper(keeper, frame, pts);
    if (keeper->disarmed) {
        hand_out(keeper, findings);
        return;
    }
    for (size_t region = 0; region < keeper->regions; region++) {
        const struct ww_track *track =
            keeper->tells_motion[region] ? strongest(keeper, region, tracks, count) : NULL;
        if (track)
            step_motion(keeper, region, track, frame, pts);
    }
    for (size_t i = 0; i < act_count; i++)
        begin_act(keeper, &acts[i], pts);
    step_acts(keeper, frame, pts);
    note_boxes(keeper, tracks, count);
    hand_out(keeper, findings);
}

void ww_event_keeper_tamper(struct ww_event_keeper *keeper, enum ww_tamper tamper, int64_t frame, double pts)
{
    keeper->tamper_now = tamper;
    keeper->tamper_frame = frame;
    keeper->tamper_pts = pts;
}

void ww_event_keeper_arm(struct ww_event_keeper *keeper, bool armed)
{
    keeper->disarmed = !armed;
}

void ww_event_keeper_finish(struct ww_event_keeper *keeper, struct ww_findings *findings)
{
    keeper->event_count = keeper->best_count = keeper->box_count = 0;
    end_all(keeper, INFINITY);
    if (keeper->tamper.tamper != WW_TAMPER_NONE)
        end_tamper(keeper, keeper->tamper.last_frame, keeper->tamper.last_pts);
    hand_out(keeper, findings);
}
