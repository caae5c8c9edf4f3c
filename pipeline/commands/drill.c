/* wallwatch drill: would an intruder be seen? SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "capture/source.h"
#include "commands/arguments.h"
#include "commands/commands.h"
#include "commands/drill_map.h"
#include "commands/drill_report.h"
#include "commands/drill_sheet.h"
#include "commands/drill_survey.h"
#include "commands/fresh_folder.h"
#include "commands/settings.h"
#include "commands/site_choice.h"
#include "commands/stop.h"
#include "config/site_files.h"

static const char usage[] =
    "usage: wallwatch drill [options] -c FILE [FOOTAGE…]\n"
    "\n"
    "Draws somebody into footage, at many places along each wall, walking and climbing, with strong, medium "
    "and\n"
    "weak contrast, and says at which of them the alarm comes. The footage should show the place as it is "
    "when\n"
    "nobody comes; give some of the day and some of the night. Without any, the camera itself is looked at "
    "for\n"
    "some seconds.\n"
    "\n"
    "  -c, --config FILE    the configuration\n"
    "      --camera NAME    the camera in it, where it has several\n"
    "      --wall NAME      drill this wall only\n"
    "      --places N       places along each wall (default 8)\n"
    "      --at PART        one place instead: 0 is the begin of the wall's line, 1 its end\n"
    "      --way WAY        walk or climb only\n"
    "      --rounds N       times in each footage (default 4, where it is long enough)\n"
    "      --sensitivity L  low, normal or high (default: the configuration's)\n"
    "      --fps R          frame rate of a folder of frames (default 25)\n"
    "      --view-angle A   degrees that the lens sees from left to right, to tell distances (default 70)\n"
    "  -o, --output DIR     where drill.jpg, missed.jpg and drill.json go (default: a fresh folder, named at "
    "the end)\n"
    "      --json           all drills as JSON instead of a table\n"
    "      --threads N      threads that drill (default: all cores)\n"
    "  -q, --quiet          no progress\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 done, 1 something could not be read or written, 2 wrong usage or configuration.\n";

struct drill {
    const char *output, *config, *camera;
    struct ww_survey_options options;
    double frame_rate, view_angle;
    bool has_sensitivity, json;
    enum ww_sensitivity sensitivity;
    char **footage;
    int footage_count;

    struct ww_site *site;
    const struct ww_site_camera *site_camera;
    struct ww_camera watched;
    struct ww_settings settings;
    struct ww_survey survey;
    char *folder;
};

enum {
    OPTION_CAMERA = 256,
    OPTION_WALL,
    OPTION_PLACES,
    OPTION_AT,
    OPTION_WAY,
    OPTION_ROUNDS,
    OPTION_SENSITIVITY,
    OPTION_FPS,
    OPTION_ANGLE,
    OPTION_JSON,
    OPTION_THREADS
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"camera", required_argument, NULL, OPTION_CAMERA},
    {"wall", required_argument, NULL, OPTION_WALL},
    {"places", required_argument, NULL, OPTION_PLACES},
    {"at", required_argument, NULL, OPTION_AT},
    {"way", required_argument, NULL, OPTION_WAY},
    {"rounds", required_argument, NULL, OPTION_ROUNDS},
    {"sensitivity", required_argument, NULL, OPTION_SENSITIVITY},
    {"fps", required_argument, NULL, OPTION_FPS},
    {"view-angle", required_argument, NULL, OPTION_ANGLE},
    {"output", required_argument, NULL, 'o'},
    {"json", no_argument, NULL, OPTION_JSON},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int take_way(struct drill *drill, const char *value)
{
    drill->options.walks = strcmp(value, "walk") == 0;
    drill->options.climbs = strcmp(value, "climb") == 0;
    if (drill->options.walks || drill->options.climbs)
        return 0;
    return ww_wrong_usage(&ww_command_drill, "--way needs walk or climb, not '%s'", value);
}

static int take_number(struct drill *drill, int option, const char *value)
{
    const struct ww_command *self = &ww_command_drill;
    struct ww_survey_options *options = &drill->options;
    switch (option) {
    case OPTION_PLACES:
        if (ww_argument_integer(value, 1, WW_SURVEY_MOST_PLACES, &options->places))
            return 0;
        return ww_wrong_usage(self, "--places needs a number from 1 to %d, not '%s'", WW_SURVEY_MOST_PLACES,
                              value);
    case OPTION_AT:
        if (ww_argument_number(value, 0, 1, &options->at))
            return 0;
        return ww_wrong_usage(self, "--at needs a part of the wall's length, 0 to 1, not '%s'", value);
    case OPTION_ROUNDS:
        if (ww_argument_integer(value, 1, 1000, &options->rounds))
            return 0;
        return ww_wrong_usage(self, "--rounds needs a number from 1 to 1000, not '%s'", value);
    case OPTION_FPS:
        if (ww_argument_number(value, 0.001, 1000, &drill->frame_rate))
            return 0;
        return ww_wrong_usage(self, "--fps needs frames a second, up to 1000, not '%s'", value);
    case OPTION_ANGLE:
        if (ww_argument_number(value, 1, 179, &drill->view_angle))
            return 0;
        return ww_wrong_usage(self, "--view-angle needs degrees, 1 to 179, not '%s'", value);
    default:
        if (ww_argument_integer(value, 1, 256, &options->threads))
            return 0;
        return ww_wrong_usage(self, "--threads needs a number from 1 to 256, not '%s'", value);
    }
}

/* Returns 0, or the exit status with the message already written. */
static int take_option(struct drill *drill, int option, const char *value)
{
    const struct ww_command *self = &ww_command_drill;
    switch (option) {
    case 'c': drill->config = value; return 0;
    case 'o': drill->output = value; return *value ? 0 : ww_wrong_usage(self, "-o needs a folder");
    case 'q': drill->options.quiet = true; return 0;
    case OPTION_CAMERA: drill->camera = value; return 0;
    case OPTION_WALL: drill->options.wall = value; return 0;
    case OPTION_WAY: return take_way(drill, value);
    case OPTION_JSON: drill->json = true; return 0;
    case OPTION_SENSITIVITY:
        drill->has_sensitivity = true;
        if (ww_argument_sensitivity(value, &drill->sensitivity))
            return 0;
        return ww_wrong_usage(self, "--sensitivity needs low, normal or high, not '%s'", value);
    case OPTION_PLACES:
    case OPTION_AT:
    case OPTION_ROUNDS:
    case OPTION_FPS:
    case OPTION_ANGLE:
    case OPTION_THREADS: return take_number(drill, option, value);
    default: return ww_wrong_usage(self, NULL);
    }
}

