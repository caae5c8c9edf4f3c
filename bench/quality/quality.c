/* Judges the detector on scenes with exact truth; see `usage`. SPDX-License-Identifier: Apache-2.0
 *
 * First each distraction without anybody, for S seconds (600) at normal strength and a fifth of it when
 * strong; then intruders of all kinds, under all distractions. Another seed gives other weather, noise and
 * movements: what the detector was made with is seed 0, and of leaves and clouds 2 to 5; what is reported is
 * another. Prints a table; the sheet shows every miss and false alarm, and what is said of each begins with
 * the number of its case. Exit status 1 where something was missed or false at normal strength. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crossings.h"
#include "judge.h"
#include "shares.h"
#include "vigil.h"

static const char usage[] =
    "usage: quality [--seconds S] [--seed N] [--rate FPS] [--width PIXELS] [--only DISTRACTION] [--case N]\n"
    "               [--short] [--sheet FILE.pgm] [--verbose]\n"
    "       quality --crossings [--seed N] [--short] [--verbose]\n"
    "       quality --shares\n"
    "       quality --tampering [--seed N] [--only KIND|VIEW] [--short] [--verbose] [RECORDING…]\n";

enum { MOST_CASES = 4096, TILE = 4, COLUMNS = 4 }; /* a tile is a quarter of a frame each way */

struct run {
    int number;
    struct scenario scenario;
    struct verdict verdict;
};

static struct run runs[MOST_CASES];
static int run_count, case_count;
enum { ALL_CASES = -1, NO_CASE = -2 };
static int only_case = ALL_CASES, only_distraction = -1;
static uint32_t seed;
static double rate = 15; /* that the program analyses */
static int frame_width = WORLD_WIDTH;

/* A case keeps its number and its seed where only some are asked for. */
static void add(struct scenario scenario)
{
    int number = case_count++;
    if ((only_case >= 0 && number != only_case) ||
        (only_distraction >= 0 && (int)scenario.distraction != only_distraction))
        return;
    if (run_count < MOST_CASES) {
        scenario.seed = 11 + (uint32_t)number * 13 + seed * 7919;
        runs[run_count++] = (struct run){.number = number, .scenario = scenario};
    }
}

static struct scenario scene(enum place place, enum daylight light, enum distraction distraction,
                             float strength)
{
    return (struct scenario){.place = place,
                             .light = light,
                             .distraction = distraction,
                             .strength = strength,
                             .person = 60,
                             .contrast = 0.5f,
                             .rate = rate,
                             .width = frame_width};
}

/* Near and far: what is small where people are large may be as large as they are elsewhere. */
static void add_empty(enum distraction distraction, double seconds)
{
    static const float heights[LIGHTS] = {60, 25, 150};
    for (int strength = 1; strength <= 2; strength++) {
        for (int light = LIGHT_DAY; light <= LIGHT_NIGHT; light++) {
            enum place place = (enum place)((light + (int)distraction) % PLACES);
            struct scenario one = scene(place, (enum daylight)light, distraction, (float)strength);
            one.person = heights[(light + (int)distraction / PLACES) % LIGHTS];
            one.seconds = strength == 1 ? seconds / LIGHTS : seconds / LIGHTS / 5;
            add(one);
        }
    }
}

static void add_intruders(enum distraction distraction, double length)
{
    static const float heights[] = {60, 25, 10, 150};
    for (int act = WALKS; act < STANDS; act++) {
        for (int strength = 1; strength <= 2; strength++) {
            int turn = act + (int)distraction + strength;
            struct scenario one = scene((enum place)(turn % PLACES), (enum daylight)(turn % LIGHTS),
                                        distraction, (float)strength);
            one.act = (enum act)act;
            one.person = heights[turn % 4];
            one.contrast = turn % 3 ? 0.5f : 0.28f;
            one.enters = length / 2;
            one.seconds = length;
            add(one);
        }
    }
}

/* By day, at normal strength, a person of ordinary size. */
static void add_short(enum distraction distraction)
{
    static const enum act acts[] = {NOBODY, WALKS, CLIMBS};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct scenario one = scene(PLACE_WALL, LIGHT_DAY, distraction, 1);
        one.act = acts[i];
        one.enters = 12;
        one.seconds = acts[i] == NOBODY ? 30 : 22;
        add(one);
    }
}

static void add_all(double seconds, bool brief)
{
    for (int distraction = NO_DISTRACTION; distraction < DISTRACTIONS; distraction++) {
        if (brief) {
            add_short((enum distraction)distraction);
            continue;
        }
        add_empty((enum distraction)distraction, seconds);
        add_intruders((enum distraction)distraction, 20);
    }
    if (!brief) { /* who stands still for five minutes is one event */
        struct scenario stands = scene(PLACE_YARD, LIGHT_DAY, NO_DISTRACTION, 1);
        stands.act = STANDS;
        stands.enters = 5;
        stands.seconds = 5 + 320 + 20;
        add(stands);
    }
}

