/* wallwatch check: is a configuration going to work? SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "commands/commands.h"
#include "commands/past_check.h"
#include "commands/settings.h"
#include "commands/view_check.h"
#include "config/site_files.h"

static const char usage[] =
    "usage: wallwatch check -c FILE\n"
    "\n"
    "Reads a configuration, and says what is wrong with it, or what it watches. Cameras of this machine that "
    "are\n"
    "attached are asked whether they have the format and the controls; one that is absent is only told.\n"
    "\n"
    "  -c, --config FILE  the configuration\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit status: 0 it can be used, 2 it cannot.\n";

static const char *one(unsigned count, const char *many, const char *single)
{
    return count == 1 ? single : many;
}

/* What its source would give now. Returns false where it can never work. */
static bool describe_source(const struct ww_site_camera *camera)
{
    struct ww_settings settings;
    struct ww_error error = {0};
    char words[96];
    if (!camera->source)
        return true;
    int code = ww_source_check_live(camera->source, &error);
    if (code == 0 && strncmp(camera->source, "/dev/", 5) != 0)
        return true; /* asking a network camera would take its time */
    if (code == 0)
        code = ww_settings_read(&settings, &camera->capture);
    if (code == 0) {
        code = ww_source_try_camera(camera->source, &settings.capture, words, sizeof words, &error);
        ww_settings_free(&settings);
    }
    if (code == 0)
        printf("    %s: %s\n", camera->source, words);
    else if (code == -EINVAL || code == -ENOTTY)
        ww_log_about(WW_LOG_ERROR, camera->name, "%s", error.text);
    else
        ww_log_about(WW_LOG_WARNING, camera->name, "%s", error.text);
    return code != -EINVAL && code != -ENOTTY;
}

/* It was read with the site, and is without faults. */
static void describe_drawn(const struct ww_site *site, const char *config)
{
    struct ww_error error;
    struct ww_site *drawn = NULL;
    char *path = ww_site_drawn_path(site, config, NULL);
    if (path && ww_site_read_drawn(&drawn, path, &error) == 0 && drawn)
        printf("  with what was drawn on the console's page, in %s\n", path);
    for (unsigned i = 0; drawn && i < drawn->camera_count; i++)
        if (!ww_site_find(site, drawn->cameras[i].name))
            ww_log(WW_LOG_WARNING, "%s: there is no camera '%s' in %s; what is drawn for it is not used",
                   path, drawn->cameras[i].name, config);
    ww_site_free(drawn);
    free(path);
}

static bool describe(const struct ww_site *site, const char *config)
{
    bool works = true;
    printf("%s: %u %s\n", site->site ? site->site : "site", site->camera_count,
           one(site->camera_count, "cameras", "camera"));
    describe_drawn(site, config);
    for (unsigned i = 0; i < site->camera_count; i++) {
        const struct ww_site_camera *camera = &site->cameras[i];
        printf("  %s: %u %s, %u %s, %zu ignored\n", camera->name, camera->wall_count,
               one(camera->wall_count, "walls", "wall"), camera->zone_count,
               one(camera->zone_count, "zones", "zone"), camera->ignored_count);
        ww_view_describe(camera);
        ww_view_check(camera);
        works &= describe_source(camera);
    }
    ww_past_check(site);
    return works;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *path = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
        switch (option) {
        case 'c': path = optarg; break;
        case 'h': fputs(usage, stdout); return WW_EXIT_DONE;
        default: return ww_wrong_usage(&ww_command_check, NULL);
        }
    }
    if (!path || optind < argc)
        return ww_wrong_usage(&ww_command_check, path ? "'%s' was not expected" : "-c FILE is missing",
                              argv[optind]);
    struct ww_error error;
    struct ww_site *site;
    if (ww_site_read(&site, path, &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_USAGE;
    }
    bool works = describe(site, path);
    ww_site_free(site);
    return works ? WW_EXIT_DONE : WW_EXIT_USAGE;
}

const struct ww_command ww_command_check = {
    .name = "check",
    .about = "is this configuration going to work?",
    .usage = usage,
    .run = run,
};
