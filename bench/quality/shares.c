/* SPDX-License-Identifier: Apache-2.0 */
#include "shares.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wallwatch/wallwatch.h>

#include "base/clock.h"
#include "detect/health.h"
#include "detect/visibility.h"
#include "world.h"

enum { FRAMES = 250, RATE = 25, ROUNDS = 21, MOST_WALLS = 8 };

/* What is timed, in this order, in every round. */
enum subject { NO_WALL, ONE_WALL, FOUR_WALLS, EIGHT_WALLS, HEALTH, HEALTH_AND_VIEWS, SUBJECTS };

static const size_t walls_of[] = {[NO_WALL] = 0, [ONE_WALL] = 1, [FOUR_WALLS] = 4, [EIGHT_WALLS] = 8};

static const double drill_share = 20.0 / (6 * 3600); /* both frames of 20 s are looked at */

static struct ww_point lines[MOST_WALLS][2];
static struct ww_region *walls;                /* MOST_WALLS */
static uint8_t *planes, *fresh;                /* of all frames; the one that was just decoded */
static double times[SUBJECTS][FRAMES][ROUNDS]; /* seconds */

/* Across the picture, from its upper third down. */
static void draw_walls(void)
{
    walls = calloc(MOST_WALLS, sizeof *walls);
    for (int i = 0; walls && i < MOST_WALLS; i++) {
        float y = 0.31f + 0.08f * (float)i;
        lines[i][0] = (struct ww_point){0, y};
        lines[i][1] = (struct ww_point){1, y};
        walls[i] =
            (struct ww_region){.kind = WW_REGION_WALL, .points = lines[i], .point_count = 2, .strip = 0.06f};
    }
}

static void render(void)
{
    const struct scenario site = {.place = PLACE_WALL,
                                  .light = LIGHT_DAY,
                                  .distraction = FOLIAGE,
                                  .strength = 1,
                                  .act = WALKS,
                                  .person = 60,
                                  .contrast = 0.4f,
                                  .rate = RATE,
                                  .width = WORLD_WIDTH,
                                  .seconds = (double)FRAMES / RATE,
                                  .enters = 3,
                                  .seed = 1};
    struct world *world = world_create(&site);
    planes = malloc((size_t)FRAMES * WORLD_PIXELS);
    fresh = malloc(WORLD_PIXELS);
    if (!world || !planes || !fresh || !walls)
        abort();
    for (int i = 0; i < FRAMES; i++) {
        struct ww_scene_box box;
        world_draw(world, i, planes + (size_t)i * WORLD_PIXELS, &box);
    }
    world_destroy(world);
}

/* In the caches, as a decoder leaves it. */
static struct ww_luma plane(int index)
{
    memcpy(fresh, planes + (size_t)index * WORLD_PIXELS, WORLD_PIXELS);
    return (struct ww_luma){fresh, WORLD_WIDTH, WORLD_WIDTH, WORLD_HEIGHT};
}

static void detect(size_t wall_count, double (*seconds)[ROUNDS], int round)
{
    const struct ww_detector_config config = {
        .width = WORLD_WIDTH, .height = WORLD_HEIGHT, .regions = walls, .region_count = wall_count};
    struct ww_detector *detector;
    struct ww_findings findings;
    struct ww_error error;
    if (ww_detector_create(&detector, &config, &error) != 0)
        abort();
    for (int i = 0; i < FRAMES; i++) {
        const struct ww_luma luma = plane(i);
        double before = ww_clock_thread_cpu();
        ww_detector_step(detector, &luma, i, (double)i / RATE, &findings, &error);
        seconds[i][round] = ww_clock_thread_cpu() - before;
    }
    ww_detector_destroy(detector);
}

static void look(bool views, double (*seconds)[ROUNDS], int round)
{
    const struct ww_detector_config config = {
        .width = WORLD_WIDTH, .height = WORLD_HEIGHT, .regions = walls, .region_count = 1};
    struct ww_regions regions;
    struct ww_error error;
    struct ww_health *health = ww_health_create(WORLD_WIDTH, WORLD_HEIGHT);
    if (!health || ww_regions_create(&regions, &config, &error) != 0)
        abort();
    struct ww_visibility *visibility = ww_visibility_create(&regions, WORLD_WIDTH, WORLD_HEIGHT);
    for (int i = 0; i < FRAMES; i++) {
        const struct ww_luma luma = plane(i);
        double pts = (double)i / RATE, before = ww_clock_thread_cpu();
        const struct ww_health_report *report = ww_health_step(health, &luma, i, pts);
        if (views && report->sketch)
            ww_visibility_look(visibility, report->sketch, 2, pts);
        seconds[i][round] = ww_clock_thread_cpu() - before;
    }
    ww_visibility_destroy(visibility);
    ww_health_destroy(health);
    ww_regions_destroy(&regions);
}

static void time_subject(enum subject subject, double (*seconds)[ROUNDS], int round)
{
    if (subject < HEALTH)
        detect(walls_of[subject], seconds, round);
    else
        look(subject == HEALTH_AND_VIEWS, seconds, round);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of each frame the best of its rounds, which nothing disturbed. The first second is left out, it is another.
 */
static double undisturbed(double (*seconds)[ROUNDS])
{
    double sum = 0;
    for (int i = RATE; i < FRAMES; i++) {
        qsort(seconds[i], ROUNDS, sizeof seconds[i][0], compare);
        sum += seconds[i][0];
    }
    return sum;
}

int shares_measure(void)
{
    double best[SUBJECTS];
    draw_walls();
    render();
    time_subject(NO_WALL, times[NO_WALL], 0); /* memory and clocks settle */
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < SUBJECTS; i++)
            time_subject((enum subject)((i + round) % SUBJECTS), times[(i + round) % SUBJECTS], round);
    for (int i = 0; i < SUBJECTS; i++)
        best[i] = undisturbed(times[i]);
    double whole = best[NO_WALL], frames = FRAMES - RATE;
    printf("detection, %dx%d, %d frames a second, leaves and somebody: %.0f µs a frame; of that\n",
           WORLD_WIDTH, WORLD_HEIGHT, RATE, whole / frames * 1e6);
    printf("  %-34s %5.1f %%\n", "health", best[HEALTH] / whole * 100);
    printf("  %-34s %5.1f %%\n", "how well walls are seen",
           (best[HEALTH_AND_VIEWS] - best[HEALTH]) / whole * 100);
    for (enum subject i = ONE_WALL; i <= EIGHT_WALLS; i++)
        printf("  %zu %-32s %5.1f %%\n", walls_of[i], i == ONE_WALL ? "wall" : "walls, all over the picture",
               (best[i] - whole) / whole * 100);
    printf("  %-34s %5.1f %%, reckoned: 20 s twice\n", "drills of a wall, every six hours",
           drill_share * 100);
    for (enum subject i = ONE_WALL; i <= EIGHT_WALLS; i++)
        printf("  together, with %zu %-19s %5.1f %%\n", walls_of[i], i == ONE_WALL ? "wall" : "walls",
               ((best[HEALTH_AND_VIEWS] + best[i] - whole) / whole + (double)walls_of[i] * drill_share) *
                   100);
    free(planes);
    free(fresh);
    free(walls);
    return 0;
}
