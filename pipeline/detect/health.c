/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/health.h"

#include <math.h>
#include <stdlib.h>

#include "detect/signs.h"

static const double look_seconds = 0.19; /* from one sketch to the next */
static const double learn_seconds = 1;   /* until there is a past */
static const double past_seconds = 30;   /* of the running mean */
static const double learn_each = 0.9;    /* from then on: it is a mean over long */
static const double doubt_seconds = 40;  /* for which a doubtful picture is not learned */
static const double unsure_seconds = 4;  /* for which nobody is told in it */
static const double good_seconds = 1;    /* until the end is told */
static const double other_seconds = 3;   /* until it is told as another kind */
static const double restart_seconds = 5; /* after which a picture that is good by itself is taken for good */
static const double sudden_seconds = 3;  /* from bright to black: nightfall takes longer */
static const double block_seconds = 30;  /* after which what stands before everything is told */
static const double upheaval_seconds = 1.2;     /* until a picture has settled */
static const double altered_seconds = 2.2;      /* until it has, where it was altered */
static const double becomes_usual_seconds = 10; /* for which what is altered is not what is usual */
static const double calm_seconds = 10;    /* without upheaval: where there is traffic one follows another */
static const double search_seconds = 1;   /* from one search to the next: it takes milliseconds */
static const double absent_seconds = 0.5; /* for which a sign may be absent */
static const double creep_seconds = 2;    /* for which it is remembered */

/* How long a sign must last. */
static const double told_after[] = {
    [WW_TAMPER_COVERED] = 1.6, [WW_TAMPER_BLINDED] = 1.2, [WW_TAMPER_DEFOCUSED] = 1.8,
    [WW_TAMPER_MOVED] = 1.8,   [WW_TAMPER_FROZEN] = 2.4,  [WW_TAMPER_DARK] = 2,
};

/* Of a camera that often sends the same frame again, so many times as long as it usually does; of one that
 * never sent anything else for so long, only after a minute. */
static const double frozen_of_usual = 3, lively_seconds = 2, frozen_at_first = 60;

static const float nearly_all_lost = 0.78f; /* where nothing is found again */
static const float habit = 0.1f;            /* in a sketch, of the way */
static const float upheaval = 0.15f;        /* share of the tiles that are lost or found at once */
static const float shift = 0.2f;            /* that are not as they were any more, at once */
static const float altered_intact = 0.7f, altered_lost = 0.15f; /* of what usually is; of the tiles */
static const float infrared = 0.3f;  /* share of tiles that are inverted: leaves are bright in its light */
static const int least_creeping = 3; /* sketches */
static const int most_recent = 8;    /* sketches that are a mean */

/* What the picture looks like, and since when. */
struct sign {
    enum ww_tamper kind;
    int64_t frame;
    double pts, seen_pts; /* since, and last */
    int64_t view_frame;   /* since this and others like it are there: which, is often doubtful */
    double view_pts;
    double searched_pts; /* for the past, somewhere else */
    bool displaced;      /* it was found there */
    bool crept;          /* it came bit by bit */
};

/* What comes bit by bit, and leaves the rest as it was, is a thing: who turns a camera changes all at once.
 */
struct creeping {
    float usually_intact; /* share of the tiles, also of late */
    float lost;           /* by now */
    double pts;           /* last */
    int count;            /* sketches in a row */
};

/* A picture of which much is not as it usually is. */
struct alteration {
    int64_t frame;
    double pts;           /* since; INFINITY: it is */
    float usually_intact; /* share of the tiles, before */
    float sketches;       /* that this is a mean of, at most the last 1 / habit or so */
};

/* Frames that are the same to the last bit come from a camera that stands still, or a coder that saves. */
struct stillness {
    int64_t frame;
    double pts;    /* since */
    double usual;  /* the longest before, seconds */
    double lively; /* seconds with change */
};

/* When it is as it was, or a picture at least; INFINITY: it is not. */
struct recovery {
    int64_t frame;
    double well_pts, picture_pts;
};

