/* SPDX-License-Identifier: Apache-2.0 */
#include "crossings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wallwatch/wallwatch.h>

#include "world.h"

enum { MOST_RUNS = 1024, MOST_PEOPLE = 3 };
static const float tall = 60;          /* pixels */
static const float metre = 60 / 1.75f; /* pixels */
static const double arrives = 6;       /* seconds; before, nobody is there */
static const double in_time = 0.3;
static const float begins = 2.5f; /* metres before the line */

enum way {
    CROSSES,     /* on foot, over a line on the ground */
    CLIMBS_OVER, /* from behind a wall that hides him */
    WALKS_ALONG,
    STANDS_AT,
    REACHES_OVER,
    TURNS_BACK,
    WAYS
};

static const char *const way_names[WAYS] = {"crosses on foot", "climbs over",  "walks along",
                                            "stands at it",    "reaches over", "turns back"};

/* Lines, and the way over each, which is straight; on ground that is seen at 30 degrees. */
struct layout {
    const char *name;
    struct ww_point line[3];
    size_t count;
    float x, y;             /* a place on it, pixels */
    float apart;            /* metres from one person to the next, so that one does not hide the other */
    float along_x, along_y; /* pixels a metre */
    float in_x, in_y;       /* likewise, inwards: right across it on the ground */
};

static const struct layout layouts[] = {
    {"level", {{0, 0.7f}, {1, 0.7f}}, 2, 220, 252, 1.9f, metre, 0, 0, metre / 2},
    {"upright", {{0.5f, 1}, {0.5f, 0.5f}}, 2, 320, 340, 4.1f, 0, -metre / 2, metre, 0},
    {"slanting",
     {{0.1f, 0.9f}, {0.5f, 0.6f}, {0.9f, 0.55f}},
     3,
     170,
     279.28f,
     1.9f,
     0.77f * metre,
     -0.32f * metre,
     0.64f * metre,
     0.38f * metre},
};

struct run {
    const struct layout *layout;
    double speed; /* metres a second */
    double rate;
    double worst; /* seconds beside the truth */
    enum way way;
    int people;
    uint32_t seed;
    int right, missed, wrong, extra; /* wrong: told, but late or early */
    bool inward;
};

static struct run runs[MOST_RUNS];
static int run_count;

static void add(struct run run)
{
    if (run_count < MOST_RUNS)
        runs[run_count++] = run;
}

static void add_all(uint32_t seed, bool brief)
{
    static const double rates[] = {15, 5, 30}, speeds[] = {1, 0.2, 4};
    int rate_count = brief ? 1 : 3, speed_count = brief ? 1 : 3;
    run_count = 0;
    for (int way = 0; way < WAYS; way++) {
        bool walled = way == CLIMBS_OVER || way == REACHES_OVER;
        for (size_t l = 0; l < (walled ? 1 : sizeof layouts / sizeof *layouts); l++)
            for (int r = 0; r < rate_count; r++)
                for (int s = 0; s < (way == CROSSES || way == TURNS_BACK ? speed_count : 1); s++)
                    for (int inward = 0; inward < 2; inward++)
                        for (int people = 1; people <= (way == CROSSES ? MOST_PEOPLE : 1); people++)
                            add((struct run){.way = (enum way)way,
                                             .layout = &layouts[l],
                                             .inward = inward,
                                             .speed = speeds[s],
                                             .rate = rates[r],
                                             .people = people,
                                             .seed = seed * 977 + (uint32_t)run_count});
    }
}

/* Metres inside of the line, t seconds after arriving. */
static float depth_of(const struct run *run, float t)
{
    float way = t * (float)run->speed, sign = run->inward ? 1 : -1, turn = begins - 0.4f;
    switch (run->way) {
    case CROSSES: return sign * (way - begins);
    case TURNS_BACK: return sign * ((way < turn ? way : 2 * turn - way) - begins);
    default: return sign * -0.6f;
    }
}

/* Seconds from arriving to the end. */
static double length_of(const struct run *run)
{
    bool moves = run->way == CROSSES || run->way == TURNS_BACK;
    return moves ? fmin(2 * (double)begins / run->speed, 30) + 1 : 10;
}

