/* wallwatch verify: is the evidence whole and unaltered? SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#include "base/log.h"
#include "commands/arguments.h"
#include "commands/commands.h"
#include "commands/evidence_check.h"
#include "commands/stats.h"

static const char usage[] =
    "usage: wallwatch verify [options] DIR\n"
    "\n"
    "Checks the log of a folder and the files that it names: the hashes that chain its lines, their numbers, "
    "the\n"
    "signatures of its checkpoints, and the hash of every file. Says what was altered, removed, added, "
    "reordered or\n"
    "cut off, and between which two checkpoints.\n"
    "\n"
    "      --key KEY    the public key that must have signed: 64 digits, or a file that holds them. Without "
    "it\n"
    "                   the key that stands in the log is taken, which a forger could have put there\n"
    "      --json       the result as JSON\n"
    "      --threads N  threads that hash files (default: all cores)\n"
    "  -q, --quiet      only what is wrong\n"
    "  -h, --help       this text\n"
    "\n"
    "Exit status: 0 whole and unaltered, 1 it could not be read, 2 wrong usage, 3 it is not.\n";

struct verify {
    const char *folder;
    char trusted[WW_PUBLIC_KEY_TEXT];
    bool has_key, json, quiet;
    int threads;
    struct ww_evidence_check check;
};

enum { OPTION_KEY = 256, OPTION_JSON, OPTION_THREADS };

static const struct option options[] = {
    {"key", required_argument, NULL, OPTION_KEY},
    {"json", no_argument, NULL, OPTION_JSON},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int take_option(struct verify *verify, int option, const char *value)
{
    struct ww_error error;
    switch (option) {
    case OPTION_KEY:
        verify->has_key = true;
        if (ww_public_key_read(value, verify->trusted, &error) == 0)
            return 0;
        return ww_wrong_usage(&ww_command_verify, "%s", error.text);
    case OPTION_JSON: verify->json = true; return 0;
    case OPTION_THREADS:
        if (ww_argument_integer(value, 1, 256, &verify->threads))
            return 0;
        return ww_wrong_usage(&ww_command_verify, "--threads needs a number from 1 to 256, not '%s'", value);
    case 'q': verify->quiet = true; return 0;
    default: return ww_wrong_usage(&ww_command_verify, NULL);
    }
}

/* --- telling -------------------------------------------------------------------------------------- */

static void print_damage(const struct ww_damage *damage)
{
    char place[120];
    ww_damage_place(damage, place, sizeof place);
    printf("%s%s\n", damage->text, place);
}

static void print_sum(const struct verify *verify)
{
    const struct ww_log_check *check = &verify->check.log;
    printf("%" PRId64 " line%s, %zu file%s, %" PRId64 " checkpoint%s", check->lines,
           check->lines == 1 ? "" : "s", check->file_count, check->file_count == 1 ? "" : "s",
           check->checkpoints, check->checkpoints == 1 ? "" : "s");
    if (check->lines > 0)
        printf(", %s to %s", check->first, check->last);
    printf(", %.0f MB in %.1f s: %s\n", (double)verify->check.bytes / 1e6, verify->check.seconds,
           check->damage_count == 0 ? "whole and unaltered" : "NOT whole and unaltered");
    if (check->key[0] && !verify->has_key)
        printf("signed by %s; compare that with your own, or use --key\n", check->key);
    else if (check->key[0])
        printf("signed by the key that was named\n");
    else if (check->lines > 0)
        printf("nothing is signed ('wallwatch keygen'): who can write here could have made all of it anew\n");
    if (check->crashes > 0)
        printf("the program was started %" PRId64
               " time%s without having been stopped before (power, kill)\n",
               check->crashes, check->crashes == 1 ? "" : "s");
    if (check->gone > 0)
        printf("%" PRId64 " file%s removed as the store's rules say, and the log says so\n", check->gone,
               check->gone == 1 ? " was" : "s were");
    if (check->orphans > 0)
        printf("%" PRId64 " file%s no line names: added, or left by a program that was killed\n",
               check->orphans, check->orphans == 1 ? " that" : "s that");
    if (verify->check.running)
        printf("the log is being written; its end is not yet signed\n");
}

static int tell(const struct verify *verify)
{
    struct ww_error error;
    const struct ww_log_check *check = &verify->check.log;
    if (verify->json) {
        if (ww_json_write("-", ww_evidence_json(&verify->check), &error) != 0) {
            ww_log(WW_LOG_ERROR, "%s", error.text);
            return WW_EXIT_FAILED;
        }
    } else {
        for (size_t i = 0; i < check->damage_count; i++)
            print_damage(&check->damages[i]);
        if (!verify->quiet)
            print_sum(verify);
    }
    if (fflush(stdout) != 0 || check->no_memory) {
        ww_log(WW_LOG_ERROR,
               check->no_memory ? "out of memory: not all was checked" : "cannot write the result");
        return WW_EXIT_FAILED;
    }
    return check->damage_count == 0 ? WW_EXIT_DONE : WW_EXIT_DAMAGED;
}

static int verify_folder(struct verify *verify)
{
    struct ww_error error;
    const struct ww_evidence_order order = {
        .folder = verify->folder,
        .trusted = verify->has_key ? verify->trusted : NULL,
        .threads = verify->threads,
        .progress = !verify->quiet,
    };
    int status = WW_EXIT_FAILED;
    if (ww_evidence_check(&verify->check, &order, &error) == 0)
        status = tell(verify);
    else
        ww_log(WW_LOG_ERROR, "%s", error.text);
    ww_evidence_check_free(&verify->check);
    return status;
}

static int run(int argc, char **argv)
{
    struct verify verify = {0};
    int option;
    while ((option = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return WW_EXIT_DONE;
        }
        int status = take_option(&verify, option, optarg);
        if (status != 0)
            return status;
    }
    if (argc - optind != 1)
        return ww_wrong_usage(&ww_command_verify, "name one folder with a log");
    verify.folder = argv[optind];
    if (verify.threads == 0) {
        cpu_set_t cores;
        verify.threads = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    }
    return verify_folder(&verify);
}

const struct ww_command ww_command_verify = {
    .name = "verify",
    .about = "is the evidence whole and unaltered?",
    .usage = usage,
    .run = run,
};