struct ww_health {
    struct ww_sketch sketch;
    struct ww_past past;
    struct ww_past recent; /* since the sign is there: the mean of a few has less noise than one */
    int recent_count;
    struct ww_past_likeness likeness;
    bool works, started, has_past;
    double first_pts, pts; /* of the first sketch, of the last */
    double learned_pts;
    double sure_pts;     /* when the picture was beyond doubt last, */
    double lit_pts;      /* bright, */
    double upheaval_pts; /* and turned over; */
    double upset_pts;    /* the first time after it was calm */
    double gone_pts;     /* since when nearly nothing of it is found again; INFINITY: it is */
    struct sign sign;
    struct creeping creeping;
    struct alteration alteration;
    struct stillness stillness;
    struct recovery recovery;
    struct ww_health_report report;
};

struct ww_health *ww_health_create(uint32_t width, uint32_t height)
{
    struct ww_health *health = calloc(1, sizeof *health);
    if (!health || width < WW_SKETCH_LEAST || height < WW_SKETCH_LEAST)
        return health;
    if (ww_sketch_create(&health->sketch, width, height) != 0 ||
        ww_past_create(&health->past, &health->sketch) != 0 ||
        ww_past_create(&health->recent, &health->sketch) != 0) {
        ww_health_destroy(health);
        return NULL;
    }
    health->works = true;
    health->gone_pts = health->alteration.pts = INFINITY;
    health->upheaval_pts = health->upset_pts = -INFINITY;
    return health;
}

void ww_health_destroy(struct ww_health *health)
{
    if (!health)
        return;
    ww_sketch_destroy(&health->sketch);
    ww_past_destroy(&health->past);
    ww_past_destroy(&health->recent);
    free(health);
}

static void note_creeping(struct creeping *creeping, const struct ww_past_likeness *likeness, double pts)
{
    float intact = likeness->intact / fmaxf(creeping->usually_intact, 0.2f);
    bool grows = likeness->lost > creeping->lost + 0.02f;
    creeping->lost = likeness->lost;
    if (!grows || likeness->lost < 0.3f || intact < 0.15f || likeness->lost + intact < 0.85f)
        return;
    creeping->count = pts - creeping->pts < 1 ? creeping->count + 1 : 1;
    creeping->pts = pts;
}

static void note_recent(struct ww_health *health)
{
    if (health->sign.kind == WW_TAMPER_NONE && health->alteration.pts == INFINITY) {
        health->recent_count = 0;
        return;
    }
    health->recent_count = health->recent_count < most_recent ? health->recent_count + 1 : most_recent;
    ww_past_learn(&health->recent, &health->sketch, 1 / (float)health->recent_count);
}

/* Signs of a view that was turned, among others. */
static bool can_be_moved(enum ww_tamper kind)
{
    return kind == WW_TAMPER_MOVED || kind == WW_TAMPER_DEFOCUSED || kind == WW_TAMPER_COVERED;
}

static void change_sign(struct sign *sign, enum ww_tamper kind, int64_t frame, double pts)
{
    struct sign before = *sign;
    *sign = (struct sign){.kind = kind,
                          .frame = frame,
                          .pts = pts,
                          .seen_pts = pts,
                          .view_frame = frame,
                          .view_pts = pts,
                          .searched_pts = -INFINITY};
    if (!can_be_moved(kind) || !can_be_moved(before.kind))
        return;
    sign->view_frame = before.view_frame;
    sign->view_pts = before.view_pts;
    sign->searched_pts = before.searched_pts;
    sign->displaced = before.displaced;
}

static void note_sign(struct ww_health *health, enum ww_tamper kind, int64_t frame, double pts)
{
    struct sign *sign = &health->sign;
    const struct creeping *creeping = &health->creeping;
    if (kind == sign->kind)
        sign->seen_pts = pts;
    else if (kind != WW_TAMPER_NONE || pts - sign->seen_pts > absent_seconds)
        change_sign(sign, kind, frame, pts);
    note_recent(health);
    if (creeping->count >= least_creeping && pts - creeping->pts < creep_seconds)
        sign->crept = true;
}

