/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands/tampering.h"
#include "decode/frames.h"

enum {
    SIZE_SETTLES = 3,  /* frames of another size in a row before it is the size */
    HABIT_SETTLES = 8, /* suspect frames in a row before they are the camera's habit */
};

struct best_still {
    uint64_t event;
    struct ww_still *still;
};

struct ww_session {
    struct ww_session_options own;
    const struct ww_session_options *options; /* own */
    struct ww_session_totals totals;
    struct ww_frames *frames;
    struct ww_detector *detector;
    uint64_t key_base;      /* added to the detector's ids: a new detector counts from 1 again */
    uint32_t width, height; /* of the source's frames */
    uint32_t new_width, new_height;
    int new_size_run, suspect_run;
    int64_t new_size_from; /* number of a frame */
    struct best_still best[WW_MAX_OPEN_EVENTS];
    size_t best_count;
    int64_t epoch_us; /* wall-clock time at a pts of 0 */
    double captured;
    bool tampered; /* and what was then is not yet learned */
    bool light_changed;
    double light_changed_pts;
    struct ww_coverage *coverage, *own_coverage;
    struct ww_recorder *recorder, *own_recorder;
    bool armed;
    bool armed_known; /* for this minute, since 1970 */
    int64_t armed_minute;
};

/* Of what is told of the camera by the session; apart from those of detection. */
static const uint64_t light_key = UINT64_C(1) << 62;

static int64_t wall_time(const struct ww_session *session, double pts)
{
    return session->epoch_us + (int64_t)(pts * 1e6 + 0.5);
}

static struct best_still *find_best(struct ww_session *session, uint64_t event)
{
    for (size_t i = 0; i < session->best_count; i++)
        if (session->best[i].event == event)
            return &session->best[i];
    return NULL;
}

static void keep_best(struct ww_session *session, uint64_t event)
{
    struct ww_still *still = ww_frames_keep(session->frames);
    struct best_still *best = find_best(session, event);
    if (!still)
        return;
    if (!best && session->best_count == WW_MAX_OPEN_EVENTS) {
        ww_still_release(still);
        return;
    }
    if (!best) {
        best = &session->best[session->best_count++];
        *best = (struct best_still){.event = event};
    }
    ww_still_release(best->still);
    best->still = still;
}

static struct ww_still *take_best(struct ww_session *session, uint64_t event)
{
    struct best_still *best = find_best(session, event);
    if (!best)
        return NULL;
    struct ww_still *still = best->still;
    *best = session->best[--session->best_count];
    return still;
}

/* What belongs to walls. */
static void describe_act(struct ww_record *record, const struct ww_event *event)
{
    static const char *const directions[] = {
        [WW_DIRECTION_NONE] = NULL, [WW_INWARD] = "inward", [WW_OUTWARD] = "outward"};
    record->direction = directions[event->direction];
    record->crosses = event->crosses;
    record->crossing = event->crossing;
    record->path_count = event->phase == WW_PHASE_UPDATE ? 0 : event->path_count; /* it can be long */
    if (record->path_count > 0)
        memcpy(record->path, event->path, event->path_count * sizeof *event->path);
}

static void tell(struct ww_session *session, const struct ww_event *event)
{
    const struct ww_camera_view *view = &session->options->camera->view;
    static const char *const severities[] = {
        [WW_SEVERITY_LOW] = "low", [WW_SEVERITY_NORMAL] = "normal", [WW_SEVERITY_HIGH] = "high"};
    bool tampered = event->type == WW_EVENT_TAMPER;
    const struct ww_region *region = view->region_count && !tampered ? &view->regions[event->region] : NULL;
    const char *name = region ? view->region_names[event->region] : NULL;
    struct ww_record record = {
        .time_us = wall_time(session, event->pts),
        .captured = session->captured,
        .type = ww_event_type_name(event->type),
        .phase = event->phase,
        .camera = view->name,
        .wall = region && region->kind == WW_REGION_WALL ? name : NULL,
        .zone = region && region->kind == WW_REGION_ZONE ? name : NULL,
        .severity = region ? severities[view->region_severities[event->region]] : NULL,
        .track = event->track,
        .frame = event->frame,
        .pts = event->pts,
        .box = event->box,
        .width = session->width,
        .height = session->height,
        .score = event->score,
        .duration = event->duration,
    };
    if (tampered)
        ww_tampering_describe(&record, event);
    else
        describe_act(&record, event);
    struct ww_best_frame best = {
        .time_us = wall_time(session, event->best_pts),
        .frame = event->best_frame,
        .box = event->box,
        .cropped = view->crop,
    };
    uint64_t key = session->key_base + event->id;
    session->options->camera->last_key = key;
    if (event->phase == WW_PHASE_START) {
        session->totals.events++;
        record.clip = ww_recorder_begin_event(session->recorder, event->pts);
    }
    if (event->phase == WW_PHASE_END)
        ww_recorder_end_event(session->recorder, event->pts);
    if (event->phase == WW_PHASE_END)
        best.still = take_best(session, event->id);
    ww_sink_event(session->options->sink, key, &record, region, event->phase == WW_PHASE_END ? &best : NULL);
}

