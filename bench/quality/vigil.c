/* SPDX-License-Identifier: Apache-2.0 */
#include "vigil.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wallwatch/wallwatch.h>

#include "capture/source.h"
#include "decode/frames.h"
#include "tampering.h"
#include "world.h"

enum { MOST_RUNS = 4096, MOST_VIEWS = 16 };
static const double in_time = 3;

/* The whole picture, of which motion is told, and a wall across it. */
static const struct ww_point corners[] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}},
                             wall_line[] = {{0, 0.5f}, {1, 0.5f}};
static const struct ww_region watched[] = {
    {.kind = WW_REGION_ZONE, .points = corners, .point_count = 4, .tells = WW_TELLS(WW_EVENT_MOTION)},
    {.kind = WW_REGION_WALL, .points = wall_line, .point_count = 2, .strip = 0.1f},
};

static const char *const kinds[] = {"none", "covered", "blinded", "defocused", "moved", "frozen", "dark"};

static const enum ww_tamper truths[ALL_TAMPERINGS] = {
    [CLOTH] = WW_TAMPER_COVERED, [SPRAY] = WW_TAMPER_COVERED,           [TORCH] = WW_TAMPER_BLINDED,
    [SUN] = WW_TAMPER_BLINDED,   [DEFOCUS] = WW_TAMPER_DEFOCUSED,       [TURN] = WW_TAMPER_MOVED,
    [FREEZE] = WW_TAMPER_FROZEN, [LAMPS_OUT_AT_NIGHT] = WW_TAMPER_DARK,
};

/* What a camera sees when nobody touches it: a recording, or a made-up site. */
struct view {
    double rate;
    uint8_t *frames;
    struct scenario site;
    int width, height, count; /* frames of a recording; 0: made up */
    char name[64];
    bool quiet; /* nobody is there */
    bool night;
};

struct run {
    const struct view *view;
    struct tampered tampered;
    double length, late, late_end, false_at, alarm_at;
    enum ww_tamper as; /* what else it was told as */
    int false_ones;
    bool told, ended, other, alarm, wall_alarm;
};

static struct view views[MOST_VIEWS];
static struct run runs[MOST_RUNS];
static int view_count, run_count;

static void add_site(enum place place, enum daylight light, enum distraction distraction, uint32_t seed)
{
    struct view *view = &views[view_count++];
    *view = (struct view){.width = WORLD_WIDTH, .height = WORLD_HEIGHT, .rate = 10, .quiet = true};
    view->night = light == LIGHT_NIGHT;
    view->site = (struct scenario){.place = place,
                                   .light = light,
                                   .distraction = distraction,
                                   .strength = 1,
                                   .person = 60,
                                   .contrast = 0.5f,
                                   .rate = 10,
                                   .width = WORLD_WIDTH,
                                   .seed = 29 + seed * 7919};
    snprintf(view->name, sizeof view->name, "%s %s %s", place_names[place], light_names[light],
             distraction_names[distraction]);
}