static bool is_frozen(struct ww_health *health, int64_t frame, double pts)
{
    struct stillness *stillness = &health->stillness;
    if (!health->sketch.same) {
        if (health->report.tamper != WW_TAMPER_FROZEN)
            stillness->usual = fmax(stillness->usual, health->pts - stillness->pts);
        stillness->lively += pts - health->pts;
        stillness->pts = pts;
        stillness->frame = frame;
        return false;
    }
    double enough = stillness->lively < lively_seconds ? frozen_at_first : told_after[WW_TAMPER_FROZEN];
    return pts - stillness->pts >= fmax(enough, frozen_of_usual * stillness->usual);
}

static bool is_displaced(struct ww_health *health, double pts)
{
    struct sign *sign = &health->sign;
    if (pts - sign->searched_pts >= search_seconds) {
        sign->displaced = ww_past_is_displaced(&health->past, &health->recent);
        sign->searched_pts = pts;
    }
    return sign->displaced;
}

/* What a sign that lasts is told as. MOVED and DEFOCUSED need a second look. NONE: it is not certain. */
static enum ww_tamper kind_of(struct ww_health *health, double pts)
{
    struct sign *sign = &health->sign;
    bool gone = sign->kind == WW_TAMPER_COVERED;
    if (sign->kind == WW_TAMPER_DARK && health->report.tamper == WW_TAMPER_COVERED)
        return WW_TAMPER_NONE; /* it is so behind a cloth */
    if (sign->kind != WW_TAMPER_MOVED && sign->kind != WW_TAMPER_DEFOCUSED && !gone)
        return sign->kind;
    if (gone && (sign->crept || health->report.tamper == WW_TAMPER_COVERED))
        return sign->kind;
    if (sign->crept) {
        bool blocked = pts - sign->pts >= block_seconds && health->likeness.lost >= nearly_all_lost;
        return blocked ? WW_TAMPER_COVERED : WW_TAMPER_NONE;
    }
    if (is_displaced(health, pts))
        return WW_TAMPER_MOVED;
    bool certain = sign->kind != WW_TAMPER_MOVED ||
                   (health->likeness.lost >= nearly_all_lost && health->likeness.detail >= WW_SIGN_FEW);
    return certain ? sign->kind : WW_TAMPER_NONE;
}

/* Whatever else it looks like, now this and now that, or nothing: it is the past somewhere else. */
static bool is_turned(struct ww_health *health, double pts)
{
    const struct sign *sign = &health->sign;
    const struct creeping *creeping = &health->creeping;
    double began = health->alteration.pts;
    bool crept = creeping->count >= least_creeping && creeping->pts >= began;
    if (can_be_moved(sign->kind)) {
        began = fmin(began, sign->view_pts);
        crept |= sign->crept;
    }
    return !crept && pts - began >= told_after[WW_TAMPER_MOVED] && is_displaced(health, pts);
}

static bool is_altered(const struct ww_health *health)
{
    const struct ww_past_likeness *likeness = &health->likeness;
    float usually = health->alteration.usually_intact;
    return usually >= WW_SIGN_HALF && ww_sign_can_tell(likeness) && likeness->lost >= altered_lost &&
           likeness->intact < altered_intact * usually;
}

static void since(double *pts_since, bool is, double pts)
{
    if (!is)
        *pts_since = INFINITY;
    else if (*pts_since == INFINITY)
        *pts_since = pts;
}

static void begin(struct ww_health *health, enum ww_tamper tamper, int64_t frame, double pts)
{
    health->report = (struct ww_health_report){.tamper = tamper, .frame = frame, .pts = pts};
    health->recovery = (struct recovery){.well_pts = INFINITY, .picture_pts = INFINITY};
}

/* Since the picture is altered, or looks like something of the kind. */
static void begin_moved(struct ww_health *health)
{
    const struct sign *sign = &health->sign;
    if (can_be_moved(sign->kind) && sign->view_pts <= health->alteration.pts)
        begin(health, WW_TAMPER_MOVED, sign->view_frame, sign->view_pts);
    else
        begin(health, WW_TAMPER_MOVED, health->alteration.frame, health->alteration.pts);
}

