/* wallwatch keygen: a key that signs the log. SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>

#include "base/log.h"
#include "base/signature.h"
#include "commands/commands.h"

static const char usage[] = "usage: wallwatch keygen FILE\n"
                            "\n"
                            "Makes a key that signs checkpoints of the event log: FILE, which nobody else "
                            "may read and which belongs to\n"
                            "'store: {key: FILE}' of a configuration, and FILE.pub, the public key, which is "
                            "also printed. Keep the public\n"
                            "key somewhere else than the log: 'wallwatch verify --key FILE.pub' tells with "
                            "it whether the log is this one's.\n"
                            "\n"
                            "  -h, --help  this text\n"
                            "\n"
                            "Exit status: 0 done, 1 it could not be written, 2 wrong usage.\n";

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct ww_signing_key key;
    struct ww_error error;
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option != 'h')
            return ww_wrong_usage(&ww_command_keygen, NULL);
        fputs(usage, stdout);
        return WW_EXIT_DONE;
    }
    if (argc - optind != 1)
        return ww_wrong_usage(&ww_command_keygen, "name one file for the key");
    if (ww_signing_key_make(argv[optind], &key, &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_FAILED;
    }
    puts(key.public_key);
    ww_signing_key_forget(&key);
    return WW_EXIT_DONE;
}

const struct ww_command ww_command_keygen = {
    .name = "keygen",
    .about = "make a key that signs the log",
    .usage = usage,
    .run = run,
};
