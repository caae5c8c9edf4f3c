/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/watched.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

static const double damage_settles = 10; /* seconds of whole frames that end a `damaged` event */
static const double default_stall = 10;  /* seconds */
static const double warning_interval = 60;
static const double tick_seconds = 1;

/* Camera events are numbered apart from those of detection. */
static const uint64_t camera_key = UINT64_C(1) << 63;

int ww_watched_init(struct ww_watched *watched, struct ww_sink *sink, struct ww_camera *camera,
                    const struct ww_watched_options *options)
{
    *watched = (struct ww_watched){.sink = sink, .camera = *camera, .options = *options};
    *camera = (struct ww_camera){0};
    watched->warned_at = ww_clock_monotonic();
    const struct ww_drill_duty_options drills = {.view = &watched->camera.view,
                                                 .sink = sink,
                                                 .every = watched->camera.view.drill_every};
    watched->drills = ww_drill_duty_create(&drills);
    watched->coverage = ww_coverage_create(&watched->camera.view, sink);
    watched->recorder = ww_camera_recorder(&watched->camera.view, sink);
    pthread_mutex_init(&watched->lock, NULL);
    return watched->recorder ? 0 : -ENOMEM;
}

/* --- what is told of the camera ----------------------------------------------------------------- */

static uint64_t new_key(struct ww_watched *watched)
{
    return camera_key | (atomic_fetch_add(&watched->keys, 1) + 1);
}

static struct ww_record camera_record(const struct ww_watched *watched, enum ww_phase phase,
                                      const char *detail, const char *reason)
{
    struct ww_record record = {
        .time_us = ww_clock_wall_us(),
        .type = "camera",
        .phase = phase,
        .camera = watched->camera.view.name,
        .detail = detail,
        .frame = -1,
    };
    snprintf(record.reason, sizeof record.reason, "%s", reason);
    return record;
}

static void tell(struct ww_watched *watched, uint64_t key, const struct ww_record *record)
{
    ww_sink_event(watched->sink, key, record, NULL, NULL);
}

void ww_watched_captured(void *context, const struct ww_stream *stream, struct ww_shared_packet *packet)
{
    const struct ww_watched *watched = context;
    ww_recorder_add(watched->recorder, stream, packet);
}

static void set_state(struct ww_watched *watched, enum ww_watched_state state, const char *reason)
{
    pthread_mutex_lock(&watched->lock);
    watched->state = state;
    snprintf(watched->reason, sizeof watched->reason, "%s", reason);
    pthread_mutex_unlock(&watched->lock);
}

void ww_watched_told(void *context, enum ww_feed_news news, const char *reason, double lost_for)
{
    struct ww_watched *watched = context;
    struct ww_record record = {0};
    bool online = news == WW_FEED_ONLINE || news == WW_FEED_RECOVERED;
    set_state(watched, online ? WW_WATCHED_ONLINE : WW_WATCHED_LOST, reason);
    switch (news) {
    case WW_FEED_LOST:
        watched->outage_key = new_key(watched);
        watched->lost_since = ww_clock_monotonic();
        record = camera_record(watched, WW_PHASE_START, "lost", reason);
        break;
    case WW_FEED_STILL_LOST: record = camera_record(watched, WW_PHASE_UPDATE, "lost", reason); break;
    case WW_FEED_RECOVERED:
    case WW_FEED_ONLINE:
        record = camera_record(watched, WW_PHASE_END, news == WW_FEED_ONLINE ? "online" : "recovered", "");
        record.duration = lost_for;
        record.momentary = watched->outage_key == 0;
        break;
    }
    tell(watched, record.momentary ? new_key(watched) : watched->outage_key, &record);
    if (online)
        watched->outage_key = 0;
}

static void end_coverage(struct ww_watched *watched)
{
    if (watched->coverage)
        ww_coverage_wait(watched->coverage, ww_clock_wall_us());
    ww_coverage_close(watched->coverage);
    watched->coverage = NULL;
}

