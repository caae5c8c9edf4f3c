/* The stages of detection, in order. SPDX-License-Identifier: Apache-2.0 */
#include <wallwatch/detector.h>

#include <errno.h>
#include <math.h>

#include "detect/blobs.h"
#include "detect/events.h"
#include "detect/followed.h"
#include "detect/foreground.h"
#include "detect/ghost.h"
#include "detect/glow.h"
#include "detect/health.h"
#include "detect/regions.h"
#include "detect/scale.h"
#include "detect/sway.h"
#include "detect/tracker.h"
#include "detect/visibility.h"
#include "kernels.h"

static const double default_gap = 2, update_seconds = 5;

/* Foreground in more than this part of the picture, within a second of less than that, is a change of light.
 */
static const double light_change_part = 0.25, light_change_before = 0.05, light_change_seconds = 1;

struct ww_detector {
    uint32_t width, height;
    struct ww_health *health;
    struct ww_visibility *visibility;
    enum ww_tamper tamper; /* going on */
    struct ww_foreground *foreground;
    struct ww_bitplane calm, held; /* who is followed, and who of them stands: for the next frame */
    struct ww_regions regions;
    struct ww_labeller *labeller;
    struct ww_tracker *tracker;
    struct ww_walls *walls;
    struct ww_event_keeper *keeper;
    struct ww_blob_rules blob_rules;
    struct ww_sway_rules sway_rules;
    struct ww_scale scale;
    double visible_pixels, warm_up_seconds;
    double quiet_pts;   /* when there was little foreground last */
    double settled_pts; /* when somebody can be told again after a change of light */
    double learned_pts; /* when the model is no longer only what was in the picture at first */
    double pts;
    bool started;
    struct ww_followed followed; /* after the last step */
};

/* Who stands is not learned, for so long; who moves is not learned anyway. */
static const double stand_seconds = 1, hold_seconds = 600;

static const int leeway = 6; /* pixels around where somebody is expected */

/* For so long after it was learned, a model knows little of what sways; less and less is doubted meanwhile.
 */
static const double young_seconds = 10, doubt_seconds = 2.6;

struct preset {
    uint8_t threshold, dark;       /* of the multi-sample model */
    uint8_t min_threshold, factor; /* of the light one; see background.h */
    uint32_t area_divisor;         /* smallest blob = pixels / this */
    double confirm_seconds;
};

static const struct preset presets[] = {
    [WW_SENSITIVITY_LOW] = {24, 9, 24, 4, 2500, 0.40},
    [WW_SENSITIVITY_NORMAL] = {14, 5, 16, 4, 6000, 0.26},
    [WW_SENSITIVITY_HIGH] = {12, 4, 11, 3, 14000, 0.20},
};

static int check(const struct ww_detector_config *config, struct ww_error *error)
{
    if (config->width < WW_MIN_PLANE || config->height < WW_MIN_PLANE || config->width > WW_MAX_PLANE ||
        config->height > WW_MAX_PLANE)
        return ww_fail(error, -EINVAL, "a plane of %ux%u cannot be watched; it must be %dx%d to %dx%d",
                       config->width, config->height, WW_MIN_PLANE, WW_MIN_PLANE, WW_MAX_PLANE, WW_MAX_PLANE);
    if (!(config->event_gap >= 0))
        return ww_fail(error, -EINVAL, "an event gap of %g seconds is impossible", config->event_gap);
    if (config->sensitivity > WW_SENSITIVITY_HIGH)
        return ww_fail(error, -EINVAL, "there is no sensitivity %d", (int)config->sensitivity);
    return 0;
}

static uint32_t at_least(uint32_t value, uint32_t low)
{
    return value < low ? low : value;
}

static struct ww_tracker_rules tracker_rules(const struct ww_detector *detector, const struct preset *preset)
{
    float height = (float)detector->height;
    return (struct ww_tracker_rules){
        .width = detector->width,
        .height = detector->height,
        .confirm_seconds = preset->confirm_seconds,
        .forget_seconds = 0.3,
        .min_travel = height * 0.0105f + 0.8f,
        .max_travel = height * 0.06f,
        .min_straightness = 0.55f,
    };
}

