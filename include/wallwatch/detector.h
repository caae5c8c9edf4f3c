/* The detector: luma planes in, events out. SPDX-License-Identifier: Apache-2.0
 *
 * A detector watches one camera. It keeps a background model, makes a foreground mask of every
 * plane, groups what moves into blobs, follows them as tracks, and reports motion in the regions
 * that are watched. It reads no file, no clock and no socket, starts no thread unless `threads` allows it,
 * and gives the same events for the same planes on every machine.
 *
 * A detector must be used by one thread at a time; different detectors are independent. */
#ifndef WALLWATCH_DETECTOR_H
#define WALLWATCH_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    WW_MIN_PLANE = 2,    /* pixels a side */
    WW_MAX_PLANE = 8192, /* pixels a side */
    WW_MAX_REGIONS = 64, /* watched regions of one camera */
};

/* A place in the picture as fractions of its width and height, origin top left, 0–1. */
struct ww_point {
    float x, y;
};

enum ww_region_kind {
    WW_REGION_ZONE, /* points are a polygon: at least 3, closed by itself */
    WW_REGION_WALL, /* points are a polyline: at least 2; what lies within `strip` of it is watched */
};

/* Which side of a wall is outside, seen along its line from the first point. */
enum ww_outside { WW_OUTSIDE_LEFT, WW_OUTSIDE_RIGHT };

/* What is told of a region. Of a wall all but MOTION, of a zone MOTION and LOITER. */
enum ww_event_type {
    WW_EVENT_MOTION,   /* something moves in the zone, or anywhere where there are no regions */
    WW_EVENT_APPROACH, /* somebody is in the strip, outside, and came from there or is seen there first */
    WW_EVENT_CLIMB,    /* somebody who overlaps the line goes up or down at it */
    WW_EVENT_BREACH,   /* somebody has come over the line, from outside */
    WW_EVENT_EXIT,     /* the other way */
    WW_EVENT_LOITER,   /* somebody stays in the strip or the zone for `dwell` */
    WW_EVENT_TAMPER,   /* the camera does not see what it saw before; of no region, told armed or not */
    WW_EVENT_TYPES
};

/* What became of the picture. */
enum ww_tamper {
    WW_TAMPER_NONE,
    WW_TAMPER_COVERED,   /* something is on the lens or close to it */
    WW_TAMPER_BLINDED,   /* a torch or the sun shines into it */
    WW_TAMPER_DEFOCUSED, /* it is not sharp any more */
    WW_TAMPER_MOVED,     /* it shows another place */
    WW_TAMPER_FROZEN,    /* it is the same frame again and again */
    WW_TAMPER_DARK       /* too dark to see anybody */
};

/* How well somebody would be seen. */
enum ww_view {
    WW_VIEW_WELL,
    WW_VIEW_DARK,  /* too little light */
    WW_VIEW_NOISY, /* too little for this much noise */
    WW_VIEW_FAINT, /* too little contrast, as in fog */
    WW_VIEW_BLIND, /* not at all: something is the matter with the camera */
};

/* Bits of ww_region.tells; 0 stands for these. */
#define WW_TELLS(type) (1u << (type))
#define WW_TELLS_OF_WALL                                                                                     \
    (WW_TELLS(WW_EVENT_APPROACH) | WW_TELLS(WW_EVENT_CLIMB) | WW_TELLS(WW_EVENT_BREACH) |                    \
     WW_TELLS(WW_EVENT_EXIT))
#define WW_TELLS_OF_ZONE WW_TELLS(WW_EVENT_MOTION)

/* A watched part of the picture. The detector copies what it needs. */
struct ww_region {
    enum ww_region_kind kind;
    const struct ww_point *points;
    size_t point_count;
    float strip;             /* of a wall: half-depth of the guarded strip, as a fraction of the height */
    enum ww_outside outside; /* of a wall */
    unsigned tells;          /* event types */
    double dwell;            /* seconds until somebody loiters; 0: 10 */
};

struct ww_polygon {
    const struct ww_point *points; /* at least 3 */
    size_t point_count;
};

/* How tall a person is whose feet are at (x, y); fractions of the picture's width and height. */
struct ww_person_height {
    float x, y, height;
};

enum ww_sensitivity { WW_SENSITIVITY_NORMAL, WW_SENSITIVITY_LOW, WW_SENSITIVITY_HIGH };

/* How the background is kept. */
enum ww_model {
    WW_MODEL_SAMPLES, /* several samples a pixel, brightness and texture: drops most of the weather */
    WW_MODEL_LIGHT,   /* a running mean and threshold: a fifth of its work, for the smallest machines */
};