static void tell_all(struct ww_session *session, const struct ww_findings *findings)
{
    for (size_t i = 0; i < findings->event_count; i++)
        tell(session, &findings->events[i]);
    for (size_t i = 0; i < findings->best_count; i++)
        keep_best(session, findings->best[i]);
}

static void tell_light(struct ww_session *session, const struct ww_frame *frame, struct ww_record *record)
{
    record->time_us = wall_time(session, frame->pts);
    record->type = "camera";
    record->phase = WW_PHASE_END;
    record->momentary = true;
    record->camera = session->options->camera->view.name;
    record->detail = "light";
    record->frame = -1;
    ww_sink_event(session->options->sink, light_key | (uint64_t)frame->index, record, NULL, NULL);
}

/* What the model has to learn anew, and what it sees through: lamps, exposure. Of a camera that is tampered
 * with that is told already. */
static void note_light(struct ww_session *session, const struct ww_frame *frame,
                       const struct ww_findings *findings)
{
    bool tampered = session->tampered || findings->tamper != WW_TAMPER_NONE;
    bool relearning = findings->relearning && !tampered, ended = !relearning && session->light_changed;
    bool began = relearning && !session->light_changed;
    double factor = tampered ? 0 : (double)findings->light;
    struct ww_record record = {0};
    if (findings->tamper != WW_TAMPER_NONE || !findings->relearning)
        session->tampered = findings->tamper != WW_TAMPER_NONE;
    session->light_changed = began || (session->light_changed && !ended);
    if (began)
        session->light_changed_pts = frame->pts;
    if (ended) {
        record.duration = frame->pts - session->light_changed_pts;
        snprintf(record.reason, sizeof record.reason,
                 "the light changed all over the picture; it was learned anew in %.1f s", record.duration);
        tell_light(session, frame, &record);
    } else if (factor > 0) {
        snprintf(record.reason, sizeof record.reason,
                 "the light changed all over the picture, to %.0f %% of what it was", factor * 100);
        tell_light(session, frame, &record);
    }
}

static void end_events(struct ww_session *session)
{
    struct ww_findings findings;
    if (!session->detector)
        return;
    ww_drill_duty_interrupt(session->options->drills);
    ww_detector_finish(session->detector, &findings);
    tell_all(session, &findings);
    ww_detector_destroy(session->detector);
    session->detector = NULL;
}

static int start_detector(struct ww_session *session, const struct ww_frame *frame, struct ww_error *error)
{
    int code = ww_camera_fit(session->options->camera, frame->width, frame->height, error);
    if (code != 0)
        return code;
    const struct ww_camera_view *view = &session->options->camera->view;
    struct ww_detector_config config =
        ww_camera_detection(view, frame->luma.width, frame->luma.height, frame->width, frame->height);
    config.threads = (unsigned)session->options->threads;
    session->tampered = session->light_changed = session->armed_known = false;
    session->key_base = session->options->camera->last_key;
    session->width = frame->width;
    session->height = frame->height;
    session->totals.analysis_width = frame->luma.width;
    session->totals.analysis_height = frame->luma.height;
    return ww_detector_create(&session->detector, &config, error);
}

static void count_corrupt(struct ww_session *session, int frames)
{
    session->totals.corrupt += frames;
    session->totals.taken += frames;
}

/* One frame of another size is damage; some in a row are a camera that was set otherwise. Returns 1
 * where the frame can be looked at. */
static int settle_size(struct ww_session *session, const struct ww_frame *frame, struct ww_error *error)
{
    if (!session->detector) {
        int code = frame->spare ? 0 : start_detector(session, frame, error);
        return code == 0 ? !frame->spare : code;
    }
    if (frame->width == session->width && frame->height == session->height) {
        count_corrupt(session, session->new_size_run);
        session->new_size_run = 0;
        return 1;
    }
    if (frame->width != session->new_width || frame->height != session->new_height) {
        count_corrupt(session, session->new_size_run);
        session->new_size_run = 0;
    }
    session->new_width = frame->width;
    session->new_height = frame->height;
    if (session->new_size_run++ == 0)
        session->new_size_from = frame->index;
    if (session->new_size_run < SIZE_SETTLES || frame->spare)
        return 0;
    session->new_size_run = 0;
    ww_log(WW_LOG_WARNING,
           "%s: frames are %ux%u from frame %" PRId64 " on, they were %ux%u; the background "
           "is learned anew",
           session->options->label, frame->width, frame->height, session->new_size_from, session->width,
           session->height);
    end_events(session);
    int code = start_detector(session, frame, error);
    return code == 0 ? 1 : code;
}