static struct ww_event_rules event_rules(const struct ww_detector_config *config)
{
    return (struct ww_event_rules){
        .gap = config->event_gap > 0 ? config->event_gap : default_gap,
        .update = update_seconds,
        .width = config->width,
        .height = config->height,
        .source_width = config->source_width ? config->source_width : config->width,
        .source_height = config->source_height ? config->source_height : config->height,
    };
}

/* Below that many pixels starting and joining threads costs more than they gain: `make bench-kernels`. */
static int threads_for(const struct ww_detector_config *config)
{
    enum { WORTH_SHARING = 1280 * 720 };
    bool large = (uint64_t)config->width * config->height >= WORTH_SHARING;
    return large && config->threads > 1 ? (int)config->threads : 1;
}

static int build(struct ww_detector *detector, const struct ww_detector_config *config,
                 struct ww_error *error)
{
    const struct preset *preset = &presets[config->sensitivity];
    detector->scale = ww_scale_fit(config->person, config->person_count, config->width, config->height);
    const struct ww_foreground_rules foreground = {
        .model = config->model,
        .threshold = preset->threshold,
        .dark = preset->dark,
        .min_threshold = preset->min_threshold,
        .factor = preset->factor,
        .warm_up_seconds = 1,
        .absorb_seconds = 10,
        .person = detector->scale.least,
        .threads = threads_for(config),
    };
    struct ww_tracker_rules tracking = tracker_rules(detector, preset);
    struct ww_event_rules telling = event_rules(config);
    uint32_t pixels = config->width * config->height;

    int code = ww_regions_create(&detector->regions, config, error);
    if (code != 0)
        return code;
    bool scaled = config->person_count > 0; /* then what is too small depends on where it is */
    detector->blob_rules = (struct ww_blob_rules){
        .min_component = scaled ? at_least(ww_scale_least_area(&detector->scale) / 4, 4)
                                : at_least(pixels / preset->area_divisor / 4, 4),
        .min_area = scaled ? at_least(ww_scale_least_beginning(&detector->scale), 6)
                           : at_least(pixels / preset->area_divisor, 8),
        .gap = (int)(config->height / 60) + 1,
    };
    detector->sway_rules =
        (struct ww_sway_rules){.reach = WW_MOST_REACH, .in_place = 0.25f, .displaced = 0.42f};
    detector->warm_up_seconds = foreground.warm_up_seconds;
    detector->visible_pixels = (double)ww_bitplane_count(&detector->regions.visible);
    detector->health = ww_health_create(config->width, config->height);
    detector->visibility = ww_visibility_create(&detector->regions, config->width, config->height);
    detector->foreground = ww_foreground_create(config->width, config->height, &foreground);
    detector->labeller = ww_labeller_create(config->width, config->height);
    detector->tracker = ww_tracker_create(&tracking);
    detector->walls = ww_walls_create(config);
    detector->keeper = ww_event_keeper_create(config, &telling, detector->walls);
    if (!detector->health || !detector->visibility || !detector->foreground || !detector->labeller ||
        !detector->tracker || !detector->walls || !detector->keeper ||
        ww_bitplane_create(&detector->calm, config->width, config->height) ||
        ww_bitplane_create(&detector->held, config->width, config->height))
        return ww_fail(error, -ENOMEM, "cannot watch a plane of %ux%u: out of memory", config->width,
                       config->height);
    return 0;
}

int ww_detector_create(struct ww_detector **detector, const struct ww_detector_config *config,
                       struct ww_error *error)
{
    *detector = NULL;
    int code = check(config, error);
    if (code != 0)
        return code;
    struct ww_detector *created = calloc(1, sizeof *created);
    if (!created)
        return ww_fail(error, -ENOMEM, "out of memory");
    created->width = config->width;
    created->height = config->height;
    created->followed = (struct ww_followed){
        .width = config->width,
        .height = config->height,
        .source_width = config->source_width ? config->source_width : config->width,
        .source_height = config->source_height ? config->source_height : config->height,
    };
    code = build(created, config, error);
    if (code != 0) {
        ww_detector_destroy(created);
        return code;
    }
    *detector = created;
    return 0;
}