static void add_recording(const char *path)
{
    struct ww_source source;
    struct ww_frames *frames = NULL;
    struct ww_frame frame;
    struct ww_error error;
    const struct ww_decode_options decoding = {.analysis_width = 640, .threads = 1};
    struct view *view = &views[view_count];
    const char *name = strrchr(path, '/');
    double last = 0;
    *view = (struct view){0};
    snprintf(view->name, sizeof view->name, "%s", name ? name + 1 : path);
    if (ww_source_open(&source, path, &(struct ww_source_options){0}, &error) != 0 ||
        ww_frames_open(&frames, &source.stream, ww_source_reader(&source), &decoding, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    while (ww_frames_next(frames, &frame, &error) > 0) {
        if (frame.damage == WW_DAMAGED)
            continue;
        size_t size = (size_t)frame.luma.width * frame.luma.height;
        if (view->count % 256 == 0)
            view->frames = realloc(view->frames, size * (size_t)(view->count + 256));
        if (!view->frames)
            abort();
        view->width = (int)frame.luma.width;
        view->height = (int)frame.luma.height;
        for (uint32_t y = 0; y < frame.luma.height; y++)
            memcpy(view->frames + size * (size_t)view->count + (size_t)y * frame.luma.width,
                   frame.luma.pixels + (ptrdiff_t)y * frame.luma.stride, frame.luma.width);
        view->count++;
        last = frame.pts;
    }
    view->rate = view->count > 1 ? (view->count - 1) / last : 25;
    ww_frames_close(frames);
    ww_source_close(&source);
    view_count++;
}

static void add(const struct view *view, enum tampering what, int strength, uint32_t seed)
{
    struct run *run = &runs[run_count++];
    bool slow = what == NIGHTFALL || what == FOG_BANK;
    double begins = view->count && view->count / view->rate < 20 ? 4 : 8, lasts = what == LORRY ? 9 : 8;
    double onset = what == CLOTH || what == SPRAY ? 0.8 : slow ? 25 : what == LORRY ? 2.5 : 0.3;
    run->view = view;
    run->tampered = (struct tampered){.what = what,
                                      .strength = strength,
                                      .onset = onset,
                                      .begins = begins,
                                      .ends = begins + onset + lasts,
                                      .width = view->width,
                                      .height = view->height,
                                      .seed = ww_hash((uint32_t)run_count + seed * 7919u)};
    run->length = run->tampered.ends + onset + 6;
    if (view->count && what != UNTOUCHED) /* there and back again: no cut in it */
        run->length = fmin(run->length, 60);
    if (what == UNTOUCHED)
        run->length = view->count ? view->count / view->rate : 60;
}

static void add_all(uint32_t seed, bool brief)
{
    for (int i = 0; i < view_count; i++) {
        for (int what = 0; what < ALL_TAMPERINGS; what++) {
            for (int strength = 1; strength <= TAMPERING_STRENGTHS; strength++) {
                if ((brief && strength % 4 != 1) || (what == UNTOUCHED && strength > 1))
                    continue;
                if (what == NIGHTFALL && views[i].night)
                    continue; /* it has fallen */
                if (what == LAMPS_OUT_AT_NIGHT && !views[i].night)
                    continue; /* the sun does not go out */
                if (run_count < MOST_RUNS)
                    add(&views[i], (enum tampering)what, strength, seed);
            }
        }
    }
}

static void draw(const struct view *view, struct world *world, int index, uint8_t *plane)
{
    struct ww_scene_box nobody;
    if (world) {
        world_draw(world, index, plane, &nobody);
        return;
    }
    int there_and_back = index % (2 * view->count - 2);
    int at = there_and_back < view->count ? there_and_back : 2 * view->count - 2 - there_and_back;
    size_t size = (size_t)view->width * (size_t)view->height;
    memcpy(plane, view->frames + size * (size_t)at, size);
}

static void take(struct run *run, const struct ww_event *event, double now)
{
    enum ww_tamper truth = truths[run->tampered.what];
    const struct tampered *tampered = &run->tampered;
    double whole = tampered->begins + tampered->onset, over = tampered->ends + tampered->onset;
    if (event->type != WW_EVENT_TAMPER) {
        if (event->phase != WW_PHASE_START || !run->view->quiet || tampered->what >= TAMPERINGS ||
            now < tampered->begins)
            return;
        run->alarm_at = run->alarm ? run->alarm_at : now;
        run->alarm = true;
        run->wall_alarm |= event->type != WW_EVENT_MOTION;
        return;
    }
    if (event->phase == WW_PHASE_END && event->tamper == truth && now >= tampered->ends) {
        run->ended = true;
        run->late_end = now - over;
        return;
    }
    if (event->phase != WW_PHASE_START)
        return;
    if (truth == WW_TAMPER_NONE || now < tampered->begins || now > over + in_time) {
        if (run->false_ones++ == 0)
            run->false_at = now;
        run->as = event->tamper;
    } else if (event->tamper == truth && !run->told) {
        run->told = true;
        run->late = now - whole;
    } else if (event->tamper != truth) {
        run->other = true;
        run->as = event->tamper;
    }
}

static void watch(struct run *run)
{
    const struct view *view = run->view;
    const struct ww_detector_config config = {.width = (uint32_t)view->width,
                                              .height = (uint32_t)view->height,
                                              .regions = watched,
                                              .region_count = sizeof watched / sizeof *watched};
    size_t size = (size_t)view->width * (size_t)view->height;
    uint8_t *clear = malloc(size), *frozen = calloc(1, size), *plane = malloc(size);
    struct world *world = view->count ? NULL : world_create(&view->site);
    struct ww_detector *detector = NULL;
    struct ww_findings findings;
    struct ww_error error;
    if (!clear || !frozen || !plane || ww_detector_create(&detector, &config, &error) != 0)
        abort();
    for (int index = 0; index < (int)(run->length * view->rate); index++) {
        double t = index / view->rate;
        const struct ww_luma luma = {plane, view->width, (uint32_t)view->width, (uint32_t)view->height};
        draw(view, world, index, clear);
        tamper(&run->tampered, t, index, clear, frozen, plane);
        if (ww_detector_step(detector, &luma, index, t, &findings, &error) != 0)
            abort();
        for (size_t i = 0; i < findings.event_count; i++)
            take(run, &findings.events[i], t);
    }
    ww_detector_destroy(detector);
    world_destroy(world);
    free(clear);
    free(frozen);
    free(plane);
}

static bool is_wrong(const struct run *run)
{
    bool expected = truths[run->tampered.what] != WW_TAMPER_NONE;
    bool in_order = run->told && run->late <= in_time && run->ended && run->late_end <= in_time;
    return run->false_ones > 0 || (expected && (!in_order || run->other || run->alarm));
}

static void describe(const struct run *run)
{
    fprintf(stderr,
            "%s, %s %d: told %d (%.1f s late), ended %d (%.1f), other %d, false %d at %.1f (%s), alarm %d at "
            "%.1f%s\n",
            run->view->name, tampering_names[run->tampered.what], run->tampered.strength, run->told,
            run->late, run->ended, run->late_end, run->other, run->false_ones, run->false_at, kinds[run->as],
            run->alarm, run->alarm_at, run->wall_alarm ? ", of the wall" : "");
}

static void print_row(enum tampering what)
{
    int cases = 0, told = 0, late = 0, other = 0, ended = 0, false_ones = 0, alarms = 0, of_walls = 0;
    double worst = 0;
    for (int i = 0; i < run_count; i++) {
        const struct run *run = &runs[i];
        if (run->tampered.what != what)
            continue;
        cases++;
        told += run->told;
        late += run->told && run->late > in_time;
        other += run->other;
        ended += run->ended && run->late_end <= in_time;
        false_ones += run->false_ones > 0;
        alarms += run->alarm;
        of_walls += run->wall_alarm;
        worst = run->told ? fmax(worst, run->late) : worst;
    }
    if (truths[what] == WW_TAMPER_NONE)
        printf("%-10s %6d %6s %6s %8s %7s %7s %8d\n", tampering_names[what], cases, "", "", "", "", "",
               false_ones);
    else
        printf("%-10s %6d %6d %6d %8.1f %7d %7d %8d %7d %7d\n", tampering_names[what], cases, told, late,
               worst, ended, other, false_ones, alarms, of_walls);
}

/* What they are does not depend on which are judged. */
static void keep_only(const char *only)
{
    int kept = 0;
    for (int i = 0; i < run_count; i++)
        if (strstr(runs[i].view->name, only) || strstr(tampering_names[runs[i].tampered.what], only))
            runs[kept++] = runs[i];
    run_count = kept;
}

int vigil_judge(char *const *recordings, int count, const struct vigil_options *options)
{
    uint32_t seed = options->seed;
    bool brief = options->brief;
    for (int i = 0; i < count && i < MOST_VIEWS / 2; i++)
        add_recording(recordings[i]);
    add_site(PLACE_WALL, LIGHT_DAY, NO_DISTRACTION, seed);
    if (!brief) {
        add_site(PLACE_YARD, LIGHT_DUSK, FOLIAGE, seed);
        add_site(PLACE_GATE, LIGHT_NIGHT, NO_DISTRACTION, seed);
        add_site(PLACE_FENCE, LIGHT_DAY, RAIN, seed);
        add_site(PLACE_WALL, LIGHT_NIGHT, INSECTS, seed);
    }
    add_all(seed, brief);
    if (options->only)
        keep_only(options->only);
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < run_count; i++)
        watch(&runs[i]);
    int wrong = 0;
    for (int i = 0; i < run_count; i++) {
        wrong += is_wrong(&runs[i]);
        if (options->verbose || is_wrong(&runs[i]))
            describe(&runs[i]);
    }
    printf("%-10s %6s %6s %6s %8s %7s %7s %8s %7s %7s\n", "", "cases", "told", "late", "worst s", "ended",
           "other", "false", "motion", "wall");
    for (int what = 0; what < ALL_TAMPERINGS; what++)
        print_row((enum tampering)what);
    for (int i = 0; i < view_count; i++)
        free(views[i].frames);
    return wrong;
}
