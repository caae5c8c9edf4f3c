/* wallwatch run: live cameras. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/service.h"
#include "commands/arguments.h"
#include "commands/commands.h"
#include "commands/console/console.h"
#include "commands/fresh_folder.h"
#include "commands/indexer.h"
#include "commands/roster.h"
#include "commands/run_stats.h"
#include "commands/say.h"
#include "commands/status.h"
#include "commands/stop.h"
#include "config/site_files.h"
#include "config/units.h"

static const char usage[] =
    "usage: wallwatch run [options] [-c FILE] [SOURCE…]\n"
    "\n"
    "Watches live cameras until it is stopped (Ctrl-C, SIGTERM). A SOURCE is /dev/video0, a path under\n"
    "/dev/v4l/by-id or by-path, rtsp://…, http://… (MJPEG and others) or scene:rear-wall, which plays again "
    "and\n"
    "again. 'wallwatch cameras' lists what is attached. A camera that is lost is opened again, for ever.\n"
    "\n"
    "  -c, --config FILE    the cameras, walls and zones of a site; read again after SIGHUP, which touches "
    "only\n"
    "                       cameras that changed\n"
    "  -o, --output DIR     where events.jsonl, snapshots/ and clips/ go; a log that is there is continued "
    "(default: "
    "the\n"
    "                       configuration's store, else a fresh folder)\n"
    "      --duration S     stop after so many seconds\n"
    "      --event-gap S    seconds without motion that end an event (default 2)\n"
    "      --sensitivity L  low, normal or high, for all cameras\n"
    "      --record WHAT    clips of events (default), always, or none; for all cameras\n"
    "      --crop           also a picture of the intruder alone, beside each snapshot\n"
    "      --threads N      threads that decode and detect (default: all cores)\n"
    "      --console[=ADDRESS:PORT]\n"
    "                       serve a page to watch with, at 127.0.0.1:8090, which is for this machine alone; "
    "all others,\n"
    "                       such as 0.0.0.0:8090, take users of 'wallwatch passwd', and speak TLS\n"
    "      --stats FILE     at the end, write counts, times and memory as JSON; - is standard output\n"
    "      --key FILE       sign checkpoints of the log with this key, of 'wallwatch keygen'\n"
    "  -q, --quiet          only warnings and errors\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 stopped as asked, 1 events could not be written, 2 wrong usage or configuration.\n";

/* What SIGTERM leaves for cameras to end, of the second that it may take. */
static const double stop_patience = 0.7;
enum { STEP_MS = 50 };

struct run {
    const char *output, *config, *stats, *key_file;
    struct ww_signing_key key;
    bool signs;
    double duration;
    struct ww_overrides overrides;
    const char *console_address; /* NULL: as the configuration says */
    bool quiet;
    int threads;
    char **sources;
    int source_count;

    char *timezone; /* of the configuration; NULL: of the process */
    char *folder;
    struct ww_sink *sink;
    struct ww_indexer *indexer; /* NULL: there is none */
    struct ww_live_views *views;
    struct ww_console *console; /* NULL: there is none */
    struct ww_watch *watch;
    struct ww_roster *roster;
    struct ww_status *status;
    struct ww_latency event_latency;
    json_t *camera_stats;
    double started, fed;
    int64_t analysed; /* frames, when the watchdog was fed last */
    size_t hanging;
};

enum { OPTION_DURATION = 256, OPTION_THREADS, OPTION_STATS, OPTION_KEY, OPTION_CONSOLE };

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"output", required_argument, NULL, 'o'},
    {"duration", required_argument, NULL, OPTION_DURATION},
    WW_OVERRIDE_OPTIONS,
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"stats", required_argument, NULL, OPTION_STATS},
    {"key", required_argument, NULL, OPTION_KEY},
    {"console", optional_argument, NULL, OPTION_CONSOLE},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Returns 0, or the exit status with the message already written. */
