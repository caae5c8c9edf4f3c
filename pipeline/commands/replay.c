/* wallwatch replay: recordings through the same pipeline as cameras. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "capture/source.h"
#include "commands/arguments.h"
#include "commands/commands.h"
#include "commands/fresh_folder.h"
#include "commands/overrides.h"
#include "commands/progress.h"
#include "commands/session.h"
#include "commands/site_choice.h"
#include "commands/stats.h"
#include "commands/stop.h"
#include "config/site_files.h"

static const char usage[] =
    "usage: wallwatch replay [options] FOOTAGE…\n"
    "\n"
    "Watches recordings as fast as they decode. FOOTAGE is a recording (mp4, mkv, avi, ts, MJPEG, y4m, …),\n"
    "a folder of JPEG or PNG frames in name order, - for a recording on standard input, or scene:NAME\n"
    "(scene:rear-wall: a person climbs over a wall).\n"
    "\n"
    "  -o, --output DIR     where events.jsonl, snapshots/ and clips/ go; a log that is there is continued\n"
    "                       (default: a fresh folder, named at the end)\n"
    "  -c, --config FILE    watch the walls and zones of a camera in this configuration\n"
    "      --camera NAME    the camera in the configuration; without one, the name in the log\n"
    "      --zone X,Y,W,H   watch this rectangle, in pixels of the footage (may be repeated)\n"
    "      --event-gap S    seconds without motion that end an event (default 2)\n"
    "      --sensitivity L  low, normal or high (default normal)\n"
    "      --record WHAT    clips of events (default), always, or none\n"
    "      --crop           also a picture of the intruder alone, beside each snapshot\n"
    "      --fps R          frame rate of a folder of frames (default 25)\n"
    "      --start TIME     when the first frame was taken, such as 2024-06-01T22:00:00Z (default: what the\n"
    "                       recording says, else the file's date)\n"
    "      --masks DIR      analyse every frame, and write its foreground mask as bin%06d.png\n"
    "      --stats FILE     write frames, times, memory and counts as JSON; - is standard output\n"
    "      --threads N      threads that decode and detect (default: all cores)\n"
    "      --key FILE       sign checkpoints of the log with this key, of 'wallwatch keygen'\n"
    "  -q, --quiet          only warnings and errors\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 done, 1 something could not be read or written, 2 wrong usage or configuration.\n";

enum { MAX_ZONES = WW_MAX_REGIONS };

struct replay {
    const char *output, *config, *camera, *masks, *stats, *key_file;
    struct ww_signing_key key;
    struct ww_rectangle zones[MAX_ZONES];
    size_t zone_count;
    double frame_rate;
    struct ww_overrides overrides;
    bool quiet;
    const char *start; /* NULL: what the footage says */
    int64_t start_us;
    int threads;
    char **footage;
    int footage_count;

    struct ww_site *site;
    const struct ww_site_camera *site_camera;
    char *folder;
    bool folder_is_fresh;
    struct ww_sink *sink;
    struct ww_camera *cameras; /* one a footage; the sink borrows from them */
    struct ww_session_totals totals;
    double sink_cpu, started;
};

enum {
    OPTION_CAMERA = 256,
    OPTION_ZONE,
    OPTION_FPS,
    OPTION_START,
    OPTION_MASKS,
    OPTION_STATS,
    OPTION_THREADS,
    OPTION_KEY
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"config", required_argument, NULL, 'c'},
    {"camera", required_argument, NULL, OPTION_CAMERA},
    {"zone", required_argument, NULL, OPTION_ZONE},
    WW_OVERRIDE_OPTIONS,
    {"fps", required_argument, NULL, OPTION_FPS},
    {"start", required_argument, NULL, OPTION_START},
    {"masks", required_argument, NULL, OPTION_MASKS},
    {"stats", required_argument, NULL, OPTION_STATS},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"key", required_argument, NULL, OPTION_KEY},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int add_zone(struct replay *replay, const char *text)
{
    int numbers[4];
    if (!ww_argument_rectangle(text, numbers))
        return ww_wrong_usage(&ww_command_replay, "--zone needs X,Y,W,H in pixels, not '%s'", text);
    if (replay->zone_count == MAX_ZONES)
        return ww_wrong_usage(&ww_command_replay, "there can be %d zones at the most", MAX_ZONES);
    replay->zones[replay->zone_count++] =
        (struct ww_rectangle){numbers[0], numbers[1], numbers[2], numbers[3]};
    return 0;
}

