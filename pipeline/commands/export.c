/* wallwatch export: an event, for somebody who has nothing of ours. SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "commands/commands.h"
#include "commands/export_evidence.h"
#include "commands/zip_file.h"

static const char usage[] =
    "usage: wallwatch export -o FOLDER|FILE.zip DIR EVENT…\n"
    "\n"
    "Copies events out of the log of DIR, for a colleague or a court: their pictures and clips, the lines of "
    "the "
    "log "
    "from the\n"
    "signed checkpoint before them to the one after, the public key, a page to look at (index.html) and a "
    "script that\n"
    "checks all of it with sha256sum and openssl. EVENT is a name that 'wallwatch events' lists.\n"
    "\n"
    "  -o, --output FOLDER  where it goes: a folder, or a file whose name ends in .zip\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 done, 1 something could not be read or written, or is not what the log says, 2 wrong "
    "usage.\n";

static int read_arguments(struct ww_export_order *order, int argc, char **argv)
{
    static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
        switch (option) {
        case 'o': order->output = optarg; break;
        case 'h': fputs(usage, stdout); exit(WW_EXIT_DONE);
        default: return ww_wrong_usage(&ww_command_export, NULL);
        }
    }
    if (!order->output || !*order->output)
        return ww_wrong_usage(&ww_command_export, "-o FOLDER is missing");
    if (ww_export_is_zip(order->output) && !ww_zip_is_there())
        return ww_wrong_usage(&ww_command_export,
                              "ZIP files need libarchive, which wallwatch was built without; name a folder");
    if (argc - optind < 2)
        return ww_wrong_usage(&ww_command_export, "name a folder with a log, and one event at least");
    order->folder = argv[optind];
    order->events = argv + optind + 1;
    order->event_count = (size_t)(argc - optind - 1);
    return 0;
}

static void say_where(const char *output)
{
    if (ww_export_is_zip(output))
        ww_log(WW_LOG_INFO, "%s holds all of it: index.html shows it, 'sh check.sh' checks it", output);
    else
        ww_log(WW_LOG_INFO, "%s/index.html shows them; 'sh %s/check.sh' checks them", output, output);
}

static int run(int argc, char **argv)
{
    struct ww_export_order order = {0};
    struct ww_error error;
    bool is_signed;
    int status = read_arguments(&order, argc, argv);
    if (status != 0)
        return status;
    if (ww_export_evidence(&order, &is_signed, &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_FAILED;
    }
    if (!is_signed)
        ww_log(WW_LOG_WARNING,
               "no signed checkpoint follows these events: the export shows that they belong together, "
               "not who wrote them");
    say_where(order.output);
    return WW_EXIT_DONE;
}

const struct ww_command ww_command_export = {
    .name = "export",
    .about = "an event, with the proof of it, for others",
    .usage = usage,
    .run = run,
};