static void judge_all(void)
{
    int done = 0;
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < run_count; i++) {
        if (judge(&runs[i].scenario, WW_SENSITIVITY_NORMAL, &runs[i].verdict) != 0)
            abort();
#pragma omp critical
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r%d of %d\033[K\r", ++done, run_count);
    }
}

struct sum {
    double quiet_seconds;
    int false_alarms, expected, found, late, several;
};

static void account(struct sum *sum, const struct run *run)
{
    const struct verdict *verdict = &run->verdict;
    sum->false_alarms += verdict->false_alarms;
    sum->quiet_seconds += run->scenario.act == NOBODY ? run->scenario.seconds : 0;
    sum->expected += verdict->expected;
    sum->found += verdict->found;
    sum->late += verdict->found && verdict->late > GRACE;
    sum->several += verdict->events > 1;
}

static double harmonic(const struct sum *sum)
{
    double wrong = sum->false_alarms + (sum->expected - sum->found);
    return sum->found ? 2.0 * sum->found / (2.0 * sum->found + wrong) : wrong > 0 ? 0 : 1;
}

/* Returns how much is wrong at normal strength. */
static int print_table(void)
{
    struct sum all[2] = {0};
    printf("%-16s %29s   %s\n", "", "normal strength", "strong");
    printf("%-16s %9s %6s %6s %5s   %9s %6s %6s %5s\n", "distraction", "false/min", "found", "late", "F1",
           "false/min", "found", "late", "F1");
    for (int distraction = NO_DISTRACTION; distraction < DISTRACTIONS; distraction++) {
        struct sum sums[2] = {0};
        int count = 0;
        for (int i = 0; i < run_count; i++) {
            bool strong = runs[i].scenario.strength > 1.5f;
            if ((int)runs[i].scenario.distraction != distraction)
                continue;
            account(&sums[strong], &runs[i]);
            account(&all[strong], &runs[i]);
            count++;
        }
        if (count == 0)
            continue;
        printf("%-16s", distraction_names[distraction]);
        for (int s = 0; s < 2; s++)
            printf(" %3d/%-5.0f %3d/%-2d %6d %5.2f  ", sums[s].false_alarms, sums[s].quiet_seconds / 60,
                   sums[s].found, sums[s].expected, sums[s].late, harmonic(&sums[s]));
        printf("\n");
    }
    printf("%-16s", "all");
    for (int s = 0; s < 2; s++)
        printf(" %3d/%-5.0f %3d/%-2d %5d %5.2f  ", all[s].false_alarms, all[s].quiet_seconds / 60,
               all[s].found, all[s].expected, all[s].late, harmonic(&all[s]));
    printf("\nlate: told more than %d s after entering; of one intruder several events: %d\n", GRACE,
           all[0].several + all[1].several);
    return all[0].false_alarms + all[0].expected - all[0].found;
}

static bool is_wrong(const struct run *run)
{
    return run->verdict.false_alarms || (run->verdict.expected && !run->verdict.found);
}

static void describe(FILE *file, const struct run *run)
{
    const struct scenario *scenario = &run->scenario;
    const struct verdict *verdict = &run->verdict;
    fprintf(
        file,
        "%d %s %s %s %s×%.0f person %.0f contrast %.2f: %s, %d false, late %.1f s, %d events; frame %d at "
        "%d,%d %d×%d\n",
        run->number, place_names[scenario->place], light_names[scenario->light], act_names[scenario->act],
        distraction_names[scenario->distraction], (double)scenario->strength, (double)scenario->person,
        (double)scenario->contrast,
        !verdict->expected ? "nobody"
        : verdict->found   ? "found"
                           : "MISSED",
        verdict->false_alarms, verdict->late, verdict->events, verdict->told, verdict->box.x, verdict->box.y,
        verdict->box.width, verdict->box.height);
}

static void outline(uint8_t *plane, const struct ww_box *box)
{
    for (int y = box->y - 3; y < box->y + box->height + 3; y++)
        for (int x = box->x - 3; x < box->x + box->width + 3; x++)
            if (x >= 0 && y >= 0 && x < WORLD_WIDTH && y < WORLD_HEIGHT &&
                (x < box->x || y < box->y || x >= box->x + box->width || y >= box->y + box->height))
                plane[y * WORLD_WIDTH + x] = 255;
}

