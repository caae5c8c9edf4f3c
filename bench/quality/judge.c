/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include <libswscale/swscale.h>
#include <stdlib.h>

struct trial {
    const struct scenario *scenario;
    struct verdict *verdict;
    struct ww_scene_box *boxes; /* of the intruder in every frame; width 0: not there */
    int first, last;            /* frames with the intruder; -1: none */
};

static bool near(const struct ww_box *event, const struct ww_scene_box *truth)
{
    enum { MARGIN = 12 };
    return truth->width > 0 && event->x < truth->x + truth->width + MARGIN &&
           truth->x - MARGIN < event->x + event->width && event->y < truth->y + truth->height + MARGIN &&
           truth->y - MARGIN < event->y + event->height;
}

/* An event is the intruder's where its box meets him in the frame that it names, or when it is told. */
static void take(struct trial *trial, const struct ww_event *event, int told)
{
    struct verdict *verdict = trial->verdict;
    if (event->phase != WW_PHASE_START)
        return;
    bool his = near(&event->box, &trial->boxes[event->frame]) || near(&event->box, &trial->boxes[told]);
    if (!his) {
        if (verdict->false_alarms++ == 0) {
            verdict->told = (int)event->frame;
            verdict->box = event->box;
        }
        return;
    }
    verdict->events++;
    if (!verdict->found) {
        verdict->found = true;
        verdict->late = (told - trial->first) / trial->scenario->rate;
    }
}

static void look_for_misses(struct trial *trial)
{
    struct verdict *verdict = trial->verdict;
    verdict->expected = trial->first >= 0;
    if (!verdict->expected || verdict->found || verdict->false_alarms)
        return;
    int middle = (trial->first + trial->last) / 2;
    const struct ww_scene_box *box = &trial->boxes[middle];
    verdict->told = middle;
    verdict->box = (struct ww_box){box->x, box->y, box->width, box->height};
}

/* The world as a camera of another size sees it; without a scaler it is seen as it is. */
struct view {
    struct SwsContext *scaler;
    uint8_t *world, *scaled;
    int width, height;
};

static int view_create(struct view *view, int width)
{
    *view = (struct view){.width = width,
                          .height = width * WORLD_HEIGHT / WORLD_WIDTH,
                          .world = malloc(WORLD_PIXELS)};
    if (!view->world || width == WORLD_WIDTH)
        return view->world ? 0 : -1;
    view->scaled = malloc((size_t)view->width * (size_t)view->height);
    view->scaler =
        sws_getContext(WORLD_WIDTH, WORLD_HEIGHT, AV_PIX_FMT_GRAY8, view->width, view->height,
                       AV_PIX_FMT_GRAY8, width < WORLD_WIDTH ? SWS_AREA : SWS_BICUBIC, NULL, NULL, NULL);
    return view->scaled && view->scaler ? 0 : -1;
}

static void view_destroy(struct view *view)
{
    sws_freeContext(view->scaler);
    free(view->world);
    free(view->scaled);
}

static struct ww_luma look_through(const struct view *view)
{
    const uint8_t *const from[4] = {view->world};
    uint8_t *const to[4] = {view->scaled};
    if (!view->scaler)
        return (struct ww_luma){view->world, WORLD_WIDTH, WORLD_WIDTH, WORLD_HEIGHT};
    sws_scale(view->scaler, from, (const int[4]){WORLD_WIDTH}, 0, WORLD_HEIGHT, to,
              (const int[4]){view->width});
    return (struct ww_luma){view->scaled, view->width, (uint32_t)view->width, (uint32_t)view->height};
}

static void watch(struct trial *trial, struct world *world, struct ww_detector *detector,
                  const struct view *view)
{
    int frames = (int)(trial->scenario->seconds * trial->scenario->rate);
    for (int i = 0; i < frames; i++) {
        struct ww_findings findings;
        struct ww_error error;
        if (world_draw(world, i, view->world, &trial->boxes[i])) {
            trial->first = trial->first < 0 ? i : trial->first;
            trial->last = i;
        }
        const struct ww_luma luma = look_through(view);
        if (ww_detector_step(detector, &luma, i, i / trial->scenario->rate, &findings, &error) != 0)
            abort();
        for (size_t e = 0; e < findings.event_count; e++)
            take(trial, &findings.events[e], i);
    }
}

int judge(const struct scenario *scenario, enum ww_sensitivity sensitivity, struct verdict *verdict)
{
    const float rows = WORLD_HEIGHT;
    const struct ww_person_height person[2] = {{0.5f, WALL_FOOT / rows,
                                                world_person_height(scenario, WALL_FOOT) / rows},
                                               {0.5f, 1, world_person_height(scenario, rows) / rows}};
    struct view view;
    int code = view_create(&view, scenario->width);
    const struct ww_detector_config config = {.width = (uint32_t)view.width,
                                              .height = (uint32_t)view.height,
                                              .source_width = WORLD_WIDTH, /* boxes are the world's */
                                              .source_height = WORLD_HEIGHT,
                                              .sensitivity = sensitivity,
                                              .person = person,
                                              .person_count = 2};
    struct trial trial = {scenario, verdict, NULL, -1, -1};
    struct ww_detector *detector = NULL;
    struct ww_error error;
    *verdict = (struct verdict){.told = -1};
    struct world *world = world_create(scenario);
    trial.boxes = calloc((size_t)(scenario->seconds * scenario->rate) + 1, sizeof *trial.boxes);
    if (code == 0)
        code = world && trial.boxes ? ww_detector_create(&detector, &config, &error) : -1;
    if (code == 0) {
        watch(&trial, world, detector, &view);
        look_for_misses(&trial);
    }
    ww_detector_destroy(detector);
    world_destroy(world);
    view_destroy(&view);
    free(trial.boxes);
    return code;
}