/* Returns 0, or the exit status with the message already written. */
static int take_option(struct replay *replay, int option, const char *value)
{
    const struct ww_command *self = &ww_command_replay;
    switch (option) {
    case 'o': replay->output = value; return *value ? 0 : ww_wrong_usage(self, "-o needs a folder");
    case 'c': replay->config = value; return 0;
    case 'q': replay->quiet = true; return 0;
    case OPTION_CAMERA:
        replay->camera = value;
        return *value ? 0 : ww_wrong_usage(self, "--camera needs a name");
    case OPTION_ZONE: return add_zone(replay, value);
    case OPTION_KEY: replay->key_file = value; return 0;
    case OPTION_MASKS: replay->masks = value; return 0;
    case OPTION_STATS: replay->stats = value; return 0;
    case OPTION_FPS:
        if (ww_argument_number(value, 0.001, 1000, &replay->frame_rate))
            return 0;
        return ww_wrong_usage(self, "--fps needs frames a second, up to 1000, not '%s'", value);
    case OPTION_START:
        replay->start = value;
        if (ww_time_parse(value, &replay->start_us) == 0)
            return 0;
        return ww_wrong_usage(self, "--start needs a time such as 2024-06-01T22:00:00Z, not '%s'", value);
    case OPTION_THREADS:
        if (ww_argument_integer(value, 1, 256, &replay->threads))
            return 0;
        return ww_wrong_usage(self, "--threads needs a number from 1 to 256, not '%s'", value);
    default: return ww_overrides_take(&replay->overrides, self, option, value);
    }
}

static int read_arguments(struct replay *replay, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "o:c:qh", long_options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            exit(WW_EXIT_DONE);
        }
        int status = take_option(replay, option, optarg);
        if (status != 0)
            return status;
    }
    replay->footage = argv + optind;
    replay->footage_count = argc - optind;
    if (replay->footage_count == 0)
        return ww_wrong_usage(&ww_command_replay, "no footage was named");
    if (replay->masks && replay->footage_count > 1)
        return ww_wrong_usage(&ww_command_replay, "--masks takes one footage at a time");
    if (replay->threads == 0) {
        cpu_set_t cores;
        replay->threads = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    }
    return 0;
}

static int read_config(struct replay *replay)
{
    struct ww_error error;
    if (!replay->config)
        return 0;
    int code = ww_site_read(&replay->site, replay->config, &error);
    if (code != 0) {
        ww_log(WW_LOG_ERROR, "%s", error.text);
        return WW_EXIT_USAGE;
    }
    ww_clock_use_zone(replay->site->timezone);
    if (replay->start) /* it may have been local */
        ww_time_parse(replay->start, &replay->start_us);
    replay->site_camera = ww_site_choose(replay->site, replay->camera, replay->config);
    return replay->site_camera ? 0 : WW_EXIT_USAGE;
}

