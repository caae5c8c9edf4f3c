/* wallwatch hold: events whose pictures never expire. SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "commands/commands.h"
#include "commands/held_events.h"

static const char usage[] =
    "usage: wallwatch hold [--release] DIR [EVENT…]\n"
    "\n"
    "Holds events of the log of DIR: their pictures and clips are not removed, whatever "
    "the store's rules say. Without an EVENT\n"
    "it lists those that are held. EVENT is a name that 'wallwatch events' lists.\n"
    "\n"
    "      --release  hold them no longer\n"
    "  -h, --help     this text\n"
    "\n"
    "Exit status: 0 done, 1 something could not be read or written, 2 wrong usage.\n";

static int list(const char *folder, struct ww_error *error)
{
    struct ww_holds holds;
    int code = ww_holds_read(&holds, folder, error);
    for (size_t i = 0; code == 0 && i < holds.count; i++)
        if (!strchr(holds.events[i], '/')) /* of their clips nobody asks */
            puts(holds.events[i]);
    ww_holds_free(&holds);
    return code;
}

static int hold(const char *folder, char **events, size_t count, bool release)
{
    struct ww_error error;
    int code =
        count > 0 ? ww_held_events_change(folder, events, count, release, &error) : list(folder, &error);
    if (code == 0)
        return WW_EXIT_DONE;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return WW_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    enum { OPTION_RELEASE = 256 };
    static const struct option options[] = {{"release", no_argument, NULL, OPTION_RELEASE},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    bool release = false;
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case OPTION_RELEASE: release = true; break;
        case 'h': fputs(usage, stdout); return WW_EXIT_DONE;
        default: return ww_wrong_usage(&ww_command_hold, NULL);
        }
    }
    if (argc == optind)
        return ww_wrong_usage(&ww_command_hold, "name a folder with a log");
    if (release && argc - optind < 2)
        return ww_wrong_usage(&ww_command_hold, "name the events that are to be released");
    return hold(argv[optind], argv + optind + 1, (size_t)(argc - optind - 1), release);
}

const struct ww_command ww_command_hold = {
    .name = "hold",
    .about = "keep an event's pictures and clips for good",
    .usage = usage,
    .run = run,
};