static void end(struct ww_health *health, int64_t frame, double since, double pts)
{
    health->report = (struct ww_health_report){.tamper = WW_TAMPER_NONE, .frame = frame, .pts = since};
    health->sign = (struct sign){.seen_pts = pts};
    health->sure_pts = pts;
}

static void begin_past(struct ww_health *health, double pts)
{
    health->has_past = false;
    health->first_pts = pts;
}

/* A picture that is as it was ends it; so does one that is another, but one: it is the past from now on. */
static void look_for_end(struct ww_health *health, int64_t frame, double pts)
{
    const struct ww_past_likeness *likeness = &health->likeness;
    struct recovery *recovery = &health->recovery;
    enum ww_tamper tamper = health->report.tamper;
    bool no_sign = health->sign.kind == WW_TAMPER_NONE, frozen = tamper == WW_TAMPER_FROZEN;
    bool as_before = no_sign && likeness->faint < WW_SIGN_FEW && likeness->sharp >= WW_SIGN_FEW;
    if (as_before && tamper == WW_TAMPER_MOVED)
        as_before = health->alteration.pts == INFINITY || !is_displaced(health, pts);
    bool well = !health->sketch.same && (frozen || as_before);
    if (well && recovery->well_pts == INFINITY)
        recovery->frame = frame;
    since(&recovery->well_pts, well, pts);
    since(&recovery->picture_pts,
          no_sign && !frozen && tamper != WW_TAMPER_MOVED && ww_sign_is_picture(likeness), pts);
    if (pts - recovery->well_pts >= good_seconds) {
        end(health, recovery->frame, recovery->well_pts, pts);
    } else if (pts - recovery->picture_pts >= restart_seconds) {
        end(health, frame, pts, pts);
        begin_past(health, pts);
    }
}

static void judge(struct ww_health *health, int64_t frame, double pts)
{
    bool frozen = is_frozen(health, frame, pts);
    const struct sign *sign = &health->sign;
    enum ww_tamper tamper = health->report.tamper, kind = WW_TAMPER_NONE;
    if (ww_sign_is_lit(&health->likeness))
        health->lit_pts = pts;
    since(&health->gone_pts, health->likeness.lost >= nearly_all_lost, pts);
    if (health->alteration.pts == INFINITY)
        health->alteration.frame = frame;
    since(&health->alteration.pts, is_altered(health), pts);
    note_creeping(&health->creeping, &health->likeness, pts);
    note_sign(health,
              ww_sign_of(&health->likeness, health->alteration.usually_intact,
                         pts - health->lit_pts < sudden_seconds),
              frame, pts);
    if (tamper == WW_TAMPER_NONE && frozen) {
        begin(health, WW_TAMPER_FROZEN, health->stillness.frame, health->stillness.pts);
        return;
    }
    double enough = tamper == WW_TAMPER_NONE ? told_after[sign->kind] : other_seconds;
    double lasts = pts - sign->pts;
    /* What passes beside a cloth is no view. */
    if (sign->kind == WW_TAMPER_COVERED && lasts >= absent_seconds)
        lasts = fmax(lasts, pts - health->gone_pts);
    bool there = sign->kind != WW_TAMPER_NONE && sign->seen_pts == pts;
    if (tamper != WW_TAMPER_FROZEN && there && lasts >= enough)
        kind = kind_of(health, pts);
    bool turned = kind == WW_TAMPER_MOVED || (tamper == WW_TAMPER_NONE && is_turned(health, pts));
    if (turned && tamper != WW_TAMPER_MOVED)
        begin_moved(health);
    else if (kind != WW_TAMPER_NONE && kind != tamper)
        begin(health, kind, sign->frame, sign->pts);
    else if (tamper != WW_TAMPER_NONE)
        look_for_end(health, frame, pts);
}

/* The first second is the past, whatever it shows. */
static void learn_first(struct ww_health *health, double seconds, double pts)
{
    double age = pts - health->first_pts;
    double part = age > 0 ? fmin(fmax(look_seconds, seconds) / age, 1) : 1;
    ww_past_learn(&health->past, &health->sketch, (float)part);
    health->has_past = age >= learn_seconds;
    health->sure_pts = health->learned_pts = health->stillness.pts = pts;
}

