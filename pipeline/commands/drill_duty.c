/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/drill_duty.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands/one_drill.h"

static const double lead = 10;                       /* seconds of learning */
static const double first_after = 60;                /* seconds after the camera is there */
static const float margin = 0.05f;                   /* of a wall, at either end */
static const uint64_t drill_key = UINT64_C(1) << 61; /* apart from those of detection */

struct ww_drill_duty {
    struct ww_drill_duty_options options;
    size_t walls, next; /* of the view's regions; the next one to be drilled */
    size_t pending;     /* walls that are still to be drilled now */
    atomic_bool asked;
    bool started;
    double due; /* ww_clock_monotonic() */
    uint64_t lot, keys;
    int open[WW_MAX_REGIONS]; /* events that are really there */

    struct ww_drill *drill; /* NULL: none goes on */
    size_t region;
    struct ww_intruder_plan plan;
    bool told; /* its START was written */
    uint64_t key;
    int64_t began_us; /* when he appeared */
    uint8_t *before;  /* the frame before, as it was */
    bool has_before;
    uint32_t width, height; /* of the planes */
    struct ww_still *best;  /* how he was to be seen */
};

/* --- what was drawn, as a picture ----------------------------------------------------------------- */

struct drawn {
    struct ww_still still;
    uint32_t width, height;
    uint8_t pixels[];
};

static int decode_drawn(const struct ww_still *still, struct ww_picture *picture, struct ww_error *error)
{
    const struct drawn *drawn = (const struct drawn *)still;
    size_t count = (size_t)drawn->width * drawn->height;
    *picture = (struct ww_picture){malloc(count * 3), drawn->width, drawn->height};
    if (!picture->pixels)
        return ww_fail(error, -ENOMEM, "cannot draw a drill: out of memory");
    for (size_t i = 0; i < count; i++)
        memset(picture->pixels + 3 * i, drawn->pixels[i], 3);
    return 0;
}

static void free_drawn(struct ww_still *still)
{
    free(still);
}

static struct ww_still *keep_drawn(const struct ww_luma *luma)
{
    static const struct ww_still_type type = {.decode = decode_drawn, .destroy = free_drawn};
    struct drawn *drawn = malloc(sizeof *drawn + (size_t)luma->width * luma->height);
    if (!drawn)
        return NULL;
    drawn->still = (struct ww_still){.type = &type, .references = 1, .is_drawn = true};
    drawn->width = luma->width;
    drawn->height = luma->height;
    for (uint32_t y = 0; y < luma->height; y++)
        memcpy(drawn->pixels + (size_t)y * luma->width, luma->pixels + (ptrdiff_t)y * luma->stride,
               luma->width);
    return &drawn->still;
}

/* --- what is told --------------------------------------------------------------------------------- */

static void describe(const struct ww_drill_duty *duty, char *text, size_t size)
{
    static const char *const does[] = {[WW_INTRUDER_WALKS] = "walks over",
                                       [WW_INTRUDER_CLIMBS] = "climbs over",
                                       [WW_INTRUDER_STAYS] = "stays at"};
    float contrast = duty->plan.contrast;
    snprintf(text, size,
             "somebody who is drawn %s the wall, %.0f %% of its length from its begin, %.0f %% %s",
             does[duty->plan.way], (double)duty->plan.place * 100, (double)fabsf(contrast) * 100,
             contrast < 0 ? "darker" : "brighter");
}

static struct ww_record record_of(const struct ww_drill_duty *duty, enum ww_phase phase)
{
    const struct ww_camera_view *view = duty->options.view;
    return (struct ww_record){
        .type = "drill",
        .phase = phase,
        .camera = view->name,
        .wall = view->region_names[duty->region],
        .direction = duty->plan.outward ? "outward" : "inward",
        .frame = -1,
    };
}

static void tell_start(struct ww_drill_duty *duty, const struct ww_duty_frame *frame)
{
    struct ww_record record = record_of(duty, WW_PHASE_START);
    record.time_us = duty->began_us = frame->time_us;
    record.detail = "begun";
    describe(duty, record.reason, sizeof record.reason);
    duty->key = drill_key | ++duty->keys;
    duty->told = true;
    ww_sink_event(duty->options.sink, duty->key, &record, NULL, NULL);
}