void ww_detector_destroy(struct ww_detector *detector)
{
    if (!detector)
        return;
    ww_health_destroy(detector->health);
    ww_visibility_destroy(detector->visibility);
    ww_foreground_destroy(detector->foreground);
    ww_bitplane_destroy(&detector->calm);
    ww_bitplane_destroy(&detector->held);
    ww_regions_destroy(&detector->regions);
    ww_labeller_destroy(detector->labeller);
    ww_tracker_destroy(detector->tracker);
    ww_event_keeper_destroy(detector->keeper);
    ww_walls_destroy(detector->walls);
    free(detector);
}

const char *ww_detector_isa(void)
{
    return ww_kernels()->isa;
}

static void add_box(struct ww_bitplane *plane, const struct ww_blob *blob, const struct ww_bitplane *near)
{
    for (int y = blob->top; y < blob->bottom; y++) {
        uint64_t *row = ww_bitplane_row(plane, (uint32_t)y);
        const uint64_t *set = ww_bitplane_row(near, (uint32_t)y);
        for (size_t i = (size_t)blob->left / 64; i * 64 < (size_t)blob->right; i++)
            row[i] |= set[i] & ww_bits_between(i, (uint32_t)blob->left, (uint32_t)blob->right);
    }
}

/* The background does not learn who stands there, and does not take for noise who comes and goes. */
static void hold(struct ww_detector *detector, const struct ww_track *tracks, size_t count,
                 const struct ww_luma *luma, const struct ww_bitplane *mask, double pts)
{
    const struct ww_bitplane *near = ww_foreground_near(detector->foreground);
    ww_bitplane_clear(&detector->calm);
    ww_bitplane_clear(&detector->held);
    for (size_t t = 0; t < count; t++) {
        const struct ww_blob *blob = &tracks[t].blob;
        double stands = pts - tracks[t].anchor_pts;
        if (!tracks[t].confirmed)
            continue;
        add_box(&detector->calm, blob, near);
        if (stands >= stand_seconds && stands <= hold_seconds &&
            !ww_ghost_is(blob, luma, detector->foreground, mask))
            add_box(&detector->held, blob, near);
    }
}

/* Who is told takes pixels where he was not yet: that is no reason to become deaf there. */
static void expect(struct ww_detector *detector, const struct ww_track *tracks, size_t count, double seconds)
{
    for (size_t t = 0; t < count; t++) {
        const struct ww_blob *blob = &tracks[t].blob;
        int x = (int)(tracks[t].velocity_x * (float)seconds),
            y = (int)(tracks[t].velocity_y * (float)seconds);
        const struct ww_extent next = {.left = blob->left + (x < 0 ? x : 0) - leeway,
                                       .top = blob->top + (y < 0 ? y : 0) - leeway,
                                       .right = blob->right + (x > 0 ? x : 0) + leeway,
                                       .bottom = blob->bottom + (y > 0 ? y : 0) + leeway};
        if (tracks[t].confirmed && tracks[t].seen)
            ww_foreground_expect(detector->foreground, next);
    }
}

/* Returns how many pixels are left. */
static size_t keep_visible(const struct ww_detector *detector, struct ww_bitplane *mask)
{
    size_t set = 0;
    for (uint32_t y = 0; y < mask->height; y++)
        set += ww_kernels()->keep_row(ww_bitplane_row(mask, y),
                                      ww_bitplane_row(&detector->regions.visible, y), mask->stride);
    return set;
}

/* Another picture: the model, and who was in it, are of no use any more. */
static void begin_anew(struct ww_detector *detector, double pts)
{
    ww_foreground_relearn(detector->foreground);
    ww_tracker_clear(detector->tracker);
    ww_walls_clear(detector->walls);
    detector->followed.clearings++;
    detector->settled_pts = pts + detector->warm_up_seconds;
    detector->learned_pts = detector->settled_pts;
}

/* True where nothing that moves can be somebody. */
static bool is_obstructed(struct ww_detector *detector, const struct ww_luma *luma, int64_t frame, double pts)
{
    const struct ww_health_report *health = ww_health_step(detector->health, luma, frame, pts);
    if (health->tamper != detector->tamper) {
        detector->tamper = health->tamper;
        ww_event_keeper_tamper(detector->keeper, health->tamper, health->frame, health->pts);
        begin_anew(detector, pts);
    }
    if (health->sketch)
        ww_visibility_look(detector->visibility, health->sketch, ww_foreground_noise(detector->foreground),
                           pts);
    ww_tracker_withhold(detector->tracker, health->upset);
    return health->obstructed;
}