/* One picture for each thing that went wrong, with its box. */
static int write_sheet(const char *path)
{
    enum { WIDTH = WORLD_WIDTH / 2, HEIGHT = WORLD_HEIGHT / 2 };
    int wrong = 0, tile = 0;
    for (int i = 0; i < run_count; i++)
        wrong += is_wrong(&runs[i]);
    int columns = wrong < COLUMNS ? wrong : COLUMNS, rows = wrong ? (wrong + COLUMNS - 1) / COLUMNS : 0;
    size_t width = (size_t)columns * WIDTH, size = width * (size_t)rows * HEIGHT;
    uint8_t *sheet = calloc(1, size + 1), *plane = malloc(WORLD_PIXELS);
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < run_count && sheet && plane; i++) {
        struct ww_scene_box box;
        struct world *world = is_wrong(&runs[i]) ? world_create(&runs[i].scenario) : NULL;
        if (!world)
            continue;
        world_draw(world, runs[i].verdict.told < 0 ? 0 : runs[i].verdict.told, plane, &box);
        outline(plane, &runs[i].verdict.box);
        uint8_t *corner =
            sheet + (size_t)(tile / COLUMNS) * HEIGHT * width + (size_t)(tile % COLUMNS) * WIDTH;
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                corner[(size_t)y * width + (size_t)x] = plane[2 * y * WORLD_WIDTH + 2 * x];
        tile++;
        world_destroy(world);
    }
    bool written = file && sheet && plane && fprintf(file, "P5\n%zu %d\n255\n", width, rows * HEIGHT) > 0 &&
                   fwrite(sheet, 1, size, file) == size;
    free(sheet);
    free(plane);
    return file && fclose(file) == 0 && written ? 0 : -1;
}

static int find_distraction(const char *name)
{
    for (int i = 0; i < DISTRACTIONS; i++)
        if (strcmp(name, distraction_names[i]) == 0)
            return i;
    return -1;
}

static int to_case(const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);
    return end != text && !*end && number >= 0 && number < MOST_CASES ? (int)number : NO_CASE;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"seconds", required_argument, NULL, 's'}, {"only", required_argument, NULL, 'o'},
        {"sheet", required_argument, NULL, 'p'},   {"short", no_argument, NULL, 'b'},
        {"verbose", no_argument, NULL, 'v'},       {"seed", required_argument, NULL, 'r'},
        {"rate", required_argument, NULL, 'f'},    {"width", required_argument, NULL, 'w'},
        {"crossings", no_argument, NULL, 'c'},     {"tampering", no_argument, NULL, 't'},
        {"shares", no_argument, NULL, 'a'},        {"case", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
    const char *sheet = NULL;
    double seconds = 600;
    const char *only_name = NULL;
    int option;
    bool verbose = false, brief = false, crossings = false, tampering = false, shares = false;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's': seconds = strtod(optarg, NULL); break;
        case 'r': seed = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'f': rate = strtod(optarg, NULL); break;
        case 'w': frame_width = (int)strtol(optarg, NULL, 10); break;
        case 'o': only_name = optarg; break;
        case 'p': sheet = optarg; break;
        case 'b': brief = true; break;
        case 'c': crossings = true; break;
        case 't': tampering = true; break;
        case 'a': shares = true; break;
        case 'n': only_case = to_case(optarg); break;
        case 'v': verbose = true; break;
        case 'h': fputs(usage, stdout); return 0;
        default: fputs(usage, stderr); return 2;
        }
        if (only_case == NO_CASE) {
            fprintf(stderr, "--case needs the number of a case, not '%s'\n", optarg);
            return 2;
        }
        if (!(rate >= 1 && rate <= 100)) {
            fprintf(stderr, "--rate needs frames a second, 1 to 100\n");
            return 2;
        }
        if (!(frame_width >= 160 && frame_width <= 3840)) {
            fprintf(stderr, "--width needs pixels, 160 to 3840\n");
            return 2;
        }
    }
    if (only_name && !tampering && (only_distraction = find_distraction(only_name)) < 0) {
        fprintf(stderr, "there is no distraction '%s'\n", only_name);
        return 2;
    }
    if (shares)
        return shares_measure();
    if (crossings)
        return crossings_judge(seed, brief, verbose) ? 1 : 0;
    if (tampering)
        return vigil_judge(argv + optind, argc - optind,
                           &(struct vigil_options){seed, brief, verbose, only_name})
                   ? 1
                   : 0;
    add_all(seconds, brief);
    if (run_count == 0) {
        fprintf(stderr, "there is no case %d%s%s: there are %d, from 0\n", only_case,
                only_name ? " with " : "", only_name ? only_name : "", case_count);
        return 2;
    }
    judge_all();
    for (int i = 0; i < run_count; i++)
        if (verbose || is_wrong(&runs[i]))
            describe(stderr, &runs[i]);
    int wrong = print_table();
    if (sheet && write_sheet(sheet) != 0) {
        fprintf(stderr, "cannot write %s\n", sheet);
        return 1;
    }
    return wrong ? 1 : 0;
}