void ww_watched_ended(struct ww_watched *watched)
{
    end_coverage(watched);
    if (watched->outage_key == 0)
        return;
    struct ww_record record =
        camera_record(watched, WW_PHASE_END, "lost", "wallwatch ends; the camera is still lost");
    record.duration = ww_clock_monotonic() - watched->lost_since;
    tell(watched, watched->outage_key, &record);
    watched->outage_key = 0;
}

static void begin_damage(struct ww_watched *watched, double now)
{
    watched->is_damaged = true;
    watched->damaged_since = now;
    watched->damaged_frames = watched->frames_since_damage = 0;
    watched->damage_key = new_key(watched);
    struct ww_record record =
        camera_record(watched, WW_PHASE_START, "damaged", "damaged frames; they are not looked at");
    tell(watched, watched->damage_key, &record);
}

static void end_damage(struct ww_watched *watched, double now)
{
    char reason[WW_REASON_TEXT];
    if (!watched->is_damaged)
        return;
    watched->is_damaged = false;
    snprintf(reason, sizeof reason, "%" PRId64 " of %" PRId64 " frames were damaged", watched->damaged_frames,
             watched->frames_since_damage);
    struct ww_record record = camera_record(watched, WW_PHASE_END, "damaged", reason);
    record.duration = now - watched->damaged_since;
    tell(watched, watched->damage_key, &record);
}

/* --- a frame ------------------------------------------------------------------------------------ */

static double stall_of(const struct ww_watched *watched)
{
    const struct ww_capture_settings *settings = watched->options.settings;
    return settings && settings->stall > 0 ? settings->stall : default_stall;
}

static void judge_health(struct ww_watched *watched, int64_t frames, int64_t corrupt)
{
    double now = ww_clock_monotonic();
    if (corrupt > 0 && !watched->is_damaged)
        begin_damage(watched, now);
    watched->damaged_frames += corrupt;
    watched->frames_since_damage += frames;
    if (corrupt > 0)
        watched->damaged_last = now;
    if (frames > corrupt) {
        watched->whole_since = now;
        ww_feed_found_whole(watched->feed);
        if (watched->is_damaged && now - watched->damaged_last > damage_settles)
            end_damage(watched, now);
    } else if (now - watched->whole_since > stall_of(watched)) {
        ww_feed_restart(watched->feed, "all frames are damaged");
    }
}

/* Adds what the session did since the last time. */
static void count(struct ww_watched *watched)
{
    const struct ww_session_totals *totals = ww_session_totals(watched->session);
    int64_t frames = totals->taken - watched->seen_frames, corrupt = totals->corrupt - watched->seen_corrupt;
    atomic_fetch_add(&watched->analysed, frames - corrupt);
    atomic_fetch_add(&watched->corrupt, corrupt);
    atomic_fetch_add(&watched->events, totals->events - watched->seen_events);
    watched->seen_frames = totals->taken;
    watched->seen_corrupt = totals->corrupt;
    watched->seen_events = totals->events;
    if (frames > 0 || corrupt > 0)
        judge_health(watched, frames, corrupt);
}

static void close_session(struct ww_watched *watched)
{
    if (!watched->session)
        return;
    ww_session_end(watched->session);
    count(watched);
    ww_session_close(watched->session, NULL);
    watched->session = NULL;
}

static void refuse(struct ww_watched *watched, const struct ww_error *error)
{
    close_session(watched);
    watched->refused = true;
    ww_feed_restart(watched->feed, error->text);
}

