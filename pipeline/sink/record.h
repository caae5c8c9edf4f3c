/* One line of the event log, before it is text. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_RECORD_H
#define WW_SINK_RECORD_H

#include <wallwatch/detector.h>

#include "base/sha256.h"
#include "base/signature.h"

enum { WW_EVENT_ID_TEXT = 48, WW_EVIDENCE_PATH = 96, WW_REASON_TEXT = 200, WW_COVERAGE_MINUTES = 10 };

/* A file beside the log; an empty path: there is none. */
struct ww_evidence {
    char path[WW_EVIDENCE_PATH]; /* relative to the log */
    char sha256[WW_SHA256_TEXT];
};

/* Texts are lent. */
struct ww_record {
    int64_t time_us;  /* wall clock, microseconds since 1970 */
    double captured;  /* when the camera made the frame, seconds of CLOCK_MONOTONIC; 0: unknown */
    const char *type; /* motion, approach, climb, breach, exit, loiter, tamper, camera, drill, system */
    enum ww_phase phase;
    bool momentary;               /* an END that had no START */
    char event[WW_EVENT_ID_TEXT]; /* empty in a START: it is given when the line is written */
    const char *camera;
    const char *wall, *zone; /* NULL: it does not apply */
    const char *severity;    /* low, normal, high: of the wall or zone; NULL: it does not apply */
    const char *direction;   /* inward, outward; NULL: it does not apply */
    const char *detail; /* of camera: online, lost, recovered, damaged, light; of tamper: see tampering.c; of
                           drill: begun, seen, missed, void; of system: coverage, checkpoint, clip, expired;
                           NULL: it does not apply */
    char reason[WW_REASON_TEXT]; /* what happened, in words; empty: it does not apply */
    uint32_t track;
    int64_t frame;     /* -1, of what is in no frame: then track, pts, box, size and score do not apply */
    double pts;        /* seconds */
    struct ww_box box; /* of no width: nobody is meant; then there is no track either */
    uint32_t width, height; /* of the source frame */
    float score;
    double duration;   /* seconds, of an END */
    const char *alarm; /* of a drill that was seen: type of the event; NULL: it does not apply */
    double delay;      /* and how many seconds it took */
    char coverage[WW_COVERAGE_MINUTES + 1]; /* a letter a minute; empty: it does not apply */
    bool crosses;
    struct ww_spot crossing;
    struct ww_spot path[WW_MAX_PATH];
    size_t path_count;
    struct ww_evidence snapshot, original, crop;
    struct ww_evidence clip_file; /* of system: of a clip that is done */
    struct ww_evidence sheet;     /* of system: frames of that clip */
    struct ww_evidence expired;   /* of system: a file that is about to be removed */
    uint64_t clip;                /* number of the clip that shows it; 0: none. Of system: that clip's own */
    const char *const *clip_events; /* of system: that the clip shows */
    size_t clip_event_count;
    const struct ww_signing_key *signed_by; /* of a checkpoint; NULL: it does not apply */
};

/* start, update or end */
const char *ww_phase_name(enum ww_phase phase);

#endif