struct ww_detector_config {
    uint32_t width, height;               /* of every plane, pixels */
    uint32_t source_width, source_height; /* boxes are given in these pixels; 0: the plane's own */
    const struct ww_region *regions;      /* none: the whole picture is one region, number 0 */
    size_t region_count;                  /* at most WW_MAX_REGIONS */
    const struct ww_polygon *ignored;     /* nothing is seen in these */
    size_t ignored_count;
    double event_gap; /* seconds without motion that end an event; 0: the default, 2 */
    enum ww_sensitivity sensitivity;
    enum ww_model model;
    const struct ww_person_height *person; /* gives the scale, by the row of the feet: what is much smaller
                                              than a person is not seen */
    size_t person_count;                   /* 0: the sensitivity alone says what is too small */
    unsigned threads; /* that may share one frame; few do where frames are small; 0: one */
};

/* One plane of 8-bit brightness; only read, and only during the call it is passed to. */
struct ww_luma {
    const uint8_t *pixels; /* first row; any alignment */
    ptrdiff_t stride;      /* bytes from row to row, at least width */
    uint32_t width, height;
};

/* The foreground mask: bit (x & 63) of word x / 64 of a row is pixel x; bits past width are 0. */
struct ww_mask {
    const uint64_t *bits;
    size_t stride; /* words from row to row */
    uint32_t width, height;
};

struct ww_box {
    int32_t x, y, width, height; /* pixels of the source */
};

enum ww_phase { WW_PHASE_START, WW_PHASE_UPDATE, WW_PHASE_END };

struct ww_spot {
    int32_t x, y; /* pixels of the source */
};

enum ww_direction { WW_DIRECTION_NONE, WW_INWARD, WW_OUTWARD };

enum { WW_MAX_PATH = 32, WW_MAX_OPEN_EVENTS = 96, WW_MAX_BOXES = 16 };

/* Motion in one region, from its first sign to its last; or what one person does at a wall, from then on
 * until he is gone from there. START comes when the motion is confirmed and names the frame where it began,
 * UPDATE at most every five seconds while it lasts, END when there was none for `event_gap` seconds and names
 * the last frame with motion. */
struct ww_event {
    enum ww_phase phase;
    enum ww_event_type type;
    uint64_t id;                 /* counts up from 1; shared by the phases of one event */
    size_t region;               /* index into the configuration's regions; of TAMPER 0 */
    enum ww_tamper tamper;       /* of TAMPER */
    uint32_t track;              /* the track that moves there; of END: the one of the best frame */
    int64_t frame;               /* as given to ww_detector_step */
    double pts;                  /* seconds, likewise */
    struct ww_box box;           /* at `frame`; of END: at `best_frame` */
    float score;                 /* 0–1: how sure it is that something went somewhere */
    double duration;             /* seconds since the motion began */
    int64_t best_frame;          /* the frame that shows it best so far: large, sharp, in contrast, whole */
    double best_pts;             /* seconds */
    enum ww_direction direction; /* of BREACH and EXIT, and of a CLIMB by who comes from that side */
    bool crosses;            /* BREACH and EXIT: `frame` and `pts` of START are when the feet pass the line */
    struct ww_spot crossing; /* and where */
    const struct ww_spot *path; /* of the feet, at most WW_MAX_PATH, oldest first; NULL of MOTION */
    size_t path_count;
};

/* What one step found. Owned by the detector, valid until its next step, finish or destroy. */
struct ww_findings {
    const struct ww_event *events;
    size_t event_count;
    const uint64_t *best; /* ids of the open events that this frame shows better than any before */
    size_t best_count;
    const struct ww_box *boxes; /* who moves in a region now, at most WW_MAX_BOXES */
    size_t box_count;
    struct ww_mask mask;
    enum ww_tamper tamper;     /* going on */
    const enum ww_view *views; /* of each region; the one of the whole picture where there are none */
    bool relearning; /* the whole picture changed at once; nothing is reported until it is learned */
    float light;     /* 0, or the factor by which the whole picture became brighter a second ago; it is seen
                        through */
};

struct ww_detector;

/* Returns 0 and a detector that the caller destroys, or a negative errno: -EINVAL for a size,
 * region or polygon that is impossible, -ENOMEM. *config is not kept. */
WW_API int ww_detector_create(struct ww_detector **detector, const struct ww_detector_config *config,
                              struct ww_error *error);

/* Looks at the next frame. `frame` and `pts` (seconds) must grow; a time that does not is taken as
 * one that stands still. -EINVAL if the plane's size is not the configured one. */
WW_API int ww_detector_step(struct ww_detector *detector, const struct ww_luma *luma, int64_t frame,
                            double pts, struct ww_findings *findings, struct ww_error *error);

/* Armed, as a new detector is, or not: then nothing is told, and what is open ends with the next step. The
 * background is learned and people are followed all the same; who is still there when it is armed is told. */
WW_API void ww_detector_arm(struct ww_detector *detector, bool armed);

/* Ends the events that are open, as at the end of a recording. */
WW_API void ww_detector_finish(struct ww_detector *detector, struct ww_findings *findings);

/* NULL is allowed. */
WW_API void ww_detector_destroy(struct ww_detector *detector);

/* The name of the instruction set that the kernels use: reference, sse2, avx2, avx512 or neon. */
WW_API const char *ww_detector_isa(void);

#ifdef __cplusplus
}
#endif
#endif