static int open_session(struct ww_watched *watched, const struct ww_stream *stream, struct ww_error *error)
{
    const struct ww_session_options options = {
        .camera = &watched->camera,
        .stream = stream,
        .reader = {ww_feed_read, watched->feed},
        .sink = watched->sink,
        .label = watched->camera.view.name,
        .start_us = stream->start_us,
        .threads = 1,
        .drills = watched->drills,
        .coverage = watched->coverage,
        .recorder = watched->recorder,
        .view = watched->view,
    };
    watched->seen_frames = watched->seen_corrupt = watched->seen_events = 0;
    watched->whole_since = ww_clock_monotonic();
    return ww_session_open(&watched->session, &options, error);
}

/* Throws away what comes until the connection ends. */
static int drain(struct ww_watched *watched)
{
    struct ww_packet packet;
    int code;
    while ((code = ww_feed_read(watched->feed, &packet, NULL)) == 1)
        ww_packet_release(&packet);
    return code;
}

static void end_connection(struct ww_watched *watched)
{
    close_session(watched);
    end_damage(watched, ww_clock_monotonic());
    watched->refused = false;
    ww_recorder_disconnect(watched->recorder);
    ww_feed_let_go(watched->feed);
}

static void note_frame(struct ww_watched *watched)
{
    double captured = ww_session_captured(watched->session);
    atomic_store(&watched->latency, captured > 0 ? ww_clock_monotonic() - captured : 0);
}

bool ww_watched_step(struct ww_watched *watched)
{
    struct ww_error error;
    const struct ww_stream *stream = ww_feed_connection(watched->feed);
    if (!stream)
        return false;
    int code = 0;
    if (!watched->session && !watched->refused)
        code = open_session(watched, stream, &error);
    if (code < 0)
        refuse(watched, &error);
    code = watched->refused ? drain(watched) : ww_session_step(watched->session, &error);
    if (code == 1) {
        count(watched);
        note_frame(watched);
    } else if (code == 0) {
        end_connection(watched);
    } else if (code != -EAGAIN) {
        refuse(watched, &error);
    }
    return code == 1;
}

/* --- what others see ---------------------------------------------------------------------------- */

void ww_watched_tick(struct ww_watched *watched)
{
    double now = ww_clock_monotonic();
    if (!watched->coverage || now - watched->waited < tick_seconds)
        return;
    watched->waited = now;
    ww_coverage_wait(watched->coverage, ww_clock_wall_us());
}

void ww_watched_drill(struct ww_watched *watched)
{
    ww_drill_duty_ask(watched->drills);
}

void ww_watched_report(struct ww_watched *watched, struct ww_watched_report *report)
{
    const struct ww_feed_counts *counts = ww_feed_counts(watched->feed);
    *report = (struct ww_watched_report){
        .name = watched->camera.view.name,
        .captured = atomic_load(&counts->captured),
        .dropped = atomic_load(&counts->dropped),
        .lost = atomic_load(&counts->lost),
        .analysed = atomic_load(&watched->analysed),
        .corrupt = atomic_load(&watched->corrupt),
        .events = atomic_load(&watched->events),
        .latency = atomic_load(&watched->latency),
    };
    pthread_mutex_lock(&watched->lock);
    report->state = watched->state;
    memcpy(report->reason, watched->reason, sizeof report->reason);
    pthread_mutex_unlock(&watched->lock);
}

void ww_watched_warn(struct ww_watched *watched)
{
    double now = ww_clock_monotonic();
    const struct ww_feed_counts *counts = ww_feed_counts(watched->feed);
    int64_t dropped = atomic_load(&counts->dropped) - watched->warned_dropped;
    int64_t captured = atomic_load(&counts->captured) - watched->warned_captured;
    if (now - watched->warned_at < warning_interval)
        return;
    watched->warned_at = now;
    watched->warned_dropped += dropped;
    watched->warned_captured += captured;
    if (dropped > captured / 100)
        ww_log_about(WW_LOG_WARNING, watched->camera.view.name,
                     "%" PRId64 " of %" PRId64
                     " frames were dropped: the machine cannot keep up; analyse fewer "
                     "frames a second ('analyse: {fps: 5}'), or let the camera send smaller ones",
                     dropped, captured);
}