static int take_option(struct run *run, int option, const char *value)
{
    const struct ww_command *self = &ww_command_run;
    switch (option) {
    case 'c': run->config = value; return 0;
    case 'o': run->output = value; return *value ? 0 : ww_wrong_usage(self, "-o needs a folder");
    case 'q':
        run->quiet = true;
        ww_log_set_quiet(true);
        return 0;
    case OPTION_STATS: run->stats = value; return 0;
    case OPTION_KEY: run->key_file = value; return 0;
    case OPTION_CONSOLE: run->console_address = value ? value : ""; return 0;
    case OPTION_DURATION:
        if (ww_argument_number(value, 0.001, 1e9, &run->duration))
            return 0;
        return ww_wrong_usage(self, "--duration needs seconds, more than 0, not '%s'", value);
    case OPTION_THREADS:
        if (ww_argument_integer(value, 1, 256, &run->threads))
            return 0;
        return ww_wrong_usage(self, "--threads needs a number from 1 to 256, not '%s'", value);
    default: return ww_overrides_take(&run->overrides, self, option, value);
    }
}

static int read_arguments(struct run *run, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "c:o:qh", long_options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            exit(WW_EXIT_DONE);
        }
        int status = take_option(run, option, optarg);
        if (status != 0)
            return status;
    }
    run->sources = argv + optind;
    run->source_count = argc - optind;
    if (run->source_count == 0 && !run->config)
        return ww_wrong_usage(&ww_command_run,
                              "no camera was named; 'wallwatch cameras' lists what is attached");
    if (run->threads == 0) {
        cpu_set_t cores;
        run->threads = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    }
    return 0;
}

/* On the sink's thread. */
static void told(void *context, const struct ww_record *record)
{
    struct run *run = context;
    if (record->captured > 0)
        ww_latency_add(&run->event_latency, ww_clock_monotonic() - record->captured);
    ww_console_tell(run->console);
    ww_say_record(record, run->quiet);
}

/* --- running -------------------------------------------------------------------------------------- */

static int read_site(struct run *run, struct ww_site **site, struct ww_error *error)
{
    *site = NULL;
    return run->config ? ww_site_read(site, run->config, error) : 0;
}

/* Where walls are drawn on the console's page. */
static int read_drawn(const struct run *run, const struct ww_site *site, struct ww_site **drawn,
                      struct ww_error *error)
{
    char *path = ww_site_drawn_path(site, run->config, run->folder);
    *drawn = NULL;
    int code = path ? ww_site_read_drawn(drawn, path, error) : ww_fail(error, -ENOMEM, "out of memory");
    free(path);
    return code;
}