static int read_key(struct replay *replay)
{
    struct ww_error error;
    if (!replay->key_file || ww_signing_key_read(replay->key_file, &replay->key, &error) == 0)
        return 0;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return WW_EXIT_USAGE;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* The camera's name where none was given: that of the footage, without what follows its last dot. */
static void name_camera(char *name, size_t size, const char *footage)
{
    if (strcmp(footage, "-") == 0) {
        snprintf(name, size, "stdin");
        return;
    }
    snprintf(name, size, "%s", strncmp(footage, "scene:", 6) == 0 ? footage + 6 : base_of(footage));
    for (size_t length = strlen(name); length > 1 && name[length - 1] == '/'; length--)
        name[length - 1] = '\0';
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
}

static void tell(void *context, const struct ww_record *record)
{
    const struct replay *replay = context;
    char time[WW_TIME_TEXT];
    const char *place = record->wall ? record->wall : record->zone;
    if (replay->quiet || record->phase != WW_PHASE_END || strcmp(record->type, "system") == 0)
        return;
    ww_time_local(time, record->time_us - (int64_t)(record->duration * 1e6));
    if (record->detail) {
        ww_log(WW_LOG_INFO, "%s  %s: %s%s%s", time, record->camera, record->reason,
               record->snapshot.path[0] ? "  " : "", record->snapshot.path);
        return;
    }
    ww_log(WW_LOG_INFO, "%s  %s%s%s  %s, %.1f s, score %.2f  %s", time, record->camera, place ? " " : "",
           place ? place : "", record->type, record->duration, (double)record->score, record->snapshot.path);
}

/* Not before the first footage is open: a wrong name leaves no folder behind. */
static int open_sink(struct replay *replay, struct ww_error *error)
{
    if (replay->sink)
        return 0;
    replay->folder_is_fresh = !replay->output;
    replay->folder = replay->output ? strdup(replay->output) : ww_fresh_folder();
    if (!replay->folder)
        return ww_fail(error, -ENOMEM, "cannot name a fresh folder; choose one with -o");
    const struct ww_sink_options options = {
        .folder = replay->folder,
        .masks_folder = replay->masks,
        .told = tell,
        .told_context = replay,
        .key = replay->key_file ? &replay->key : NULL,
    };
    return ww_sink_open(&replay->sink, &options, error);
}

static int prepare_camera(struct replay *replay, struct ww_camera *camera, const char *footage,
                          struct ww_error *error)
{
    char name[256];
    if (replay->camera || replay->site_camera)
        snprintf(name, sizeof name, "%s", replay->site_camera ? replay->site_camera->name : replay->camera);
    else
        name_camera(name, sizeof name, footage);
    int code = ww_camera_create(camera, name, replay->site_camera, replay->zones, replay->zone_count, error);
    ww_overrides_apply(&replay->overrides, &camera->view);
    return code;
}

static int play(struct replay *replay, const struct ww_session_options *options, atomic_bool *abandoned,
                struct ww_error *error)
{
    struct ww_session *session;
    struct ww_progress progress;
    int code = ww_session_open(&session, options, error);
    if (code != 0)
        return code;
    const struct ww_session_totals *totals = ww_session_totals(session);
    ww_progress_start(&progress, options->label, options->stream->frame_count);
    code = 1;
    while (code == 1 && !ww_stop_requested()) {
        code = ww_session_step(session, error);
        if (!replay->quiet)
            ww_progress_step(&progress, totals->frames, totals->events);
    }
    ww_session_end(session);
    ww_progress_end(&progress);
    atomic_store(abandoned, true); /* whoever waits for the source comes back */
    ww_session_close(session, &replay->totals);
    return code == 1 ? 0 : code;
}

static int watch(struct replay *replay, struct ww_source *source, struct ww_camera *camera,
                 const char *footage, atomic_bool *abandoned, struct ww_error *error)
{
    /* A wrong zone is told before anything is made, where the size is known. */
    if (source->stream.width > 0) {
        int code = ww_camera_fit(camera, source->stream.width, source->stream.height, error);
        if (code != 0)
            return code;
    }
    int code = open_sink(replay, error);
    if (code != 0)
        return code;
    const struct ww_session_options options = {
        .camera = camera,
        .stream = &source->stream,
        .reader = ww_source_reader(source),
        .sink = replay->sink,
        .label = base_of(footage),
        .start_us = replay->start ? replay->start_us : source->stream.start_us,
        .threads = replay->threads,
        .masks = replay->masks != NULL,
    };
    int64_t corrupt = replay->totals.corrupt;
    code = play(replay, &options, abandoned, error);
    corrupt = replay->totals.corrupt - corrupt;
    if (corrupt > 0)
        ww_log(WW_LOG_WARNING, "%s: %" PRId64 " damaged %s skipped", footage, corrupt,
               corrupt == 1 ? "frame was" : "frames were");
    return code;
}

static int wants_no_more(void *abandoned)
{
    return ww_stop_requested() || atomic_load((atomic_bool *)abandoned);
}

static int replay_one(struct replay *replay, int index)
{
    struct ww_error error;
    struct ww_source source;
    atomic_bool abandoned = false;
    const char *footage = replay->footage[index];
    const struct ww_source_options options = {
        .frame_rate = replay->frame_rate,
        .stopped = wants_no_more,
        .stopped_context = &abandoned,
    };
    struct ww_camera *camera = &replay->cameras[index];
    int code = prepare_camera(replay, camera, footage, &error);
    if (code == 0)
        code = ww_source_open(&source, footage, &options, &error);
    if (code == 0) {
        code = watch(replay, &source, camera, footage, &abandoned, &error);
        ww_source_close(&source);
    }
    if (code == 0 || (code == -EINTR && ww_stop_requested()))
        return WW_EXIT_DONE;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return code == -ERANGE ? WW_EXIT_USAGE : WW_EXIT_FAILED; /* a zone that is outside, too many zones */
}

static int replay_all(struct replay *replay)
{
    int status = WW_EXIT_DONE;
    replay->cameras = calloc((size_t)replay->footage_count, sizeof *replay->cameras);
    if (!replay->cameras) {
        ww_log(WW_LOG_ERROR, "out of memory");
        return WW_EXIT_FAILED;
    }
    for (int i = 0; i < replay->footage_count && !ww_stop_requested(); i++) {
        int one = replay_one(replay, i);
        status = one > status ? one : status;
        if (replay->sink && ww_sink_failure(replay->sink, NULL) != 0)
            break;
    }
    return status;
}

static int close_sink(struct replay *replay, int status)
{
    struct ww_error error;
    bool known = replay->sink && ww_sink_failure(replay->sink, NULL) != 0 && status != WW_EXIT_DONE;
    struct ww_sink_summary summary = {0};
    int code = replay->sink ? ww_sink_finish(replay->sink, &summary, &error) : 0;
    ww_sink_close(replay->sink);
    replay->sink_cpu = summary.cpu;
    if (code != 0 && !known)
        ww_log(WW_LOG_ERROR, "%s", error.text);
    return code != 0 && status == WW_EXIT_DONE ? WW_EXIT_FAILED : status;
}

static int write_stats(const struct replay *replay, double wall)
{
    struct ww_error error;
    const struct ww_stats stats = {
        .totals = replay->totals,
        .wall = wall,
        .cpu = ww_clock_process_cpu(),
        .sink_cpu = replay->sink_cpu,
        .threads = replay->threads,
    };
    if (!replay->stats || ww_stats_write(replay->stats, &stats, &error) == 0)
        return WW_EXIT_DONE;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return WW_EXIT_FAILED;
}

static void sum_up(const struct replay *replay, double wall)
{
    const struct ww_session_totals *totals = &replay->totals;
    if (replay->quiet)
        return;
    ww_log(WW_LOG_INFO,
           "%s%" PRId64 " frame%s in %.1f s (%.0f a second), %" PRId64
           " event%s; log, snapshots and clips in %s",
           ww_stop_requested() ? "stopped: " : "", totals->frames, totals->frames == 1 ? "" : "s", wall,
           wall > 0 ? (double)totals->frames / wall : 0, totals->events, totals->events == 1 ? "" : "s",
           replay->folder);
}

static int run(int argc, char **argv)
{
    struct replay replay = {0};
    int status = read_arguments(&replay, argc, argv);
    if (status == 0)
        status = read_config(&replay);
    if (status == 0)
        status = read_key(&replay);
    if (status == 0) {
        ww_stop_listen();
        replay.started = ww_clock_monotonic();
        status = replay_all(&replay);
        bool wrote = replay.sink != NULL;
        status = close_sink(&replay, status);
        double wall = ww_clock_monotonic() - replay.started;
        if (wrote)
            sum_up(&replay, wall);
        int written = write_stats(&replay, wall);
        status = status == WW_EXIT_DONE ? written : status;
    }
    for (int i = 0; replay.cameras && i < replay.footage_count; i++)
        ww_camera_destroy(&replay.cameras[i]);
    free(replay.cameras);
    ww_signing_key_forget(&replay.key);
    free(replay.folder);
    ww_site_free(replay.site);
    return status;
}

const struct ww_command ww_command_replay = {
    .name = "replay",
    .about = "watch recordings, as fast as they decode",
    .usage = usage,
    .run = run,
};