/* True where the whole picture has changed at once: nothing in it can be told until it is learned. */
static bool light_changed(struct ww_detector *detector, size_t set, double pts)
{
    double part = detector->visible_pixels > 0 ? (double)set / detector->visible_pixels : 0;
    if (part < light_change_before)
        detector->quiet_pts = pts;
    if (part > light_change_part && pts - detector->quiet_pts <= light_change_seconds) {
        begin_anew(detector, pts);
        return true;
    }
    return pts < detector->settled_pts;
}

int ww_detector_step(struct ww_detector *detector, const struct ww_luma *luma, int64_t frame, double pts,
                     struct ww_findings *findings, struct ww_error *error)
{
    if (luma->width != detector->width || luma->height != detector->height)
        return ww_fail(error, -EINVAL, "a plane of %ux%u was given to a detector of %ux%u", luma->width,
                       luma->height, detector->width, detector->height);
    if (detector->started && pts < detector->pts)
        pts = detector->pts;
    if (!detector->started)
        detector->learned_pts = pts + detector->warm_up_seconds;
    double seconds = detector->started ? pts - detector->pts : 0;
    detector->started = true;
    detector->pts = pts;
    *findings = (struct ww_findings){0};

    bool obstructed = is_obstructed(detector, luma, frame, pts);
    struct ww_bitplane *mask =
        ww_foreground_step(detector->foreground, luma, pts, &detector->calm, &detector->held);
    const struct ww_luma *picture = luma;
    luma = ww_foreground_luma(detector->foreground);
    size_t set = keep_visible(detector, mask);
    findings->relearning = light_changed(detector, set, pts);
    findings->tamper = detector->tamper;
    findings->views =
        ww_visibility_views(detector->visibility, obstructed || detector->tamper != WW_TAMPER_NONE);
    findings->light = (float)ww_foreground_light(detector->foreground);

    struct ww_blob *blobs = NULL;
    const struct ww_track *tracks;
    size_t blob_count =
        ww_labeller_find(detector->labeller, mask, &detector->regions, &detector->blob_rules, &blobs);
    if (findings->relearning || obstructed) {
        blob_count = 0;
    } else {
        blob_count = ww_scale_drop(&detector->scale, blobs, blob_count);
        blob_count = ww_glow_drop(blobs, blob_count, luma, detector->foreground, mask, &detector->calm);
        bool learned = pts >= detector->learned_pts; /* before, it has whoever moves where he was just now */
        if (learned)
            blob_count = ww_sway_drop(blobs, blob_count, luma, detector->foreground, mask, &detector->calm,
                                      &detector->sway_rules);
    }
    double youth = fmax(0, 1 - (pts - detector->learned_pts) / young_seconds);
    ww_tracker_doubt(detector->tracker, detector->learned_pts, youth * doubt_seconds);
    size_t track_count = ww_tracker_step(detector->tracker, blobs, blob_count, frame, pts, &tracks);
    hold(detector, tracks, track_count, luma, mask, pts);
    expect(detector, tracks, track_count, fmin(seconds, 1)); /* after a gap nobody knows */
    detector->followed.tracks = tracks;
    detector->followed.count = track_count;
    detector->followed.shift = ww_foreground_shift(detector->foreground);
    const struct ww_act *acts;
    size_t act_count = ww_walls_step(detector->walls, tracks, track_count, frame, pts, &acts);
    ww_event_keeper_step(detector->keeper, tracks, track_count, acts, act_count, frame, pts,
                         detector->followed.shift, picture, findings);
    findings->mask = (struct ww_mask){
        .bits = mask->words,
        .stride = mask->stride,
        .width = detector->width,
        .height = detector->height,
    };
    return 0;
}

void ww_detector_arm(struct ww_detector *detector, bool armed)
{
    ww_event_keeper_arm(detector->keeper, armed);
    if (!armed)
        return;
    ww_walls_clear(detector->walls); /* what was done until now was told to nobody */
    detector->followed.clearings++;
}

struct ww_followed ww_detector_followed(const struct ww_detector *detector)
{
    return detector->followed;
}

void ww_detector_finish(struct ww_detector *detector, struct ww_findings *findings)
{
    *findings = (struct ww_findings){0};
    ww_event_keeper_finish(detector->keeper, findings);
}