/* Takes the site over. */
static int apply(const struct run *run, struct ww_site *site, struct ww_error *error)
{
    struct ww_site *drawn;
    int code = read_drawn(run, site, &drawn, error);
    if (code == 0)
        return ww_roster_apply(run->roster, site, drawn, error);
    ww_site_free(site);
    return code;
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Threads read it at any time: it is set before there are any. */
static int set_zone(struct run *run, const struct ww_site *site, struct ww_error *error)
{
    if (!site || !site->timezone)
        return 0;
    run->timezone = strdup(site->timezone);
    if (!run->timezone)
        return ww_fail(error, -ENOMEM, "out of memory");
    ww_clock_use_zone(run->timezone);
    return 0;
}

static int read_key(struct run *run, const struct ww_site *site, struct ww_error *error)
{
    const char *path = run->key_file ? run->key_file : site ? site->store.key : NULL;
    if (!path)
        return 0;
    run->signs = true;
    return ww_signing_key_read(path, &run->key, error);
}

static void keep_zone(const struct run *run, const struct ww_site *site)
{
    if (!is_same(run->timezone, site->timezone))
        ww_log(WW_LOG_WARNING, "%s: another timezone is in use only after the next start", run->config);
}

static struct ww_retention_rules retention_of(const struct ww_site *site)
{
    struct ww_retention_rules rules = {0};
    if (site && site->store.keep) /* they were checked */
        ww_parse_duration(site->store.keep, &rules.keep);
    if (site && site->store.max)
        ww_parse_size(site->store.max, &rules.largest);
    if (site && site->store.min_free)
        ww_parse_size(site->store.min_free, &rules.min_free);
    return rules;
}

static int open_sink(struct run *run, const struct ww_site *site, struct ww_error *error)
{
    const char *folder = run->output ? run->output : site && site->store.path ? site->store.path : NULL;
    run->folder = folder ? strdup(folder) : ww_fresh_folder();
    if (!run->folder)
        return ww_fail(error, -ENOMEM, "cannot name a fresh folder; choose one with -o");
    const struct ww_sink_options options = {
        .folder = run->folder,
        .live = true,
        .told = told,
        .told_context = run,
        .key = run->signs ? &run->key : NULL,
        .retention = retention_of(site),
    };
    int code = ww_sink_open(&run->sink, &options, error);
    if (code == 0)
        run->indexer = ww_indexer_start(run->folder);
    return code;
}

static struct ww_console_options console_options(const struct run *run, const struct ww_site *site)
{
    return (struct ww_console_options){
        .address = run->console_address ? run->console_address
                   : site               ? site->console
                                        : NULL,
        .folder = run->folder,
        .site = site,
        .config = run->config,
        .public_key = run->signs ? run->key.public_key : NULL,
        .views = run->views,
    };
}

/* Before any camera, so that its first line finds it. */
static int open_console(struct run *run, const struct ww_site *site, struct ww_error *error)
{
    struct ww_console_options options = console_options(run, site);
    if (!options.address)
        return 0;
    options.views = run->views = ww_live_views_create();
    if (!run->views)
        return ww_fail(error, -ENOMEM, "cannot start the console: out of memory");
    return ww_console_open(&run->console, &options, error);
}

static int open_all(struct run *run, struct ww_site *site, struct ww_error *error)
{
    int code = open_sink(run, site, error);
    if (code == 0)
        code = open_console(run, site, error);
    if (code == 0) {
        const struct ww_watch_options watching = {.sink = run->sink,
                                                  .threads = run->threads,
                                                  .views = run->views};
        code = ww_watch_open(&run->watch, &watching, error);
    }
    if (code == 0) {
        const struct ww_roster_options options = {
            .watch = run->watch,
            .sink = run->sink,
            .sources = run->sources,
            .source_count = run->source_count,
            .overrides = &run->overrides,
        };
        code = ww_roster_open(&run->roster, &options, error);
    }
    if (code != 0) {
        ww_site_free(site);
        return code;
    }
    return apply(run, site, error);
}

static void reload(struct run *run)
{
    struct ww_error error;
    struct ww_site *site;
    ww_service_reloading();
    int code = read_site(run, &site, &error);
    if (code == 0 && site) {
        const struct ww_console_options options = console_options(run, site);
        keep_zone(run, site);
        ww_console_renew(run->console, &options);
    }
    if (code == 0)
        code = apply(run, site, &error);
    if (code != 0)
        ww_log(WW_LOG_ERROR, "%s; the configuration stays as it was", error.text);
    else if (run->config)
        ww_log(WW_LOG_INFO, "%s was read again: %zu camera%s", run->config, ww_roster_count(run->roster),
               ww_roster_count(run->roster) == 1 ? "" : "s");
    ww_service_ready("watching");
}

static void drill_all(struct run *run)
{
    for (size_t i = 0; i < ww_roster_count(run->roster); i++)
        ww_watched_drill(ww_roster_camera(run->roster, i));
}

/* The watchdog gets its food from frames that were analysed; where no camera is there, from trying. */
static void feed_watchdog(struct run *run)
{
    double within = ww_service_watchdog(), now = ww_clock_monotonic();
    int64_t analysed = 0;
    bool any_online = false;
    if (within <= 0 || now - run->fed < within / 4)
        return;
    for (size_t i = 0; i < ww_roster_count(run->roster); i++) {
        struct ww_watched_report report;
        ww_watched_report(ww_roster_camera(run->roster, i), &report);
        analysed += report.analysed + report.corrupt;
        any_online |= report.state == WW_WATCHED_ONLINE;
    }
    if (any_online && analysed == run->analysed)
        return;
    run->analysed = analysed;
    run->fed = now;
    ww_service_alive();
}

static void tend(struct ww_watched *camera)
{
    ww_watched_warn(camera);
    ww_watched_tick(camera);
}

static bool is_over(const struct run *run)
{
    return ww_stop_requested() || (run->duration > 0 && ww_clock_monotonic() - run->started >= run->duration);
}

static void watch_until_over(struct run *run)
{
    while (!is_over(run)) {
        poll(NULL, 0, STEP_MS);
        if (ww_reload_requested())
            reload(run);
        if (ww_drill_requested())
            drill_all(run);
        ww_roster_sweep(run->roster);
        for (size_t i = 0; i < ww_roster_count(run->roster); i++)
            tend(ww_roster_camera(run->roster, i));
        feed_watchdog(run);
        ww_console_update(run->console, run->roster);
        if (!run->quiet && run->status)
            ww_status_step(run->status, run->roster);
    }
}

static void note_cameras(struct run *run)
{
    run->camera_stats = json_array();
    for (size_t i = 0; i < ww_roster_count(run->roster); i++)
        json_array_append_new(run->camera_stats, ww_run_stats_camera(ww_roster_camera(run->roster, i)));
}

static int write_stats(struct run *run, double wall, const struct ww_sink_summary *written)
{
    struct ww_error error;
    const struct ww_run_stats stats = {
        .cameras = run->camera_stats,
        .wall = wall,
        .cpu = ww_clock_process_cpu(),
        .threads = run->threads,
        .frame_latency = ww_watch_latency(run->watch),
        .event_latency = &run->event_latency,
        .written = *written,
    };
    if (!run->stats) {
        json_decref(run->camera_stats);
        return WW_EXIT_DONE;
    }
    if (ww_run_stats_write(run->stats, &stats, &error) == 0)
        return WW_EXIT_DONE;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return WW_EXIT_FAILED;
}

/* Cameras first, so that their events are ended; then what waits to be written. */
static int close_all(struct run *run)
{
    struct ww_error error;
    struct ww_sink_summary written = {0};
    int status = WW_EXIT_DONE;
    double wall = ww_clock_monotonic() - run->started;
    ww_log_progress("");
    ww_console_end(run->console);
    ww_indexer_stop(run->indexer);
    if (run->roster) {
        note_cameras(run);
        run->hanging = ww_roster_stop(run->roster, ww_clock_monotonic() + stop_patience);
    }
    if (run->sink && ww_sink_finish(run->sink, &written, &error) != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        status = WW_EXIT_FAILED;
    }
    if (run->watch && run->roster && write_stats(run, wall, &written) != WW_EXIT_DONE)
        status = WW_EXIT_FAILED;
    if (run->hanging > 0) /* what hangs still uses the rest */
        exit(status);
    ww_sink_close(run->sink);
    ww_console_close(run->console);
    ww_roster_free(run->roster);
    ww_watch_close(run->watch);
    ww_status_destroy(run->status);
    ww_live_views_destroy(run->views);
    free(run->folder);
    free(run->timezone);
    ww_signing_key_forget(&run->key);
    return status;
}

static void announce(const struct run *run)
{
    size_t count = ww_roster_count(run->roster);
    if (!run->quiet)
        ww_log(WW_LOG_INFO, "watching %zu camera%s; log, snapshots and clips in %s", count,
               count == 1 ? "" : "s", run->folder);
    ww_service_ready("watching");
}

static int run_cameras(struct run *run)
{
    struct ww_error error;
    struct ww_site *site;
    ww_stop_listen();
    ww_reload_listen();
    ww_drill_listen();
    run->started = ww_clock_monotonic();
    run->status = ww_status_create();
    int code = read_site(run, &site, &error);
    if (code == 0)
        code = set_zone(run, site, &error);
    if (code == 0)
        code = read_key(run, site, &error);
    if (code != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        ww_status_destroy(run->status);
        return WW_EXIT_USAGE;
    }
    code = open_all(run, site, &error);
    if (code == 0) {
        announce(run);
        watch_until_over(run);
        ww_service_stopping();
    } else {
        ww_log(WW_LOG_ERROR, "%s", error.text);
    }
    int status = close_all(run);
    if (code != 0)
        return code == -EINVAL || code == -ERANGE ? WW_EXIT_USAGE : WW_EXIT_FAILED;
    return status;
}

static int run(int argc, char **argv)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        ww_log(WW_LOG_ERROR, "out of memory");
        return WW_EXIT_FAILED;
    }
    int status = read_arguments(run, argc, argv);
    if (status == 0)
        status = run_cameras(run);
    free(run);
    return status;
}

const struct ww_command ww_command_run = {
    .name = "run",
    .about = "watch live cameras",
    .usage = usage,
    .run = run,
};
