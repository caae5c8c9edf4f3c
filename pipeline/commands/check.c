/* wallwatch check: is a configuration going to work? SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "commands/commands.h"
#include "config/site.h"

static const char usage[] = "usage: wallwatch check -c FILE\n"
                            "\n"
                            "Reads a configuration, and says what is wrong with it, or what it watches.\n"
                            "\n"
                            "  -c, --config FILE  the configuration\n"
                            "  -h, --help         this text\n"
                            "\n"
                            "Exit status: 0 it can be used, 2 it cannot.\n";

static const char *one(unsigned count, const char *many, const char *single)
{
    return count == 1 ? single : many;
}

static void describe(const struct ww_site *site)
{
    printf("%s: %u %s\n", site->site ? site->site : "site", site->camera_count,
           one(site->camera_count, "cameras", "camera"));
    for (unsigned i = 0; i < site->camera_count; i++) {
        const struct ww_site_camera *camera = &site->cameras[i];
        printf("  %s: %u %s, %u %s, %zu ignored\n", camera->name, camera->wall_count,
               one(camera->wall_count, "walls", "wall"), camera->zone_count,
               one(camera->zone_count, "zones", "zone"), camera->ignored_count);
    }
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
    describe(site);
    ww_site_free(site);
    return WW_EXIT_DONE;
}

const struct ww_command ww_command_check = {
    .name = "check",
    .about = "is this configuration going to work?",
    .usage = usage,
    .run = run,
};
