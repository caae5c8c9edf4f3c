/* wallwatch bench: the hot loop on this machine. SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <jansson.h>
#include <math.h>
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
                            "as they fit) and in memory, next to two limits: a loop with the same loads and "
                            "stores and no arithmetic (memory),\n"
                            "and the kernel's vector instructions at the rate that this core reaches when "
                            "none waits for another (ports).\n"
                            "The larger of the two is the roofline. One thread; less than a minute.\n"
                            "\n"
                            "      --json  for machines\n"
                            "  -h, --help  this text\n";

static const struct {
    size_t width, height;
} sizes[] = {{640, 360}, {1280, 720}, {1920, 1080}, {3840, 2160}};
enum { SIZES = sizeof sizes / sizeof *sizes, MOST_ISAS = 5, COUNTED_WIDTH = 640 };

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

/* An instruction set that this machine has. */
struct isa {
    const struct ww_kernels *kernels;
    struct ww_vector_work rates; /* instructions a nanosecond */
};

struct report {
    bool json;
    const char *kernel;   /* NULL: all */
    size_t width, height; /* 0: all */
    json_t *list;
    struct ww_table table;
    struct isa isas[MOST_ISAS];
    size_t isa_count;
};

/* The larger of the limits. */
static double roofline(const struct ww_timing *timing)
{
    return fmax(timing->memory_ns, timing->ports_ns);
}

static void number_or_dash(char *text, size_t size, int digits, double value)
{
    if (value > 0)
        snprintf(text, size, "%.*f", digits, value);
    else
        snprintf(text, size, "-");
}

static void add_row(struct report *report, const struct ww_timing_point *point,
                    const struct ww_timing *timing)
{
    char size[32], microseconds[24], rate[24], pixel[24], cycles[24], memory[24], ports[24], share[24],
        spread[24];
    double pixels = (double)(point->width * point->height);
    snprintf(size, sizeof size, "%zux%zu", point->width, point->height);
    snprintf(microseconds, sizeof microseconds, "%.1f", timing->ns / 1000);
    snprintf(rate, sizeof rate, "%.1f", (double)timing->bytes / timing->ns);
    snprintf(pixel, sizeof pixel, "%.3f", timing->ns / pixels);
    snprintf(memory, sizeof memory, "%.1f", timing->memory_ns / 1000);
    snprintf(share, sizeof share, "%.2f", roofline(timing) / timing->ns);
    snprintf(spread, sizeof spread, "%.0f %%", timing->spread * 100);
    number_or_dash(cycles, sizeof cycles, 3, timing->cycles / pixels);
    number_or_dash(ports, sizeof ports, 1, timing->ports_ns / 1000);
    ww_table_add(&report->table, (const char *const[]){point->trial->name, size, point->kernels->isa,
                                                       point->cold ? "cold" : "hot", microseconds, rate,
                                                       pixel, cycles, memory, ports, share, spread});
}

static json_t *real_or_null(double value)
{
    return value > 0 ? json_real(value) : json_null();
}

static void add_json(struct report *report, const struct ww_timing_point *point,
                     const struct ww_timing *timing)
{
    double pixels = (double)(point->width * point->height);
    json_array_append_new(report->list,
                          json_pack("{s:s, s:s, s:i, s:i, s:i, s:s, s:f, s:f, s:I, s:o, s:f, s:o, s:f}",
                                    "name", point->trial->name, "isa", point->kernels->isa, "width",
                                    (int)point->width, "height", (int)point->height, "threads", 1, "state",
                                    point->cold ? "cold" : "hot", "ns_per_frame", timing->ns, "spread",
                                    timing->spread, "bytes_per_frame", (json_int_t)timing->bytes,
                                    "cycles_per_pixel", real_or_null(timing->cycles / pixels), "memory_ns",
                                    timing->memory_ns, "ports_ns", real_or_null(timing->ports_ns),
                                    "roofline_share", roofline(timing) / timing->ns));
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

/* The reference says what is right, not what is fast: once is enough of it. */
static int measure_isa(struct report *report, const struct ww_trial *trial, const struct isa *isa)
{
    bool reference = strcmp(isa->kernels->isa, "reference") == 0;
    struct ww_vector_work a_pixel;
    double ports = 0;
    if (!reference &&
        ww_timing_count(trial, isa->kernels, report->width ? report->width : COUNTED_WIDTH, &a_pixel))
        ports = ww_vector_time(&a_pixel, &isa->rates);
    for (size_t s = 0; s < (report->width || reference ? 1 : SIZES); s++) {
        for (int cold = 0; cold < (reference ? 1 : 2); cold++) {
            const struct ww_timing_point point = {
                .trial = trial,
                .kernels = isa->kernels,
                .width = report->width ? report->width : sizes[s].width,
                .height = report->width ? report->height : sizes[s].height,
                .cold = cold,
                .ports_ns_a_pixel = ports,
            };
            if (measure_point(report, &point) != 0)
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
        for (size_t i = 0; i < report->isa_count; i++)
            if (measure_isa(report, trial, &report->isas[i]) != 0)
                return WW_EXIT_FAILED;
    }
    ww_log_progress("");
    return WW_EXIT_DONE;
}

static void find_isas(struct report *report)
{
    for (size_t i = 0; ww_kernel_isas[i] && report->isa_count < MOST_ISAS; i++) {
        const struct ww_kernels *kernels = ww_kernels_named(ww_kernel_isas[i]);
        if (kernels)
            report->isas[report->isa_count++] = (struct isa){kernels, ww_vector_rates(kernels)};
    }
}

static void print_rates(const struct report *report)
{
    for (size_t i = 0; i < report->isa_count; i++) {
        const double *rates = report->isas[i].rates.counts;
        if (rates[WW_WORK_ADD] > 0)
            printf("%s: registers a nanosecond: %.1f added, %.1f added with saturation, %.1f shifted, "
                   "%.1f multiplied, %.1f shuffled\n",
                   report->isas[i].kernels->isa, rates[WW_WORK_ADD], rates[WW_WORK_SATURATE],
                   rates[WW_WORK_SHIFT], rates[WW_WORK_MULTIPLY], rates[WW_WORK_SHUFFLE]);
    }
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
    static const char *const header[] = {"kernel",    "size",     "isa",         "state",
                                         "µs",        "GB/s",     "ns/pixel",    "cycles/pixel",
                                         "memory µs", "ports µs", "of roofline", "spread"};
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
    find_isas(&report);
    if (!report.json) {
        printf("%s; this program uses %s\n", processor, ww_kernels()->isa);
        print_rates(&report);
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
