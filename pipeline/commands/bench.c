/* wallwatch bench: the hot loop on this machine. SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/packet.h"
#include "commands/commands.h"
#include "commands/kernel_timing.h"
#include "commands/table.h"
#include "config/units.h"

static const char usage[] = "usage: wallwatch bench [--json]\n"
                            "\n"
                            "Times the kernels of every instruction set that this machine has, for frames "
                            "that lie in its caches (as far\n"
                            "as they fit) and in memory, next to a loop with the same loads and stores and "
                            "no arithmetic: the roofline.\n"
                            "One thread; less than a minute.\n"
                            "\n"
                            "      --json  for machines\n"
                            "  -h, --help  this text\n";

static const struct {
    size_t width, height;
} sizes[] = {{640, 360}, {1280, 720}, {1920, 1080}, {3840, 2160}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static const double seconds_a_point = 0.12;

static void read_processor(char *name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");
    snprintf(name, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        const char *value = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && value) {
            snprintf(name, size, "%s", value + 2);
            name[strcspn(name, "\n")] = '\0';
            break;
        }
    }
    if (file)
        fclose(file);
}

struct report {
    bool json;
    const char *kernel;   /* NULL: all */
    size_t width, height; /* 0: all */
    json_t *list;
    struct ww_table table;
};

static void add_row(struct report *report, const struct ww_timing_point *point,
                    const struct ww_timing *timing)
{
    char size[32], microseconds[24], rate[24], pixel[24], share[24], spread[24];
    double pixels = (double)(point->width * point->height);
    snprintf(size, sizeof size, "%zux%zu", point->width, point->height);
    snprintf(microseconds, sizeof microseconds, "%.1f", timing->ns / 1000);
    snprintf(rate, sizeof rate, "%.1f", (double)timing->bytes / timing->ns);
    snprintf(pixel, sizeof pixel, "%.3f", timing->ns / pixels);
    snprintf(share, sizeof share, "%.2f", timing->roofline_ns / timing->ns);
    snprintf(spread, sizeof spread, "%.0f %%", timing->spread * 100);
    ww_table_add(&report->table, (const char *const[]){point->trial->name, size, point->kernels->isa,
                                                       point->cold ? "cold" : "hot", microseconds, rate,
                                                       pixel, share, spread});
}

static void add_json(struct report *report, const struct ww_timing_point *point,
                     const struct ww_timing *timing)
{
    json_array_append_new(report->list,
                          json_pack("{s:s, s:s, s:i, s:i, s:i, s:s, s:f, s:f, s:I, s:f}", "name",
                                    point->trial->name, "isa", point->kernels->isa, "width",
                                    (int)point->width, "height", (int)point->height, "threads", 1, "state",
                                    point->cold ? "cold" : "hot", "ns_per_frame", timing->ns, "spread",
                                    timing->spread, "bytes_per_frame", (json_int_t)timing->bytes,
                                    "roofline_share", timing->roofline_ns / timing->ns));
}

static int measure_point(struct report *report, const struct ww_timing_point *point)
{
    struct ww_timing timing;
    struct ww_error error;
    if (ww_timing_measure(point, seconds_a_point, &timing, &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_FAILED;
    }
    if (report->json)
        add_json(report, point, &timing);
    else
        add_row(report, point, &timing);
    return 0;
}

static int measure_size(struct report *report, const struct ww_trial *trial, size_t width, size_t height,
                        bool with_reference)
{
    for (size_t i = 0; ww_kernel_isas[i]; i++) {
        const struct ww_kernels *kernels = ww_kernels_named(ww_kernel_isas[i]);
        /* The reference says what is right, not what is fast: once is enough of it. */
        bool reference = kernels && strcmp(kernels->isa, "reference") == 0;
        for (int cold = 0; kernels && cold < 2; cold++) {
            const struct ww_timing_point point = {trial, kernels, width, height, cold};
            if ((!reference || (with_reference && !cold)) && measure_point(report, &point) != 0)
                return WW_EXIT_FAILED;
        }
    }
    return 0;
}

static int measure_all(struct report *report)
{
    for (const struct ww_trial *trial = ww_trials; trial->name; trial++) {
        if (report->kernel && strcmp(report->kernel, trial->name) != 0)
            continue;
        ww_log_progress(trial->name);
        int code = report->width ? measure_size(report, trial, report->width, report->height, true) : 0;
        for (size_t s = 0; s < SIZES && !report->width && code == 0; s++)
            code = measure_size(report, trial, sizes[s].width, sizes[s].height, s == 0);
        if (code != 0)
            return code;
    }
    ww_log_progress("");
    return WW_EXIT_DONE;
}

static bool is_kernel(const char *name)
{
    const struct ww_trial *trial = ww_trials;
    while (trial->name && strcmp(trial->name, name) != 0)
        trial++;
    return trial->name != NULL;
}

static int wrong_kernel(const char *name)
{
    char known[200] = "";
    size_t at = 0;
    for (const struct ww_trial *trial = ww_trials; trial->name && at < sizeof known; trial++)
        at += (size_t)snprintf(known + at, sizeof known - at, "%s%s", at ? ", " : "", trial->name);
    return ww_wrong_usage(&ww_command_bench, "there is no kernel '%s'; there are %s", name, known);
}

/* Returns 0, or the exit status with the message already written. */
static int take_option(struct report *report, int option, const char *value)
{
    uint32_t width, height;
    switch (option) {
    case 'j': report->json = true; return 0;
    case 'k': report->kernel = value; return is_kernel(value) ? 0 : wrong_kernel(value);
    case 's':
        if (!ww_parse_dimensions(value, &width, &height) || !ww_size_is_watchable(width, height))
            return ww_wrong_usage(&ww_command_bench, "--size needs a size such as 1280x720, not '%s'", value);
        report->width = width;
        report->height = height;
        return 0;
    default: return ww_wrong_usage(&ww_command_bench, NULL);
    }
}

static int print_json(struct report *report, const char *processor)
{
    json_t *root =
        json_pack("{s:s, s:s, s:o}", "cpu", processor, "isa", ww_kernels()->isa, "kernels", report->list);
    int code = root ? json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : -1;
    putchar('\n');
    json_decref(root);
    return code == 0 && fflush(stdout) == 0 ? WW_EXIT_DONE : WW_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    static const char *const header[] = {"kernel", "size",     "isa",         "state", "µs",
                                         "GB/s",   "ns/pixel", "of roofline", "spread"};
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"kernel", required_argument, NULL, 'k'},
                                            {"size", required_argument, NULL, 's'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    struct report report = {0};
    char processor[128];
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return WW_EXIT_DONE;
        }
        int status = take_option(&report, option, optarg);
        if (status != 0)
            return status;
    }
    if (optind < argc)
        return ww_wrong_usage(&ww_command_bench, "'%s' was not expected", argv[optind]);
    read_processor(processor, sizeof processor);
    report.list = json_array();
    if (!report.json) {
        printf("%s; this program uses %s\n", processor, ww_kernels()->isa);
        ww_table_begin(&report.table, header, sizeof header / sizeof *header);
    }
    int status = measure_all(&report);
    if (report.json)
        return status == WW_EXIT_DONE ? print_json(&report, processor) : status;
    ww_table_print(&report.table, stdout);
    json_decref(report.list);
    return status;
}

const struct ww_command ww_command_bench = {
    .name = "bench",
    .about = "time the hot loop on this machine",
    .usage = usage,
    .run = run,
};
