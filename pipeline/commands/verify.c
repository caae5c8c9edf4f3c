/* wallwatch verify: is the evidence whole and unaltered? SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "commands/arguments.h"
#include "commands/commands.h"
#include "commands/file_check.h"
#include "commands/line_hashes.h"
#include "commands/log_check.h"
#include "commands/stats.h"
#include "sink/event_log.h"

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
    bool has_key, json, quiet, running;
    int threads;
    struct ww_log_check check;
    struct dirent **days; /* whose names the check borrows */
    int day_count;
    int64_t bytes;
    double seconds;
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

/* --- reading -------------------------------------------------------------------------------------- */

static void check_lines(struct verify *verify, const char *text, size_t size, const char *name)
{
    struct ww_line_hashes hashes;
    size_t number = 0, count;
    const char *line = text, *end = text + size;
    if (ww_line_hashes_create(&hashes, verify->threads) != 0) {
        verify->check.no_memory = true;
        return;
    }
    while ((count = ww_line_hashes_next(&hashes, &line, end)) > 0)
        for (size_t i = 0; i < count; i++)
            ww_log_check_line(&verify->check, hashes.lines[i].text, hashes.lines[i].size,
                              hashes.lines[i].sha256, name, ++number);
    if (line < end)
        ww_log_check_damage(&verify->check, verify->check.lines + 1,
                            "%s:%zu: the line is cut off: it has no end", name, number + 1);
    ww_line_hashes_destroy(&hashes);
    verify->bytes += (int64_t)size;
}

/* Who writes it must find it free a moment later. */
static bool is_locked(int fd)
{
    if (flock(fd, LOCK_SH | LOCK_NB) != 0)
        return errno == EWOULDBLOCK;
    flock(fd, LOCK_UN);
    return false;
}

static int check_log(struct verify *verify, const char *name, struct ww_error *error)
{
    char *path;
    struct stat info;
    int code = 0;
    if (asprintf(&path, "%s/%s", verify->folder, name) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    } else if (info.st_size > 0) {
        verify->running |= is_locked(fd);
        void *text = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (text == MAP_FAILED) {
            code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
        } else {
            check_lines(verify, text, (size_t)info.st_size, name);
            munmap(text, (size_t)info.st_size);
        }
    }
    if (fd >= 0)
        close(fd);
    free(path);
    return code;
}

static int check_folder(struct verify *verify, struct ww_error *error)
{
    struct dirent **days = NULL;
    int code = 0, count = ww_event_log_days(verify->folder, &days);
    if (count < 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", verify->folder, ww_errno_text(-errno));
    verify->days = days;
    verify->day_count = count;
    for (int i = 0; i < count && code == 0; i++)
        code = check_log(verify, days[i]->d_name, error);
    if (code == 0)
        code = check_log(verify, WW_EVENT_LOG_NAME, error);
    if (code == -ENOENT && count > 0) /* nothing happened today */
        code = 0;
    return code;
}

/* --- telling -------------------------------------------------------------------------------------- */

static void print_damage(const struct ww_damage *damage)
{
    printf("%s", damage->text);
    if (damage->checkpoint_before > 0 && damage->checkpoint_after > 0)
        printf(" (between the checkpoints in lines %" PRId64 " and %" PRId64 ")", damage->checkpoint_before,
               damage->checkpoint_after);
    else if (damage->checkpoint_after > 0)
        printf(" (before the checkpoint in line %" PRId64 ")", damage->checkpoint_after);
    else if (damage->checkpoint_before > 0)
        printf(" (after the checkpoint in line %" PRId64 ")", damage->checkpoint_before);
    puts("");
}

static void print_sum(const struct verify *verify)
{
    const struct ww_log_check *check = &verify->check;
    printf("%" PRId64 " line%s, %zu file%s, %" PRId64 " checkpoint%s", check->lines,
           check->lines == 1 ? "" : "s", check->file_count, check->file_count == 1 ? "" : "s",
           check->checkpoints, check->checkpoints == 1 ? "" : "s");
    if (check->lines > 0)
        printf(", %s to %s", check->first, check->last);
    printf(", %.0f MB in %.1f s: %s\n", (double)verify->bytes / 1e6, verify->seconds,
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
    if (verify->running)
        printf("the log is being written; its end is not yet signed\n");
}

static int print_json(const struct verify *verify, struct ww_error *error)
{
    const struct ww_log_check *check = &verify->check;
    json_t *damages = json_array();
    for (size_t i = 0; i < check->damage_count; i++)
        json_array_append_new(damages,
                              json_pack("{s:s, s:I, s:I, s:I}", "text", check->damages[i].text, "line",
                                        (json_int_t)check->damages[i].line, "checkpoint_before",
                                        (json_int_t)check->damages[i].checkpoint_before, "checkpoint_after",
                                        (json_int_t)check->damages[i].checkpoint_after));
    return ww_json_write("-",
                         json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:I, s:o}", "whole",
                                   check->damage_count == 0, "lines", (json_int_t)check->lines, "files",
                                   (json_int_t)check->file_count, "checkpoints",
                                   (json_int_t)check->checkpoints, "crashes", (json_int_t)check->crashes,
                                   "orphans", (json_int_t)check->orphans, "expired", (json_int_t)check->gone,
                                   "key", check->key, "running", verify->running, "bytes",
                                   (json_int_t)verify->bytes, "damages", damages),
                         error);
}

static int tell(const struct verify *verify)
{
    struct ww_error error;
    const struct ww_log_check *check = &verify->check;
    if (verify->json) {
        if (print_json(verify, &error) != 0) {
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
    double began = ww_clock_monotonic();
    ww_log_check_begin(&verify->check, verify->has_key ? verify->trusted : NULL);
    int status = WW_EXIT_FAILED;
    int code = check_folder(verify, &error);
    if (code == 0) {
        ww_log_check_end(&verify->check, verify->running);
        verify->bytes += ww_file_check(&verify->check, verify->folder, verify->threads, !verify->quiet);
        verify->seconds = ww_clock_monotonic() - began;
        status = tell(verify);
    } else {
        ww_log(WW_LOG_ERROR, "%s", error.text);
    }
    ww_log_check_free(&verify->check);
    for (int i = 0; i < verify->day_count; i++)
        free(verify->days[i]);
    free(verify->days);
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