static bool is_damaged(struct ww_session *session, const struct ww_frame *frame)
{
    session->suspect_run = frame->damage == WW_SUSPECT ? session->suspect_run + 1 : 0;
    return frame->damage == WW_DAMAGED ||
           (frame->damage == WW_SUSPECT && session->suspect_run < HABIT_SETTLES);
}

/* A schedule has minutes; asking the time zone for every frame would be too much. */
static void arm(struct ww_session *session, const struct ww_frame *frame)
{
    const struct ww_schedule *schedule = session->options->camera->view.schedule;
    int64_t minute = wall_time(session, frame->pts) / 60000000;
    if (!schedule || (session->armed_known && minute == session->armed_minute))
        return;
    session->armed_known = true;
    session->armed_minute = minute;
    session->armed = ww_schedule_is_armed(schedule, minute * 60);
    ww_detector_arm(session->detector, session->armed);
}

/* Returns 1 and findings, 0 where the frame is not to be relied on, or an error. */
static int look_at(struct ww_session *session, const struct ww_frame *frame, struct ww_findings *findings,
                   struct ww_error *error)
{
    *findings = (struct ww_findings){0};
    if (is_damaged(session, frame)) {
        count_corrupt(session, 1);
        return 0;
    }
    int code = settle_size(session, frame, error);
    if (code <= 0 || frame->spare)
        return code < 0 ? code : 0;
    arm(session, frame);
    double before = ww_clock_thread_cpu();
    code = ww_detector_step(session->detector, &frame->luma, frame->index, frame->pts, findings, error);
    session->totals.detect_cpu += ww_clock_thread_cpu() - before;
    return code == 0 ? 1 : code;
}

static void write_mask(struct ww_session *session, const struct ww_frame *frame, const struct ww_mask *mask)
{
    uint32_t width = session->width, height = session->height;
    if (width == 0) { /* nothing was decoded yet */
        width = session->options->stream->width;
        height = session->options->stream->height;
    }
    if (width > 0)
        ww_sink_mask(session->options->sink, frame->index + 1, mask, width, height);
}

/* A camera's clock is the machine's: what was set right meanwhile is right from the next frame on. */
static void keep_time(struct ww_session *session, const struct ww_frame *frame)
{
    session->captured = frame->captured;
    if (frame->captured > 0) {
        double age = ww_clock_monotonic() - frame->captured;
        session->epoch_us = ww_clock_wall_us() - (int64_t)((age + frame->pts) * 1e6);
    }
}

static void drill(struct ww_session *session, const struct ww_frame *frame,
                  const struct ww_findings *findings)
{
    const struct ww_duty_frame seen = {
        .luma = &frame->luma,
        .findings = findings,
        .frame = frame->index,
        .time_us = wall_time(session, frame->pts),
        .pts = frame->pts,
    };
    ww_drill_duty_step(session->options->drills, &seen);
}

static void record(struct ww_session *session, const struct ww_frame *frame)
{
    const struct ww_recorder_place place = {
        .pts = frame->pts,
        .time_us = wall_time(session, frame->pts),
        .width = session->width,
        .height = session->height,
    };
    if (session->width > 0) /* a frame was whole by now */
        ww_recorder_advance(session->recorder, &place);
}

/* A recording's packets on their way to decoding. */
static int read_recorded(void *context, struct ww_packet *packet, struct ww_error *error)
{
    struct ww_session *session = context;
    const struct ww_packet_reader *reader = &session->options->reader;
    int code = reader->read(reader->context, packet, error);
    if (code <= 0)
        return code;
    struct ww_shared_packet *shared = ww_packet_share(packet);
    if (!shared) /* the clip has a gap */
        return code;
    ww_recorder_add(session->recorder, session->options->stream, shared);
    *packet = ww_shared_packet_lend(shared);
    ww_shared_packet_release(shared);
    return code;
}

static void show(struct ww_session *session, const struct ww_findings *findings)
{
    struct ww_live_frame frame = {
        .still = ww_frames_keep(session->frames),
        .width = session->width,
        .height = session->height,
        .box_count = findings->box_count,
    };
    if (frame.box_count > 0)
        memcpy(frame.boxes, findings->boxes, frame.box_count * sizeof *frame.boxes);
    ww_live_view_put(session->options->view, &frame);
}

