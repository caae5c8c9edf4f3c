/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/drill_survey.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "commands/stop.h"
#include "decode/frames.h"

const float ww_survey_contrasts[WW_SURVEY_CONTRASTS] = {0.6f, 0.3f, 0.15f};

static const double longest_lead = 10, shortest_lead = 2; /* seconds of learning */
enum { MOST_PLANES_MB = 2048 };

/* Some seconds of footage. */
struct stretch {
    struct plane {
        uint8_t *pixels;
        int64_t frame;
        double pts;
        uint64_t disturbed; /* a bit a region */
    } * planes;
    size_t count, capacity;
    double lead, seconds; /* of learning; in all */
};

/* One round, for the threads that share it. */
struct round {
    struct ww_survey *survey;
    const struct stretch *stretch;
    size_t first, count; /* of the trials */
    atomic_size_t next, done;
    atomic_int code;
    pthread_mutex_t lock; /* of error */
    struct ww_error error;
    const char *label;
};

void ww_survey_begin(struct ww_survey *survey, const struct ww_survey_options *options)
{
    *survey = (struct ww_survey){.options = *options, .knows_person = options->view->person_count > 0};
}

void ww_survey_end(struct ww_survey *survey)
{
    for (size_t i = 0; i < survey->count; i++)
        free(survey->trials[i].view.pixels);
    free(survey->trials);
    ww_still_release(survey->still);
    *survey = (struct ww_survey){0};
}

/* --- which drills ------------------------------------------------------------------------------- */

static bool is_asked(const struct ww_survey_options *options, size_t region)
{
    const struct ww_camera_view *view = options->view;
    return view->regions[region].kind == WW_REGION_WALL &&
           (!options->wall || strcmp(options->wall, view->region_names[region]) == 0);
}

