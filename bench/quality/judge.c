/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

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

static void watch(struct trial *trial, struct world *world, struct ww_detector *detector, uint8_t *plane)
{
    const struct ww_luma luma = {plane, WORLD_WIDTH, WORLD_WIDTH, WORLD_HEIGHT};
    int frames = (int)(trial->scenario->seconds * trial->scenario->rate);
    for (int i = 0; i < frames; i++) {
        struct ww_findings findings;
        struct ww_error error;
        if (world_draw(world, i, plane, &trial->boxes[i])) {
            trial->first = trial->first < 0 ? i : trial->first;
            trial->last = i;
        }
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
    const struct ww_detector_config config = {.width = WORLD_WIDTH,
                                              .height = WORLD_HEIGHT,
                                              .sensitivity = sensitivity,
                                              .person = person,
                                              .person_count = 2};
    struct trial trial = {scenario, verdict, NULL, -1, -1};
    struct ww_detector *detector = NULL;
    struct ww_error error;
    *verdict = (struct verdict){.told = -1};
    struct world *world = world_create(scenario);
    uint8_t *plane = malloc(WORLD_PIXELS);
    trial.boxes = calloc((size_t)(scenario->seconds * scenario->rate) + 1, sizeof *trial.boxes);
    int code = world && plane && trial.boxes ? ww_detector_create(&detector, &config, &error) : -1;
    if (code == 0) {
        watch(&trial, world, detector, plane);
        look_for_misses(&trial);
    }
    ww_detector_destroy(detector);
    world_destroy(world);
    free(plane);
    free(trial.boxes);
    return code;
}
