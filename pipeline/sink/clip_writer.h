/* The thread that writes clips, apart from the log's so that events never wait for them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What waits to be written is held, not copied, and bounded: of a replay who hands over more waits; of live
 * cameras packets are left out up to the next key frame, which is said, and counted in the line of the clip.
 */
#ifndef WW_SINK_CLIP_WRITER_H
#define WW_SINK_CLIP_WRITER_H

#include "base/shared_packet.h"
#include "sink/course.h"
#include "sink/record.h"

enum { WW_CLIP_WAITING_BYTES = 256 << 20 };

struct ww_clip_writer;
struct ww_clip; /* one that is being recorded */

struct ww_clip_done {
    uint64_t number, next;       /* of this clip, and of the one that goes on with it; 0: none does */
    const char *camera;          /* lent until the writer is closed */
    struct ww_evidence file;     /* an empty path: it could not be written */
    struct ww_evidence sheet;    /* frames of it; an empty path: there is none */
    int64_t end_us;              /* wall clock */
    double duration;             /* seconds */
    char reason[WW_REASON_TEXT]; /* what is wrong with it; empty: nothing */
    struct ww_error error;       /* of writing it; code 0: none */
};

struct ww_clip_writer_options {
    const char *folder; /* of the log */
    bool live;
    void (*done)(void *context, const struct ww_clip_done *done); /* on the writer's thread */
    /* Of a replay, on the thread that ends a clip: that number will be done. NULL: nobody asks. */
    void (*ended)(void *context, uint64_t number);
    void *context;
};

int ww_clip_writer_open(struct ww_clip_writer **writer, const struct ww_clip_writer_options *options,
                        struct ww_error *error);

/* Begins a clip; its file comes with the first packet. `camera` is lent until the clip is done; *stream is
 * copied. NULL: no memory. */
struct ww_clip *ww_clip_begin(struct ww_clip_writer *writer, const char *camera,
                              const struct ww_stream *stream);

/* Counted from 1 on. */
uint64_t ww_clip_number(const struct ww_clip *clip);

/* The packet is retained. `time_us`: when it was, by the wall clock. */
void ww_clip_add(struct ww_clip *clip, struct ww_shared_packet *packet, bool key, int64_t time_us);

/* Ends it; another clip may go on with it (0: none). Of what lies between these times of packets a sheet of
 * frames is made, of `course` if it tells enough: it is emptied. The clip is the writer's then. */
void ww_clip_end(struct ww_clip *clip, uint64_t next, double shown_from, double shown_to,
                 struct ww_course *course);

/* Whether nothing waits to be written, and done() was called of all that ended. */
bool ww_clip_writer_is_idle(struct ww_clip_writer *writer);

/* Writes what waits, and nothing that comes after it; what has not ended stays a draft. Returns seconds of
 * processor time that all writing took. */
double ww_clip_writer_finish(struct ww_clip_writer *writer);

/* Frees a writer that was finished, when nobody has a clip. NULL is allowed. */
void ww_clip_writer_close(struct ww_clip_writer *writer);

#endif