static int read_arguments(struct drill *drill, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "o:c:qh", long_options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            exit(WW_EXIT_DONE);
        }
        int status = take_option(drill, option, optarg);
        if (status != 0)
            return status;
    }
    drill->footage = argv + optind;
    drill->footage_count = argc - optind;
    if (!drill->config)
        return ww_wrong_usage(&ww_command_drill, "-c FILE is missing: the walls are in a configuration");
    if (drill->options.threads == 0) {
        cpu_set_t cores;
        drill->options.threads = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    }
    return 0;
}

static bool has_wall(const struct ww_site_camera *camera, const char *name)
{
    for (unsigned i = 0; i < camera->wall_count; i++)
        if (!name || strcmp(camera->walls[i].name, name) == 0)
            return true;
    return false;
}

static int read_config(struct drill *drill)
{
    struct ww_error error;
    if (ww_site_read(&drill->site, drill->config, &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_USAGE;
    }
    drill->site_camera = ww_site_choose(drill->site, drill->camera, drill->config);
    if (!drill->site_camera)
        return WW_EXIT_USAGE;
    if (!has_wall(drill->site_camera, drill->options.wall)) {
        ww_log(WW_LOG_ERROR, "%s: camera '%s' has no wall%s%s%s; drills are for walls", drill->config,
               drill->site_camera->name, drill->options.wall ? " '" : "",
               drill->options.wall ? drill->options.wall : "", drill->options.wall ? "'" : "");
        return WW_EXIT_USAGE;
    }
    if (drill->footage_count == 0 && !drill->site_camera->source) {
        ww_log(WW_LOG_ERROR, "%s: camera '%s' has no source; name some footage", drill->config,
               drill->site_camera->name);
        return WW_EXIT_USAGE;
    }
    if (drill->site_camera->person_count == 0)
        ww_log(WW_LOG_WARNING,
               "%s: camera '%s' has no 'person:', so everybody is taken to be a sixth of the picture tall",
               drill->config, drill->site_camera->name);
    return 0;
}

static int wants_no_more(void *abandoned)
{
    return ww_stop_requested() || atomic_load((atomic_bool *)abandoned);
}

/* `location` NULL: the camera itself. */
static int drill_one(struct drill *drill, const char *location)
{
    struct ww_error error;
    struct ww_source source;
    atomic_bool abandoned = false;
    bool live = !location;
    location = live ? drill->site_camera->source : location;
    const struct ww_source_options options = {
        .frame_rate = drill->frame_rate,
        .capture = live ? &drill->settings.capture : NULL,
        .label = drill->site_camera->name,
        .stopped = wants_no_more,
        .stopped_context = &abandoned,
    };
    int code = live ? ww_source_open_live(&source, location, &options, &error)
                    : ww_source_open(&source, location, &options, &error);
    if (code == 0) {
        code = ww_survey_add(&drill->survey, &source.stream, ww_source_reader(&source), location, &abandoned,
                             &error);
        ww_source_close(&source);
    }
    if (code == 0 || (code == -EINTR && ww_stop_requested()))
        return WW_EXIT_DONE;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return WW_EXIT_FAILED;
}

static int drill_all(struct drill *drill)
{
    struct ww_error error;
    int status = WW_EXIT_DONE;
    const struct ww_site_camera *camera = drill->site_camera;
    if (ww_camera_create(&drill->watched, camera->name, camera, NULL, 0, &error) != 0 ||
        ww_settings_read(&drill->settings, &camera->capture) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_FAILED;
    }
    if (drill->has_sensitivity)
        drill->watched.view.sensitivity = drill->sensitivity;
    drill->options.view = &drill->watched.view;
    if (drill->footage_count == 0)
        drill->options.rounds = 1;
    ww_survey_begin(&drill->survey, &drill->options);
    if (drill->footage_count == 0)
        return drill_one(drill, NULL);
    for (int i = 0; i < drill->footage_count && !ww_stop_requested(); i++) {
        int one = drill_one(drill, drill->footage[i]);
        status = one > status ? one : status;
    }
    return status;
}

static int write_files(struct drill *drill)
{
    struct ww_error error;
    char *path = NULL;
    drill->folder = drill->output ? strdup(drill->output) : ww_fresh_folder();
    if (!drill->folder || asprintf(&path, "%s/drill.json", drill->folder) < 0) {
        ww_log(WW_LOG_ERROR, "cannot name a fresh folder; choose one with -o");
        return WW_EXIT_FAILED;
    }
    int code = ww_make_folder(drill->folder, &error);
    if (code == 0)
        code = ww_drill_map_write(&drill->survey, drill->folder, "drill.jpg", &error);
    if (code == 0)
        code = ww_drill_report_write(&drill->survey, path, &error);
    int missed = code == 0 ? ww_drill_sheet_write(&drill->survey, drill->folder, "missed.jpg", &error) : code;
    code = missed < 0 ? missed : 0;
    free(path);
    if (code != 0)
        ww_log(WW_LOG_ERROR, "%s", error.text);
    else if (!drill->options.quiet)
        ww_log(WW_LOG_INFO,
               "the walls, green where they are guarded: %s/drill.jpg; every drill: %s/drill.json",
               drill->folder, drill->folder);
    if (missed > 0 && !drill->options.quiet)
        ww_log(WW_LOG_INFO,
               "some of those who were missed, though their contrast was not weak: %s/missed.jpg",
               drill->folder);
    return code == 0 ? WW_EXIT_DONE : WW_EXIT_FAILED;
}

static int report(struct drill *drill)
{
    struct ww_error error;
    if (!drill->json) {
        ww_drill_report_print(&drill->survey, drill->view_angle, stdout);
    } else if (ww_drill_report_write(&drill->survey, "-", &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_FAILED;
    }
    fflush(stdout);
    return write_files(drill);
}

static int run(int argc, char **argv)
{
    struct drill drill = {.view_angle = 70,
                          .options = {.at = -1, .places = 8, .rounds = 4, .walks = true, .climbs = true}};
    int status = read_arguments(&drill, argc, argv);
    if (status == 0)
        status = read_config(&drill);
    if (status == 0) {
        ww_stop_listen();
        status = drill_all(&drill);
        if (ww_stop_requested()) {
            ww_log(WW_LOG_INFO, "stopped before all drills were done");
        } else if (drill.survey.count > 0) {
            int reported = report(&drill);
            status = status == WW_EXIT_DONE ? reported : status;
        }
    }
    ww_survey_end(&drill.survey);
    ww_settings_free(&drill.settings);
    ww_camera_destroy(&drill.watched);
    free(drill.folder);
    ww_site_free(drill.site);
    return status;
}

const struct ww_command ww_command_drill = {
    .name = "drill",
    .about = "would an intruder be seen?",
    .usage = usage,
    .run = run,
};