static int add_trial(struct ww_survey *survey, const struct ww_survey_trial *trial)
{
    struct ww_survey_trial *grown = realloc(survey->trials, (survey->count + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    survey->trials = grown;
    grown[survey->count++] = *trial;
    return 0;
}

/* Darker and brighter ones take turns. */
static int add_place(struct ww_survey *survey, size_t region, int place, float at, enum ww_intruder_way way)
{
    const struct ww_region *wall = &survey->options.view->regions[region];
    int code = 0;
    for (int i = 0; i < WW_SURVEY_CONTRASTS && code == 0; i++) {
        float sign = (survey->rounds + place + i) % 2 ? 1 : -1;
        const struct ww_survey_trial trial = {
            .region = region,
            .place = place,
            .at = at,
            .contrast = i,
            .round = survey->rounds,
            .plan = ww_drill_plan(wall, way, at, sign * ww_survey_contrasts[i]),
        };
        code = add_trial(survey, &trial);
    }
    return code;
}

static int add_round(struct ww_survey *survey)
{
    const struct ww_survey_options *options = &survey->options;
    int places = options->at >= 0 ? 1 : options->places, code = 0;
    for (size_t r = 0; r < options->view->region_count && code == 0; r++) {
        const struct ww_region *wall = &options->view->regions[r];
        for (int place = 0; is_asked(options, r) && place < places && code == 0; place++) {
            float at = options->at >= 0 ? (float)options->at : ((float)place + 0.5f) / (float)places;
            bool climbs = options->climbs && ww_intruder_can_climb(wall, at, survey->width, survey->height);
            if (options->walks || !climbs)
                code = add_place(survey, r, place, at, WW_INTRUDER_WALKS);
            if (climbs && code == 0)
                code = add_place(survey, r, place, at, WW_INTRUDER_CLIMBS);
        }
    }
    survey->rounds++;
    return code;
}

/* Seconds of the longest drill, without learning; negative: no memory. */
static double longest_drill(struct ww_survey *survey, size_t first, struct ww_error *error)
{
    double longest = 0;
    for (size_t i = first; i < survey->count; i++) {
        const struct ww_survey_trial *trial = &survey->trials[i];
        const struct ww_drill_options options = {.view = survey->options.view,
                                                 .region = trial->region,
                                                 .plan = trial->plan,
                                                 .width = survey->width,
                                                 .height = survey->height};
        struct ww_drill *drill;
        if (ww_drill_create(&drill, &options, error) != 0)
            return -1;
        longest = fmax(longest, ww_drill_seconds(drill));
        ww_drill_destroy(drill);
    }
    return longest;
}

/* --- one round ------------------------------------------------------------------------------------ */

static struct ww_luma luma_of(const struct ww_survey *survey, const struct plane *plane)
{
    return (struct ww_luma){plane->pixels, (ptrdiff_t)survey->width, survey->width, survey->height};
}

/* Notes what really happens. */
static int watch_truth(struct ww_survey *survey, struct stretch *stretch, struct ww_error *error)
{
    const struct ww_detector_config config =
        ww_camera_detection(survey->options.view, survey->width, survey->height, survey->width,
                            survey->height);
    struct ww_detector *detector;
    int open[WW_MAX_REGIONS] = {0};
    int code = ww_detector_create(&detector, &config, error);
    for (size_t i = 0; i < stretch->count && code == 0; i++) {
        struct plane *plane = &stretch->planes[i];
        const struct ww_luma luma = luma_of(survey, plane);
        struct ww_findings findings;
        code = ww_detector_step(detector, &luma, plane->frame, plane->pts, &findings, error);
        for (size_t e = 0; code == 0 && e < findings.event_count; e++) {
            const struct ww_event *event = &findings.events[e];
            int change = event->phase == WW_PHASE_START ? 1 : event->phase == WW_PHASE_END ? -1 : 0;
            if (event->type != WW_EVENT_TAMPER)
                open[event->region] += change;
        }
        bool blind = code == 0 && (findings.tamper != WW_TAMPER_NONE || findings.relearning);
        plane->disturbed = blind ? UINT64_MAX : 0;
        for (size_t r = 0; r < survey->options.view->region_count; r++)
            plane->disturbed |= open[r] > 0 ? UINT64_C(1) << r : 0;
    }
    ww_detector_destroy(detector);
    return code;
}

/* A square around him, three times as high as he is; what lies outside of the plane is black. */
static void look(struct ww_survey_view *view, const struct ww_drill *drill)
{
    const struct ww_luma luma = ww_drill_luma(drill);
    const struct ww_box *box = &ww_drill_result(drill)->box;
    int side = (int)(3 * ww_intruder_height(ww_drill_intruder(drill)));
    int left = box->x + box->width / 2 - side / 2, top = box->y + box->height / 2 - side / 2;
    if (!view->pixels)
        *view = (struct ww_survey_view){calloc((size_t)side, (size_t)side), side};
    for (int y = 0; y < side && view->pixels; y++) {
        for (int x = 0; x < side; x++) {
            int from_x = left + x, from_y = top + y;
            bool within = from_x >= 0 && from_y >= 0 && from_x < (int)luma.width && from_y < (int)luma.height;
            view->pixels[y * side + x] = within ? luma.pixels[from_y * luma.stride + from_x] : 0;
        }
    }
}

static int run_trial(struct round *round, struct ww_survey_trial *trial, struct ww_error *error)
{
    const struct ww_survey *survey = round->survey;
    const struct stretch *stretch = round->stretch;
    const struct ww_drill_options options = {.view = survey->options.view,
                                             .region = trial->region,
                                             .plan = trial->plan,
                                             .width = survey->width,
                                             .height = survey->height,
                                             .lead = stretch->lead};
    struct ww_drill *drill;
    int code = ww_drill_create(&drill, &options, error);
    if (code != 0)
        return code;
    code = 1;
    for (size_t i = 0; i < stretch->count && code == 1; i++) {
        const struct plane *plane = &stretch->planes[i];
        const struct ww_luma luma = luma_of(survey, plane);
        const struct ww_luma before = i > 0 ? luma_of(survey, plane - 1) : luma;
        code = ww_drill_step(drill, &luma, i > 0 ? &before : NULL, plane->frame, plane->pts,
                             plane->disturbed >> trial->region & 1, error);
        if (code >= 0 && ww_drill_is_best(drill))
            look(&trial->view, drill);
    }
    trial->result = *ww_drill_result(drill);
    if (code == 1) /* the footage ended before it did */
        trial->result.outcome = WW_DRILL_VOID;
    trial->spot = ww_intruder_place(ww_drill_intruder(drill));
    trial->tall = ww_intruder_height(ww_drill_intruder(drill));
    ww_drill_destroy(drill);
    return code < 0 ? code : 0;
}

static void show_progress(const struct round *round, size_t done)
{
    char text[160];
    if (round->survey->options.quiet)
        return;
    snprintf(text, sizeof text, "%.40s: round %d, drill %zu of %zu", round->label, round->survey->rounds,
             done, round->count);
    ww_log_progress(text);
}

static void *work(void *argument)
{
    struct round *round = argument;
    struct ww_error error;
    size_t i;
    while (atomic_load(&round->code) == 0 && !ww_stop_requested() &&
           (i = atomic_fetch_add(&round->next, 1)) < round->count) {
        int code = run_trial(round, &round->survey->trials[round->first + i], &error);
        pthread_mutex_lock(&round->lock);
        if (code != 0 && atomic_load(&round->code) == 0) {
            atomic_store(&round->code, code);
            round->error = error;
        }
        show_progress(round, atomic_fetch_add(&round->done, 1) + 1);
        pthread_mutex_unlock(&round->lock);
    }
    return NULL;
}

static void keep_views(struct ww_survey *survey, size_t first)
{
    for (size_t i = first; i < survey->count; i++) {
        struct ww_survey_trial *trial = &survey->trials[i];
        bool plain = trial->result.outcome == WW_DRILL_MISSED && trial->contrast < WW_SURVEY_CONTRASTS - 1;
        if (plain && trial->view.pixels && survey->views < WW_SURVEY_VIEWS) {
            survey->views++;
            continue;
        }
        free(trial->view.pixels);
        trial->view.pixels = NULL;
    }
}

static int run_round(struct ww_survey *survey, struct stretch *stretch, size_t first, const char *label,
                     struct ww_error *error)
{
    struct round round = {.survey = survey,
                          .stretch = stretch,
                          .first = first,
                          .count = survey->count - first,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .label = label};
    pthread_t threads[256];
    int started = 0, wanted = survey->options.threads < 256 ? survey->options.threads : 256;
    int code = watch_truth(survey, stretch, error);
    if (code != 0)
        return code;
    while (started < wanted - 1 && pthread_create(&threads[started], NULL, work, &round) == 0)
        started++;
    work(&round);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    ww_log_progress("");
    keep_views(survey, first);
    pthread_mutex_destroy(&round.lock);
    code = atomic_load(&round.code);
    if (code != 0)
        *error = round.error;
    return ww_stop_requested() ? -EINTR : code;
}

/* --- footage -------------------------------------------------------------------------------------- */

static void empty(struct stretch *stretch)
{
    for (size_t i = 0; i < stretch->count; i++)
        free(stretch->planes[i].pixels);
    stretch->count = 0;
}

static int keep(struct ww_survey *survey, struct stretch *stretch, const struct ww_frame *frame,
                struct ww_error *error)
{
    size_t size = (size_t)survey->width * survey->height;
    if (stretch->count >= (size_t)MOST_PLANES_MB * 1048576 / size)
        return ww_fail(error, -EFBIG,
                       "%.0f seconds of frames of %ux%u take more than %d MB; analyse fewer or smaller ones "
                       "('analyse: {width: 640, fps: 15}')",
                       stretch->seconds, survey->width, survey->height, MOST_PLANES_MB);
    if (stretch->count == stretch->capacity) {
        size_t capacity = stretch->capacity ? 2 * stretch->capacity : 256;
        struct plane *planes = realloc(stretch->planes, capacity * sizeof *planes);
        if (!planes)
            return ww_fail(error, -ENOMEM, "out of memory");
        stretch->planes = planes;
        stretch->capacity = capacity;
    }
    struct plane *plane = &stretch->planes[stretch->count];
    *plane = (struct plane){.pixels = malloc(size), .frame = frame->index, .pts = frame->pts};
    if (!plane->pixels)
        return ww_fail(error, -ENOMEM, "out of memory");
    for (uint32_t y = 0; y < survey->height; y++)
        memcpy(plane->pixels + (size_t)y * survey->width,
               frame->luma.pixels + (ptrdiff_t)y * frame->luma.stride, survey->width);
    stretch->count++;
    return 0;
}

struct footage {
    struct ww_frames *frames;
    const char *label;
    double seconds; /* 0: unknown */
    int planned, done;
    struct stretch stretch;
    double longest, last_pts;
    size_t first; /* trial of the round that is being filled */
    bool begun;
};

/* When a round is to begin. */
static double begin_of(const struct footage *footage, int round)
{
    double spare = fmax(footage->seconds - footage->stretch.seconds * footage->planned, 0);
    return round * (footage->stretch.seconds + spare / fmax(footage->planned, 1));
}

/* The first frame says how large planes are, and so how long drills take. */
static int begin_footage(struct ww_survey *survey, struct footage *footage, const struct ww_frame *frame,
                         struct ww_error *error)
{
    if (survey->width && (survey->width != frame->luma.width || survey->height != frame->luma.height))
        return ww_fail(error, -EINVAL,
                       "%s: frames come to %ux%u pixels, those before to %ux%u; drill them "
                       "one at a time",
                       footage->label, frame->luma.width, frame->luma.height, survey->width, survey->height);
    survey->width = frame->luma.width;
    survey->height = frame->luma.height;
    if (!survey->still)
        survey->still = ww_frames_keep(footage->frames);
    footage->begun = true;
    footage->first = survey->count;
    if (add_round(survey) != 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    footage->longest = longest_drill(survey, footage->first, error);
    if (footage->longest < 0)
        return -ENOMEM;
    struct stretch *stretch = &footage->stretch;
    double spare = footage->seconds - footage->longest - 0.5;
    stretch->lead = footage->seconds > 0 ? fmin(fmax(spare, shortest_lead), longest_lead) : longest_lead;
    stretch->seconds = stretch->lead + footage->longest + 0.25;
    int fit = footage->seconds > 0 ? (int)(footage->seconds / stretch->seconds) : survey->options.rounds;
    footage->planned = fit < 1 ? 1 : fit < survey->options.rounds ? fit : survey->options.rounds;
    return 0;
}

/* What was kept is a round. */
static int close_round(struct ww_survey *survey, struct footage *footage, struct ww_error *error)
{
    int code = run_round(survey, &footage->stretch, footage->first, footage->label, error);
    empty(&footage->stretch);
    footage->done++;
    footage->first = survey->count;
    if (code == 0 && footage->done < footage->planned && add_round(survey) != 0)
        code = ww_fail(error, -ENOMEM, "out of memory");
    return code;
}

static int take(struct ww_survey *survey, struct footage *footage, const struct ww_frame *frame,
                struct ww_error *error)
{
    struct stretch *stretch = &footage->stretch;
    if (!footage->begun) {
        int code = begin_footage(survey, footage, frame, error);
        if (code != 0)
            return code;
    }
    bool fits = frame->luma.width == survey->width && frame->luma.height == survey->height;
    if (!fits || frame->pts < begin_of(footage, footage->done))
        return 0;
    int code = keep(survey, stretch, frame, error);
    footage->last_pts = frame->pts;
    if (code == 0 && frame->pts - stretch->planes[0].pts >= stretch->seconds - 0.1)
        code = close_round(survey, footage, error);
    return code;
}

/* The end of the footage came before that of a round. */
static int finish(struct ww_survey *survey, struct footage *footage, struct ww_error *error)
{
    const struct stretch *stretch = &footage->stretch;
    double kept = stretch->count > 0 ? footage->last_pts - stretch->planes[0].pts : 0;
    if (footage->begun && footage->done < footage->planned &&
        kept >= fmin(stretch->seconds, stretch->lead + footage->longest) - 0.3)
        return close_round(survey, footage, error);
    if (footage->done < footage->planned || !footage->begun) {
        survey->count = footage->begun ? footage->first : survey->count;
        survey->rounds -= footage->begun;
    }
    if (footage->done > 0)
        return 0;
    if (!footage->begun)
        return ww_fail(error, -ENODATA, "%s has no frame that can be used", footage->label);
    return ww_fail(
        error, -ENODATA,
        "%s is too short: a drill here needs %.0f seconds to learn the place and to walk, there are "
        "%.1f",
        footage->label, ceil(shortest_lead + footage->longest), kept);
}

int ww_survey_add(struct ww_survey *survey, const struct ww_stream *stream, struct ww_packet_reader reader,
                  const char *label, atomic_bool *abandoned, struct ww_error *error)
{
    const struct ww_decode_options decoding = {
        .analysis_width = survey->options.view->analysis_width,
        .max_rate = survey->options.view->analysis_rate,
        .threads = stream->live ? 1 : survey->options.threads,
    };
    struct footage footage = {.label = label};
    struct ww_frame frame;
    if (stream->frame_count > 0 && stream->frame_rate > 0)
        footage.seconds = (double)stream->frame_count / stream->frame_rate;
    int code = ww_frames_open(&footage.frames, stream, reader, &decoding, error);
    if (code != 0)
        return code;
    code = 1;
    while (code == 1 && !ww_stop_requested() && (!footage.begun || footage.done < footage.planned)) {
        code = ww_frames_next(footage.frames, &frame, error);
        if (code == 1 && frame.damage == WW_INTACT && !frame.spare) {
            int taken = take(survey, &footage, &frame, error);
            code = taken != 0 ? taken : 1;
        }
    }
    if (code == 0)
        code = finish(survey, &footage, error);
    empty(&footage.stretch);
    free(footage.stretch.planes);
    atomic_store(abandoned, true); /* whoever waits for the source comes back */
    ww_frames_close(footage.frames);
    return ww_stop_requested() ? -EINTR : code < 0 ? code : 0;
}
