/* A camera that is kept: a thread that captures, and opens the camera again whenever it is lost.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is captured waits in a short queue for who analyses it. When that is full the oldest packet is
 * dropped, so that what is analysed is never old; of video, which leans on what came before, all up to the
 * next key frame. Between two openings of the camera the reader sees the end of a connection. */
#ifndef WW_CAPTURE_FEED_H
#define WW_CAPTURE_FEED_H

#include <stdatomic.h>

#include "base/shared_packet.h"
#include "capture/source.h"

enum ww_feed_news {
    WW_FEED_ONLINE,     /* its first whole frame came */
    WW_FEED_LOST,       /* no frames come, and why */
    WW_FEED_STILL_LOST, /* the reason is another one now */
    WW_FEED_RECOVERED,  /* frames come again */
};

struct ww_feed_options {
    const char *name, *location;                /* lent */
    const struct ww_capture_settings *settings; /* lent */
    const struct ww_source_type *type;          /* NULL: what the location says */
    double max_rate;                            /* frames a second that are handed on; 0: all */
    double retry_first, retry_longest;          /* seconds between tries; 0: 0.25 and 15 */
    /* All on the feed's thread. There is a packet, or a connection began or ended. */
    void (*ready)(void *context);
    /* `lost_for`: seconds since it was lost. */
    void (*told)(void *context, enum ww_feed_news news, const char *reason, double lost_for);
    /* A packet came, whether or not it is analysed; uncompressed ones only where they are. NULL: nobody wants
     * them. */
    void (*captured)(void *context, const struct ww_stream *stream, struct ww_shared_packet *packet);
    void *context;
};

/* Any thread may look. */
struct ww_feed_counts {
    atomic_llong captured; /* frames that the camera gave */
    atomic_llong dropped;  /* that nobody looked at for want of time: here, or in the driver */
    atomic_llong lost;     /* times that the camera was lost */
};

struct ww_feed;

int ww_feed_start(struct ww_feed **feed, const struct ww_feed_options *options, struct ww_error *error);

const struct ww_feed_counts *ww_feed_counts(const struct ww_feed *feed);

/* Those of one reader; never at the same time. */

/* The connection's description, or NULL while there is none. Lent until ww_feed_let_go(). */
const struct ww_stream *ww_feed_connection(struct ww_feed *feed);

/* As a ww_packet_reader, whose argument is the feed: 1 and a packet, -EAGAIN where none waits, 0 where the
 * connection ended. */
int ww_feed_read(void *argument, struct ww_packet *packet, struct ww_error *error);

/* Whether ww_feed_read() or ww_feed_connection() have something new. */
bool ww_feed_is_ready(struct ww_feed *feed);

/* A frame of this connection was whole: only that makes a camera online. */
void ww_feed_found_whole(struct ww_feed *feed);

/* Nothing of the connection that ended is in use any more. */
void ww_feed_let_go(struct ww_feed *feed);

/* Asks for the camera to be closed and opened again, as after a loss. `reason` is copied. */
void ww_feed_restart(struct ww_feed *feed, const char *reason);

/* Asks the thread to end; its connection ends, too. */
void ww_feed_stop(struct ww_feed *feed);

/* Waits for the thread of a feed that was told to stop, until `deadline` (ww_clock_monotonic()). -ETIMEDOUT:
 * it hangs in a driver or a network; it is left alone, and so must be what was lent to it. */
int ww_feed_join(struct ww_feed *feed, double deadline);

/* After it was joined, when nobody looks at it any more. */
void ww_feed_free(struct ww_feed *feed);

#endif
