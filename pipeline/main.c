/* wallwatch: the command line. SPDX-License-Identifier: Apache-2.0 */
#include <wallwatch/wallwatch.h>

#include <cyaml/cyaml.h>
#include <jansson.h>
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <malloc.h>
#include <nettle/version.h>
#include <png.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

#include "base/log.h"
#include "commands/commands.h"
#include "commands/zip_file.h"
#include "kernels.h"

#ifdef WW_HAVE_V4LCONVERT
#define WITH_V4LCONVERT "with"
#else
#define WITH_V4LCONVERT "without"
#endif
#ifdef WW_HAVE_SYSTEMD
#define WITH_SYSTEMD "with"
#else
#define WITH_SYSTEMD "without"
#endif

#ifdef WW_HAVE_LIBMICROHTTPD
#define WITH_MICROHTTPD "with"
#else
#define WITH_MICROHTTPD "without"
#endif
#ifdef WW_HAVE_GNUTLS
#define WITH_GNUTLS "with"
#else
#define WITH_GNUTLS "without"
#endif
#ifdef WW_HAVE_SQLITE3
#define WITH_SQLITE "with"
#else
#define WITH_SQLITE "without"
#endif

static const struct ww_command *const commands[] = {
    &ww_command_run,   &ww_command_replay, &ww_command_cameras, &ww_command_events,
    &ww_command_check, &ww_command_drill,  &ww_command_verify,  &ww_command_export,
    &ww_command_hold,  &ww_command_keygen, &ww_command_passwd,  &ww_command_bench,
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct ww_command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

int ww_wrong_usage(const struct ww_command *command, const char *format, ...)
{
    char text[400];
    if (format) {
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        ww_log(WW_LOG_ERROR, "%s", text);
    }
    ww_log(WW_LOG_INFO, "'wallwatch help %s' tells how it is used", command->name);
    return WW_EXIT_USAGE;
}

static void print_overview(FILE *file)
{
    fputs("wallwatch watches walls through ordinary cameras.\n\nusage: wallwatch VERB …\n\n", file);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(file, "  %-10s %s\n", commands[i]->name, commands[i]->about);
    fputs("  help VERB  how a verb is used\n"
          "  --version  the version, and what it was built with\n\n"
          "Try: wallwatch replay scene:rear-wall, or wallwatch cameras\n",
          file);
}

static int print_version(void)
{
    printf("wallwatch %s\n", WW_VERSION);
    printf("built with %s; libavcodec %u.%u, libjpeg-turbo (API %d), libpng %s, libcyaml %s, jansson %s, "
           "libsodium %s, Nettle %d.%d\n",
           __VERSION__, LIBAVCODEC_VERSION_MAJOR, LIBAVCODEC_VERSION_MINOR, JPEG_LIB_VERSION,
           PNG_LIBPNG_VER_STRING, cyaml_version_str, JANSSON_VERSION, SODIUM_VERSION_STRING,
           NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR);
    printf("optional: %s libv4lconvert, %s libsystemd, %s SQLite, %s libarchive, %s libmicrohttpd, "
           "%s GnuTLS\n",
           WITH_V4LCONVERT, WITH_SYSTEMD, WITH_SQLITE, ww_zip_is_there() ? "with" : "without",
           WITH_MICROHTTPD, WITH_GNUTLS);
    printf("kernels: %s here; built in:", ww_kernels()->isa);
    for (size_t i = 0; ww_kernel_isas[i]; i++)
        if (ww_kernels_named(ww_kernel_isas[i]))
            printf(" %s", ww_kernel_isas[i]);
    puts("");
    return WW_EXIT_DONE;
}

static int help(const char *verb)
{
    if (!verb) {
        print_overview(stdout);
        return WW_EXIT_DONE;
    }
    const struct ww_command *command = find(verb);
    if (!command) {
        ww_log(WW_LOG_ERROR, "there is no verb '%s'", verb);
        print_overview(stderr);
        return WW_EXIT_USAGE;
    }
    fputs(command->usage, stdout);
    return WW_EXIT_DONE;
}

static int check_environment(void)
{
    const char *isa = getenv("WALLWATCH_CPU");
    if (!isa || !*isa || ww_kernels_named(isa))
        return 0;
    ww_log(WW_LOG_ERROR, "WALLWATCH_CPU is '%s', which this build or this processor does not have", isa);
    return WW_EXIT_USAGE;
}

int main(int argc, char **argv)
{
    tzset();
    /* Pictures go back to the system when they are freed, instead of raising the threshold; and nobody
     * allocates so often that threads need heaps of their own. */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_ARENA_MAX, 1);
    av_log_set_level(AV_LOG_QUIET); /* what matters of it is said in our own words */
    if (argc < 2) {
        print_overview(stderr);
        return WW_EXIT_USAGE;
    }
    if (check_environment() != 0)
        return WW_EXIT_USAGE;
    const char *verb = argv[1];
    if (strcmp(verb, "--version") == 0 || strcmp(verb, "-V") == 0)
        return print_version();
    if (strcmp(verb, "help") == 0 || strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
        return help(argc > 2 ? argv[2] : NULL);
    const struct ww_command *command = find(verb);
    if (!command) {
        ww_log(WW_LOG_ERROR, "there is no verb '%s'", verb);
        print_overview(stderr);
        return WW_EXIT_USAGE;
    }
    return command->run(argc - 1, argv + 1);
}
