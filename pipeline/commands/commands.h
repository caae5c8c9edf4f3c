/* The verbs of the command line. SPDX-License-Identifier: Apache-2.0
 *
 * A verb is one file that fills a ww_command, and one line in main.c. */
#ifndef WW_COMMANDS_COMMANDS_H
#define WW_COMMANDS_COMMANDS_H

enum ww_exit { WW_EXIT_DONE = 0, WW_EXIT_FAILED = 1, WW_EXIT_USAGE = 2, WW_EXIT_DAMAGED = 3 };

struct ww_command {
    const char *name;
    const char *about; /* one line */
    const char *usage; /* what `help NAME` prints */
    /* argv[0] is the verb. Returns a ww_exit. */
    int (*run)(int argc, char **argv);
};

extern const struct ww_command ww_command_run, ww_command_replay, ww_command_cameras, ww_command_events,
    ww_command_check, ww_command_drill, ww_command_verify, ww_command_export, ww_command_hold,
    ww_command_keygen, ww_command_passwd, ww_command_bench;

/* Prints the message and where to find help; returns WW_EXIT_USAGE. */
int ww_wrong_usage(const struct ww_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
