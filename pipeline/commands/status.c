/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/service.h"

static const double interval = 1; /* seconds */

/* What a camera had when it was shown last. */
struct memory {
    const struct ww_watched *camera;
    int64_t captured, analysed, dropped;
};

struct ww_status {
    double shown;
    struct memory *memory;
    size_t count;
};

struct ww_status *ww_status_create(void)
{
    struct ww_status *status = calloc(1, sizeof *status);
    if (status)
        status->shown = ww_clock_monotonic();
    return status;
}

void ww_status_destroy(struct ww_status *status)
{
    if (!status)
        return;
    free(status->memory);
    free(status);
}

static struct memory recall(const struct ww_status *status, const struct ww_watched *camera)
{
    for (size_t i = 0; i < status->count; i++)
        if (status->memory[i].camera == camera)
            return status->memory[i];
    return (struct memory){0};
}

static const char *state_name(enum ww_watched_state state)
{
    static const char *const names[] = {
        [WW_WATCHED_STARTING] = "starting", [WW_WATCHED_ONLINE] = "online", [WW_WATCHED_LOST] = "lost"};
    return names[state];
}

static void print_camera(FILE *file, const struct ww_watched_report *report, const struct memory *before,
                         double seconds)
{
    fprintf(file, "\n%-16.16s %-8s", report->name, state_name(report->state));
    if (report->state == WW_WATCHED_LOST) {
        size_t cause = strcspn(report->reason, ";"); /* the remedy was said in the log */
        fprintf(file, " %.*s", (int)(cause < 70 ? cause : 70), report->reason);
        return;
    }
    fprintf(file, " %7.1f %8.1f %7.1f %8" PRId64 " %7" PRId64 " %5.0f ms",
            (double)(report->captured - before->captured) / seconds,
            (double)(report->analysed - before->analysed) / seconds,
            (double)(report->dropped - before->dropped) / seconds, report->corrupt, report->events,
            report->latency * 1000);
}

static void remember(struct ww_status *status, const struct ww_roster *roster)
{
    size_t count = ww_roster_count(roster);
    struct memory *memory = realloc(status->memory, (count + 1) * sizeof *memory);
    if (!memory)
        return;
    status->memory = memory;
    status->count = count;
    for (size_t i = 0; i < count; i++) {
        struct ww_watched_report report;
        struct ww_watched *camera = ww_roster_camera(roster, i);
        ww_watched_report(camera, &report);
        memory[i] = (struct memory){camera, report.captured, report.analysed, report.dropped};
    }
}

void ww_status_print(struct ww_status *status, const struct ww_roster *roster, FILE *file, size_t rows)
{
    double now = ww_clock_monotonic(), seconds = now - status->shown;
    size_t count = ww_roster_count(roster), shown = count > rows && rows > 0 ? rows - 1 : count;
    fprintf(file, "%-16s %-8s %7s %8s %7s %8s %7s %8s", "camera", "state", "frames", "analysed", "dropped",
            "corrupt", "events", "latency");
    for (size_t i = 0; i < shown; i++) {
        struct ww_watched_report report;
        struct ww_watched *camera = ww_roster_camera(roster, i);
        struct memory before = recall(status, camera);
        ww_watched_report(camera, &report);
        print_camera(file, &report, &before, seconds > 0 ? seconds : 1);
    }
    if (shown < count)
        fprintf(file, "\n… and %zu more", count - shown);
    remember(status, roster);
    status->shown = now;
}

static size_t rows_of_terminal(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4 ? (size_t)size.ws_row - 2 : 20;
}

static void tell_service(const struct ww_roster *roster)
{
    char text[64];
    size_t online = 0, count = ww_roster_count(roster);
    for (size_t i = 0; i < count; i++) {
        struct ww_watched_report report;
        ww_watched_report(ww_roster_camera(roster, i), &report);
        online += report.state == WW_WATCHED_ONLINE;
    }
    snprintf(text, sizeof text, "%zu of %zu cameras online", online, count);
    ww_service_status(text);
}

void ww_status_step(struct ww_status *status, const struct ww_roster *roster)
{
    char *text = NULL;
    size_t size;
    if (ww_clock_monotonic() - status->shown < interval)
        return;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return;
    ww_status_print(status, roster, file, rows_of_terminal());
    if (fclose(file) == 0)
        ww_log_progress(text);
    free(text);
    tell_service(roster);
}