static void draw(struct ww_canvas *canvas, float x, float y, float t, bool walking, float reach, float tuck)
{
    struct ww_figure person = {.x = x,
                               .y = y,
                               .height = tall,
                               .stride = t * 0.9f,
                               .swing = walking,
                               .facing = walking,
                               .reach = reach,
                               .tuck = tuck,
                               .coat = {40, 128, 128},
                               .trousers = {50, 128, 128},
                               .skin = {70, 120, 140}};
    struct ww_scene_box box;
    ww_figure_draw(canvas, &person, &box);
}

/* Up behind the wall, over it, down and on; or all of that backwards. */
static void draw_climber(struct ww_canvas *canvas, const struct run *run, float t)
{
    float whole = (float)length_of(run);
    if (!run->inward)
        t = whole - 1 - t;
    int clip = canvas->clip_bottom;
    float over = t < 2 ? t / 2 : 1, down = t < 2 ? 0 : fminf((t - 2) / 1.5f, 1);
    float y =
        (float)WALL_TOP + tall - over * tall * 0.65f + down * ((float)(WALL_FOOT - WALL_TOP) - tall * 0.35f);
    if (t < 2)
        canvas->clip_bottom = WALL_TOP;
    float on = fmaxf(t - 3.5f, 0);
    if (t > -1)
        draw(canvas, 300 - on * 20, y + on * 14, t, on > 0, t < 2 ? 0.8f : 0.3f, t < 3 ? 0.5f : 0);
    canvas->clip_bottom = clip;
}

/* Head and shoulders above the wall; an arm hangs down on this side and is taken back. */
static void draw_reaching(struct ww_canvas *canvas, float t)
{
    int clip = canvas->clip_bottom;
    float up = fminf(t / 2, 1), arm = 0.35f * tall * fmaxf(ww_sine(t / 4), 0);
    canvas->clip_bottom = WALL_TOP;
    draw(canvas, 300, (float)WALL_TOP + tall * (1 - 0.5f * up), t, false, 0.2f, 0);
    canvas->clip_bottom = clip;
    if (up >= 1 && arm > 1)
        ww_canvas_capsule(canvas, 306, (float)WALL_TOP - 4, 310, (float)WALL_TOP + arm, 3,
                          (struct ww_colour){40, 128, 128});
}

static void draw_people(struct ww_canvas *canvas, const struct run *run, float t)
{
    const struct layout *layout = run->layout;
    if (t < 0)
        return;
    if (run->way == CLIMBS_OVER || run->way == REACHES_OVER) {
        if (run->way == CLIMBS_OVER)
            draw_climber(canvas, run, t);
        else
            draw_reaching(canvas, t);
        return;
    }
    for (int i = 0; i < run->people; i++) {
        float depth = depth_of(run, t), along = layout->apart * (float)i;
        bool walking = run->way != STANDS_AT || t < 2;
        if (run->way == WALKS_ALONG) /* to and fro */
            along = 2.5f * ww_sine(t / 10);
        if (run->way == STANDS_AT)
            along = fminf(t, 2);
        draw(canvas, layout->x + depth * layout->in_x + along * layout->along_x,
             layout->y + depth * layout->in_y + along * layout->along_y, t, walking, 0, 0);
    }
}

static struct ww_region wall_of(const struct run *run)
{
    static const struct ww_point top[] = {{0, (float)WALL_TOP / WORLD_HEIGHT},
                                          {1, (float)WALL_TOP / WORLD_HEIGHT}};
    bool walled = run->way == CLIMBS_OVER || run->way == REACHES_OVER;
    return (struct ww_region){.kind = WW_REGION_WALL,
                              .points = walled ? top : run->layout->line,
                              .point_count = walled ? 2 : run->layout->count,
                              .outside = WW_OUTSIDE_LEFT,
                              .strip = walled ? 0.15f : 0.1f};
}

/* When the feet pass the line; negative: never. */
static double truth_of(const struct run *run)
{
    if (run->way == CROSSES)
        return arrives + (double)begins / run->speed;
    if (run->way == CLIMBS_OVER)
        return arrives + (run->inward ? 2 : length_of(run) - 1 - 2);
    return -1;
}

static void judge_event(struct run *run, const struct ww_event *event, double truth)
{
    if (event->phase != WW_PHASE_START || (event->type != WW_EVENT_BREACH && event->type != WW_EVENT_EXIT))
        return;
    int expected = truth >= 0 ? run->people : 0;
    if (expected == run->right + run->wrong || (event->type == WW_EVENT_BREACH) != run->inward) {
        run->extra++;
        return;
    }
    double apart = fabs(event->pts - truth);
    run->worst = fmax(run->worst, apart);
    if (apart <= in_time + 0.5 / run->rate) /* no picture is nearer */
        run->right++;
    else
        run->wrong++;
}