static const char *reason_of_void(const struct ww_drill_result *result)
{
    return result->appeared ? "it says nothing: somebody was there, or the camera did not see"
                            : "it says nothing: nothing of him would be in the picture";
}

static void tell_end(struct ww_drill_duty *duty, const struct ww_drill_result *result, int64_t time_us)
{
    static const char *const outcomes[] = {
        [WW_DRILL_MISSED] = "missed", [WW_DRILL_SEEN] = "seen", [WW_DRILL_VOID] = "void"};
    struct ww_record record = record_of(duty, WW_PHASE_END);
    record.time_us = time_us;
    record.duration = (double)(time_us - duty->began_us) / 1e6;
    record.detail = outcomes[result->outcome];
    if (result->outcome == WW_DRILL_SEEN) {
        record.alarm = ww_event_type_name(result->alarm);
        record.delay = result->delay;
        snprintf(record.reason, sizeof record.reason, "%s was told %.1f s after he was to be seen",
                 record.alarm, record.delay);
    } else {
        snprintf(record.reason, sizeof record.reason, "%s",
                 result->outcome == WW_DRILL_VOID ? reason_of_void(result) : "nobody was told in time");
    }
    struct ww_best_frame best = {
        .still = duty->best, .time_us = time_us, .frame = result->frame, .box = result->box};
    duty->best = NULL;
    ww_sink_event(duty->options.sink, duty->key, &record, &duty->options.view->regions[duty->region], &best);
}

/* --- one drill ------------------------------------------------------------------------------------ */

static float draw_lot(struct ww_drill_duty *duty)
{
    /* The step of G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014. */
    uint64_t z = duty->lot += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (float)((z ^ z >> 31) >> 40) / (float)(1 << 24);
}

static void drop(struct ww_drill_duty *duty)
{
    ww_drill_destroy(duty->drill);
    duty->drill = NULL;
    ww_still_release(duty->best);
    duty->best = NULL;
    duty->told = duty->has_before = false;
}

static size_t next_wall(struct ww_drill_duty *duty)
{
    const struct ww_camera_view *view = duty->options.view;
    do
        duty->next = (duty->next + 1) % view->region_count;
    while (view->regions[duty->next].kind != WW_REGION_WALL);
    return duty->next;
}

static void begin(struct ww_drill_duty *duty, const struct ww_luma *luma)
{
    struct ww_error error;
    duty->region = next_wall(duty);
    const struct ww_region *wall = &duty->options.view->regions[duty->region];
    float place = margin + (1 - 2 * margin) * draw_lot(duty);
    float contrast = draw_lot(duty) < 0.5f ? 0.6f : 0.3f;
    contrast = draw_lot(duty) < 0.5f ? contrast : -contrast;
    bool climbs = draw_lot(duty) < 0.5f && ww_intruder_can_climb(wall, place, luma->width, luma->height);
    duty->plan = ww_drill_plan(wall, climbs ? WW_INTRUDER_CLIMBS : WW_INTRUDER_WALKS, place, contrast);
    duty->width = luma->width;
    duty->height = luma->height;
    const struct ww_drill_options options = {.view = duty->options.view,
                                             .region = duty->region,
                                             .plan = duty->plan,
                                             .width = luma->width,
                                             .height = luma->height,
                                             .lead = lead};
    uint8_t *grown = realloc(duty->before, (size_t)luma->width * luma->height);
    duty->before = grown ? grown : duty->before;
    int code = grown ? ww_drill_create(&duty->drill, &options, &error)
                     : ww_fail(&error, -ENOMEM, "cannot begin a drill: out of memory");
    if (code != 0)
        ww_log_about(WW_LOG_WARNING, duty->options.view->name, "%s", error.text);
}

static void end(struct ww_drill_duty *duty, const struct ww_drill_result *result, int64_t time_us)
{
    if (duty->told)
        tell_end(duty, result, time_us);
    drop(duty);
}

static void keep_before(struct ww_drill_duty *duty, const struct ww_luma *luma)
{
    for (uint32_t y = 0; y < luma->height; y++)
        memcpy(duty->before + (size_t)y * luma->width, luma->pixels + (ptrdiff_t)y * luma->stride,
               luma->width);
    duty->has_before = true;
}