int ww_session_step(struct ww_session *session, struct ww_error *error)
{
    struct ww_frame frame;
    struct ww_findings findings;
    int code = ww_frames_next(session->frames, &frame, error);
    if (code <= 0)
        return code;
    session->totals.frames++;
    keep_time(session, &frame);
    code = look_at(session, &frame, &findings, error);
    if (code < 0)
        return code;
    if (frame.glimpse)
        ww_recorder_show(session->recorder, frame.pts, frame.glimpse);
    if (frame.spare)
        return 1;
    session->totals.taken += code;
    record(session, &frame);
    if (code > 0) {
        if (session->options->view)
            ww_hindsight_note(ww_live_view_hindsight(session->options->view), session->detector, frame.index,
                              frame.pts, wall_time(session, frame.pts));
        tell_all(session, &findings);
        note_light(session, &frame, &findings);
        drill(session, &frame, &findings);
        if (session->coverage)
            ww_coverage_note(session->coverage, wall_time(session, frame.pts), session->armed,
                             findings.views);
    }
    if (ww_live_view_is_wanted(session->options->view))
        show(session, &findings);
    if (session->options->masks)
        write_mask(session, &frame, &findings.mask);
    code = ww_sink_failure(session->options->sink, error);
    return code != 0 ? code : 1;
}

const struct ww_session_totals *ww_session_totals(const struct ww_session *session)
{
    return &session->totals;
}

double ww_session_captured(const struct ww_session *session)
{
    return session->captured;
}

/* Pictures of a camera that would not be analysed do not come this far. */
static bool is_paced(const struct ww_stream *stream)
{
    return stream->live && stream->codec != WW_CODEC_AV;
}

static int prepare_recorder(struct ww_session *session, struct ww_error *error)
{
    const struct ww_session_options *options = session->options;
    session->recorder = options->recorder;
    if (!session->recorder)
        session->recorder = session->own_recorder = ww_camera_recorder(&options->camera->view, options->sink);
    return session->recorder ? 0
                             : ww_fail(error, -ENOMEM, "cannot watch '%s': out of memory", options->label);
}

int ww_session_open(struct ww_session **session, const struct ww_session_options *options,
                    struct ww_error *error)
{
    const struct ww_decode_options decoding = {
        .analysis_width = options->camera->view.analysis_width,
        .max_rate = is_paced(options->stream) || options->masks ? 0 : options->camera->view.analysis_rate,
        .threads = options->threads,
        .glimpses = options->camera->view.record != WW_RECORD_NONE,
    };
    struct ww_session *opened = calloc(1, sizeof *opened);
    *session = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "cannot watch '%s': out of memory", options->label);
    opened->own = *options;
    opened->options = &opened->own;
    opened->epoch_us = options->start_us;
    opened->armed = true;
    if (!options->coverage)
        opened->own_coverage = ww_coverage_create(&options->camera->view, options->sink);
    opened->coverage = options->coverage ? options->coverage : opened->own_coverage;
    int code = prepare_recorder(opened, error);
    bool records = opened->own_recorder && options->camera->view.record != WW_RECORD_NONE;
    const struct ww_packet_reader recorded = {read_recorded, opened};
    if (code == 0)
        code = ww_frames_open(&opened->frames, options->stream, records ? recorded : options->reader,
                              &decoding, error);
    if (code == 0) {
        *session = opened;
    } else {
        ww_recorder_destroy(opened->own_recorder);
        ww_coverage_close(opened->own_coverage);
        free(opened);
    }
    return code;
}

void ww_session_end(struct ww_session *session)
{
    count_corrupt(session, session->new_size_run);
    session->new_size_run = 0;
    end_events(session);
    ww_recorder_end(session->recorder);
    ww_coverage_close(session->own_coverage);
    session->own_coverage = session->coverage = NULL;
    for (size_t i = 0; i < session->best_count; i++)
        ww_still_release(session->best[i].still);
    session->best_count = 0;
}

static void add_totals(struct ww_session_totals *sum, const struct ww_session *session)
{
    const struct ww_session_totals *own = &session->totals;
    sum->frames += own->frames;
    sum->taken += own->taken;
    sum->corrupt += own->corrupt;
    sum->events += own->events;
    sum->detect_cpu += own->detect_cpu;
    sum->decode_cpu += ww_frames_cpu(session->frames);
    sum->analysis_width = own->analysis_width;
    sum->analysis_height = own->analysis_height;
}

void ww_session_close(struct ww_session *session, struct ww_session_totals *totals)
{
    if (!session)
        return;
    ww_session_end(session);
    if (totals)
        add_totals(totals, session);
    ww_frames_close(session->frames);
    ww_recorder_destroy(session->own_recorder);
    free(session);
}