static void judge_findings(struct run *run, const struct ww_findings *findings, double truth)
{
    for (size_t i = 0; i < findings->event_count; i++)
        judge_event(run, &findings->events[i], truth);
}

static void judge(struct run *run)
{
    const struct ww_person_height person[] = {{0.5f, 0.7f, tall / WORLD_HEIGHT}};
    const struct ww_region wall = wall_of(run);
    const struct ww_detector_config config = {.width = WORLD_WIDTH,
                                              .height = WORLD_HEIGHT,
                                              .regions = &wall,
                                              .region_count = 1,
                                              .person = person,
                                              .person_count = 1};
    const struct scenario site = {.place = run->way == CLIMBS_OVER || run->way == REACHES_OVER ? PLACE_WALL
                                                                                               : PLACE_YARD,
                                  .light = LIGHT_DAY,
                                  .strength = 1,
                                  .person = tall,
                                  .rate = run->rate,
                                  .width = WORLD_WIDTH,
                                  .seed = run->seed};
    struct world *world = world_create(&site);
    uint8_t *plane = malloc(WORLD_PIXELS), *chroma = malloc(WORLD_PIXELS);
    struct ww_detector *detector = NULL;
    struct ww_findings findings;
    struct ww_error error;
    double truth = truth_of(run);
    if (!world || !plane || !chroma || ww_detector_create(&detector, &config, &error) != 0)
        abort();
    int frames = (int)((arrives + length_of(run)) * run->rate);
    for (int frame = 0; frame < frames; frame++) {
        const struct ww_luma luma = {plane, WORLD_WIDTH, WORLD_WIDTH, WORLD_HEIGHT};
        struct ww_canvas canvas = {plane, chroma, chroma, WORLD_WIDTH, WORLD_HEIGHT, WORLD_HEIGHT};
        struct ww_scene_box nobody;
        double t = frame / run->rate;
        world_draw(world, frame, plane, &nobody);
        draw_people(&canvas, run, (float)(t - arrives));
        if (ww_detector_step(detector, &luma, frame, t, &findings, &error) != 0)
            abort();
        judge_findings(run, &findings, truth);
    }
    ww_detector_finish(detector, &findings);
    judge_findings(run, &findings, truth);
    run->missed = (truth >= 0 ? run->people : 0) - run->right - run->wrong;
    ww_detector_destroy(detector);
    world_destroy(world);
    free(plane);
    free(chroma);
}

static bool is_wrong(const struct run *run)
{
    return run->missed || run->wrong || run->extra;
}

static int print_table(void)
{
    int all = 0;
    printf("%-16s %6s %9s %6s %10s %9s %9s\n", "at a wall", "cases", "crossings", "told", "in time",
           "worst s", "false");
    for (int way = 0; way < WAYS; way++) {
        int cases = 0, right = 0, missed = 0, wrong = 0, extra = 0;
        double worst = 0;
        for (int i = 0; i < run_count; i++) {
            if ((int)runs[i].way != way)
                continue;
            cases++;
            right += runs[i].right;
            missed += runs[i].missed;
            wrong += runs[i].wrong;
            extra += runs[i].extra;
            worst = fmax(worst, runs[i].worst);
        }
        printf("%-16s %6d %9d %6d %10d %9.2f %9d\n", way_names[way], cases, right + missed + wrong,
               right + wrong, right, worst, extra);
        all += missed + wrong + extra;
    }
    return all;
}

int crossings_judge(uint32_t seed, bool brief, bool verbose)
{
    add_all(seed, brief);
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < run_count; i++)
        judge(&runs[i]);
    for (int i = 0; i < run_count; i++)
        if (verbose || is_wrong(&runs[i]))
            fprintf(stderr,
                    "%s %s %s, %.1f m/s, %.0f a second, %d people: %d in time, %d not, %d missed, %d false\n",
                    way_names[runs[i].way], runs[i].layout->name, runs[i].inward ? "inward" : "outward",
                    runs[i].speed, runs[i].rate, runs[i].people, runs[i].right, runs[i].wrong, runs[i].missed,
                    runs[i].extra);
    return print_table();
}