static void note_usual(struct alteration *alteration, float intact, double pts)
{
    if (alteration->pts < INFINITY && pts - alteration->pts < becomes_usual_seconds)
        return;
    alteration->sketches = fminf(alteration->sketches + 1, 1 / habit);
    alteration->usually_intact += (intact - alteration->usually_intact) / alteration->sketches;
}

static void learn(struct ww_health *health, double pts)
{
    const struct ww_past_likeness *likeness = &health->likeness;
    bool sure = health->sign.kind == WW_TAMPER_NONE && likeness->faint < WW_SIGN_HALF &&
                likeness->sharp >= WW_SIGN_HALF;
    if (sure) {
        health->sure_pts = pts;
        health->creeping.usually_intact += (likeness->intact - health->creeping.usually_intact) * habit;
        note_usual(&health->alteration, likeness->intact, pts);
    }
    bool settled = pts - health->sure_pts > doubt_seconds;
    if ((!sure && !settled) || pts - health->learned_pts < learn_each)
        return;
    double seconds = fmin(pts - health->learned_pts, 2 * learn_each);
    health->learned_pts = pts;
    ww_past_learn(&health->past, &health->sketch, (float)(seconds / past_seconds));
}

static bool is_upset(const struct ww_health *health, double pts)
{
    double settles = health->alteration.pts == INFINITY ? upheaval_seconds : altered_seconds;
    return health->report.tamper == WW_TAMPER_NONE && health->has_past &&
           ww_sign_can_tell(&health->likeness) && pts - health->upset_pts < settles;
}

static bool is_obstructed(const struct ww_health *health, double pts)
{
    bool changes = health->sign.seen_pts < pts; /* what was told is not there in this sketch */
    switch (health->report.tamper) {
    case WW_TAMPER_NONE:
        return health->has_past && ww_sign_can_tell(&health->likeness) &&
               (health->likeness.faint >= WW_SIGN_MOST || health->sign.kind != WW_TAMPER_NONE) &&
               pts - health->sure_pts < unsure_seconds;
    case WW_TAMPER_MOVED:
    case WW_TAMPER_DEFOCUSED:
        return changes || health->recovery.well_pts != INFINITY ||
               pts - health->upheaval_pts < upheaval_seconds;
    default: return true;
    }
}

static void look(struct ww_health *health, const struct ww_luma *luma, int64_t frame, double pts)
{
    double seconds = fmin(pts - health->pts, 1);
    float lost = health->likeness.lost, intact = health->likeness.intact;
    bool compared = health->likeness.told_by > 0;
    ww_sketch_draw(&health->sketch, luma);
    if (!health->has_past) {
        learn_first(health, seconds, pts);
        return;
    }
    ww_past_compare(&health->past, &health->sketch, &health->likeness);
    if (compared &&
        (fabsf(health->likeness.lost - lost) > upheaval || intact - health->likeness.intact > shift)) {
        if (pts - health->upheaval_pts > calm_seconds)
            health->upset_pts = pts;
        health->upheaval_pts = pts;
        health->recent_count = 0;
    }
    if (health->likeness.inverted >= infrared && health->report.tamper == WW_TAMPER_NONE) {
        begin_past(health, pts);
        return;
    }
    judge(health, frame, pts);
    if (health->report.tamper == WW_TAMPER_NONE && health->has_past)
        learn(health, pts);
    health->report.obstructed = is_obstructed(health, pts);
    health->report.upset = is_upset(health, pts);
}

const struct ww_health_report *ww_health_step(struct ww_health *health, const struct ww_luma *luma,
                                              int64_t frame, double pts)
{
    health->report.sketch = NULL;
    if (!health->works)
        return &health->report;
    if (!health->started) {
        health->started = true;
        health->first_pts = health->pts = pts;
    } else if (pts - health->pts < look_seconds) {
        return &health->report;
    }
    look(health, luma, frame, pts);
    health->report.sketch = &health->sketch;
    health->pts = pts;
    return &health->report;
}
