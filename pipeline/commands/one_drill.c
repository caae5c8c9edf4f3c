/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/one_drill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const double in_time = 2;        /* seconds after he is over the line */
static const double default_dwell = 10; /* seconds, of a wall that does not say */

struct ww_drill {
    struct ww_drill_options options;
    struct ww_detector *detector;
    struct ww_intruder *intruder;
    uint8_t *plane; /* the altered frame */
    double first_pts, seen_pts;
    bool started, begun, is_best;
    struct ww_box box;   /* of him, now */
    struct ww_box trail; /* of all that was seen of him */
    struct ww_drill_result result;
};

struct ww_intruder_plan ww_drill_plan(const struct ww_region *wall, enum ww_intruder_way way, float place,
                                      float contrast)
{
    unsigned tells = wall->tells ? wall->tells : WW_TELLS_OF_WALL;
    unsigned others = tells & ~WW_TELLS(WW_EVENT_EXIT);
    struct ww_intruder_plan plan = {.wall = wall, .way = way, .place = place, .contrast = contrast};
    plan.outward = others == 0;
    if (tells == WW_TELLS(WW_EVENT_LOITER)) {
        plan.way = WW_INTRUDER_STAYS;
        plan.stays = (wall->dwell > 0 ? wall->dwell : default_dwell) + 1;
    }
    return plan;
}

int ww_drill_create(struct ww_drill **drill, const struct ww_drill_options *options, struct ww_error *error)
{
    const struct ww_camera_view *view = options->view;
    struct ww_drill *created = calloc(1, sizeof *created);
    *drill = NULL;
    if (!created)
        return ww_fail(error, -ENOMEM, "cannot begin a drill: out of memory");
    created->options = *options;
    created->options.plan.wall = &view->regions[options->region];
    created->plane = malloc((size_t)options->width * options->height);
    const struct ww_detector_config config =
        ww_camera_detection(view, options->width, options->height, options->width, options->height);
    int code = created->plane ? 0 : ww_fail(error, -ENOMEM, "cannot begin a drill: out of memory");
    if (code == 0)
        code = ww_detector_create(&created->detector, &config, error);
    if (code == 0 && ww_intruder_create(&created->intruder, &created->options.plan, view, options->width,
                                        options->height) != 0)
        code = ww_fail(error, -ENOMEM, "cannot begin a drill: out of memory");
    if (code != 0) {
        ww_drill_destroy(created);
        return code;
    }
    created->result.contrast = created->options.plan.contrast;
    *drill = created;
    return 0;
}

void ww_drill_destroy(struct ww_drill *drill)
{
    if (!drill)
        return;
    ww_detector_destroy(drill->detector);
    ww_intruder_destroy(drill->intruder);
    free(drill->plane);
    free(drill);
}

static void copy_plane(struct ww_drill *drill, const struct ww_luma *luma)
{
    for (uint32_t y = 0; y < luma->height; y++)
        memcpy(drill->plane + (size_t)y * luma->width, luma->pixels + (ptrdiff_t)y * luma->stride,
               luma->width);
}

static bool overlap(const struct ww_box *a, const struct ww_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static struct ww_box around(struct ww_box a, struct ww_box b)
{
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    return (struct ww_box){x, y, right - x, bottom - y};
}

static void show(struct ww_drill *drill, int64_t frame, double pts)
{
    struct ww_drill_result *result = &drill->result;
    if (!result->appeared) {
        result->appeared = true;
        drill->seen_pts = pts;
    }
    drill->is_best = drill->box.width * drill->box.height >= result->box.width * result->box.height;
    if (!drill->is_best)
        return;
    result->box = drill->box;
    result->frame = frame;
    result->pts = pts;
}

/* An alarm counts where he is, and of his wall. */
static void judge(struct ww_drill *drill, const struct ww_findings *findings, int64_t frame, double pts)
{
    struct ww_drill_result *result = &drill->result;
    for (size_t i = 0; i < findings->event_count && result->outcome == WW_DRILL_MISSED; i++) {
        const struct ww_event *event = &findings->events[i];
        if (event->phase != WW_PHASE_START || event->type == WW_EVENT_TAMPER ||
            event->region != drill->options.region || !overlap(&event->box, &drill->trail))
            continue;
        *result = (struct ww_drill_result){.outcome = WW_DRILL_SEEN,
                                           .alarm = event->type,
                                           .delay = pts - drill->seen_pts,
                                           .appeared = true,
                                           .box = drill->box,
                                           .frame = frame,
                                           .pts = pts};
        drill->is_best = true;
    }
}

static int end(struct ww_drill *drill)
{
    drill->result.contrast = ww_intruder_contrast(drill->intruder);
    if (!drill->result.appeared)
        drill->result.outcome = WW_DRILL_VOID;
    return 0;
}

int ww_drill_step(struct ww_drill *drill, const struct ww_luma *luma, const struct ww_luma *before,
                  int64_t frame, double pts, bool disturbed, struct ww_error *error)
{
    struct ww_findings findings;
    struct ww_box box;
    if (!drill->started)
        drill->first_pts = pts;
    drill->started = true;
    drill->is_best = false;
    copy_plane(drill, luma);
    double t = pts - drill->first_pts - drill->options.lead;
    drill->begun = t >= 0;
    bool there = t >= 0 && t <= ww_intruder_seconds(drill->intruder);
    if (there &&
        ww_intruder_draw(drill->intruder, t, luma, before, drill->plane, (ptrdiff_t)luma->width, &box)) {
        drill->box = box;
        drill->trail = drill->result.appeared ? around(drill->trail, box) : box;
        show(drill, frame, pts);
    }
    if (t >= 0 && disturbed) {
        drill->result.outcome = WW_DRILL_VOID;
        return end(drill);
    }
    const struct ww_luma altered = ww_drill_luma(drill);
    int code = ww_detector_step(drill->detector, &altered, frame, pts, &findings, error);
    if (code != 0)
        return code;
    if (drill->result.appeared)
        judge(drill, &findings, frame, pts);
    if (drill->result.outcome != WW_DRILL_MISSED || t > ww_intruder_crosses(drill->intruder) + in_time)
        return end(drill);
    return 1;
}

const struct ww_drill_result *ww_drill_result(const struct ww_drill *drill)
{
    return &drill->result;
}

const struct ww_intruder *ww_drill_intruder(const struct ww_drill *drill)
{
    return drill->intruder;
}

struct ww_luma ww_drill_luma(const struct ww_drill *drill)
{
    return (struct ww_luma){drill->plane, (ptrdiff_t)drill->options.width, drill->options.width,
                            drill->options.height};
}

bool ww_drill_is_best(const struct ww_drill *drill)
{
    return drill->is_best;
}

bool ww_drill_has_begun(const struct ww_drill *drill)
{
    return drill->begun;
}

double ww_drill_seconds(const struct ww_drill *drill)
{
    return drill->options.lead + ww_intruder_crosses(drill->intruder) + in_time;
}