static bool is_disturbed(const struct ww_drill_duty *duty, const struct ww_findings *findings)
{
    return findings->tamper != WW_TAMPER_NONE || findings->relearning || duty->open[duty->region] > 0;
}

static void go_on(struct ww_drill_duty *duty, const struct ww_duty_frame *frame)
{
    struct ww_error error;
    const struct ww_luma before = {duty->before, (ptrdiff_t)duty->width, duty->width, duty->height};
    int code = ww_drill_step(duty->drill, frame->luma, duty->has_before ? &before : NULL, frame->frame,
                             frame->pts, is_disturbed(duty, frame->findings), &error);
    if (!duty->told && ww_drill_has_begun(duty->drill))
        tell_start(duty, frame);
    if (code >= 0 && ww_drill_is_best(duty->drill)) {
        const struct ww_luma altered = ww_drill_luma(duty->drill);
        ww_still_release(duty->best);
        duty->best = keep_drawn(&altered);
    }
    if (code < 0)
        ww_log_about(WW_LOG_WARNING, duty->options.view->name, "%s", error.text);
    if (code == 1)
        keep_before(duty, frame->luma);
    else
        end(duty, ww_drill_result(duty->drill), frame->time_us);
}

/* --- the duty ------------------------------------------------------------------------------------- */

struct ww_drill_duty *ww_drill_duty_create(const struct ww_drill_duty_options *options)
{
    struct ww_drill_duty *duty = calloc(1, sizeof *duty);
    if (!duty)
        return NULL;
    duty->options = *options;
    duty->lot = (uint64_t)ww_clock_wall_us();
    for (size_t i = 0; i < options->view->region_count; i++)
        duty->walls += options->view->regions[i].kind == WW_REGION_WALL;
    if (duty->walls > 0)
        return duty;
    if (options->every > 0)
        ww_log_about(WW_LOG_WARNING, options->view->name,
                     "there is no wall to be drilled at; drills begin when one is drawn");
    free(duty);
    return NULL;
}

void ww_drill_duty_destroy(struct ww_drill_duty *duty)
{
    if (!duty)
        return;
    drop(duty);
    free(duty->before);
    free(duty);
}

void ww_drill_duty_ask(struct ww_drill_duty *duty)
{
    if (duty)
        atomic_store(&duty->asked, true);
}

static void note_truth(struct ww_drill_duty *duty, const struct ww_findings *findings)
{
    for (size_t i = 0; i < findings->event_count; i++) {
        const struct ww_event *event = &findings->events[i];
        if (event->type != WW_EVENT_TAMPER && event->phase != WW_PHASE_UPDATE)
            duty->open[event->region] += event->phase == WW_PHASE_START ? 1 : -1;
    }
}

static bool is_due(struct ww_drill_duty *duty)
{
    double now = ww_clock_monotonic(), every = duty->options.every;
    if (!duty->started)
        duty->due = now + fmin(first_after, every);
    duty->started = true;
    bool due = every > 0 && now >= duty->due;
    if (due)
        duty->due = now + every;
    if (due || atomic_exchange(&duty->asked, false))
        duty->pending = duty->walls;
    return duty->pending > 0;
}

void ww_drill_duty_step(struct ww_drill_duty *duty, const struct ww_duty_frame *frame)
{
    if (!duty)
        return;
    note_truth(duty, frame->findings);
    bool other = duty->drill && (frame->luma->width != duty->width || frame->luma->height != duty->height);
    if (other)
        ww_drill_duty_interrupt(duty);
    if (!duty->drill && is_due(duty)) {
        duty->pending--;
        begin(duty, frame->luma);
    }
    if (duty->drill)
        go_on(duty, frame);
}

void ww_drill_duty_interrupt(struct ww_drill_duty *duty)
{
    if (!duty)
        return;
    memset(duty->open, 0, sizeof duty->open);
    if (!duty->drill)
        return;
    struct ww_drill_result result = *ww_drill_result(duty->drill);
    result.outcome = WW_DRILL_VOID;
    result.appeared = true;
    end(duty, &result, ww_clock_wall_us());
}
