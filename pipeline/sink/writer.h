/* Writes what the sink's thread takes from its queue. SPDX-License-Identifier: Apache-2.0
 *
 * Lines of the log are written in groups: ww_writer_add() for each item, pictures and masks at once, and one
 * ww_writer_sync() for the lines of all. Of one thread. */
#ifndef WW_SINK_WRITER_H
#define WW_SINK_WRITER_H

#include "sink/clip_record.h"
#include "sink/event_log.h"
#include "sink/open_events.h"
#include "sink/sink.h"
#include "sink/text.h"
#include "sink/upkeep.h"

enum { WW_WRITER_GROUP = 64 };

struct ww_sink_item {
    bool is_mask, is_clip, lost; /* lost: there was no memory for its mask */
    uint64_t next_clip;          /* that goes on with the clip; 0: none */
    uint64_t key;
    struct ww_record record;
    const struct ww_region *region;
    struct ww_best_frame best;
    struct ww_mask mask; /* bits are the item's own */
    int64_t number;
    uint32_t width, height;
};

void ww_sink_item_free(struct ww_sink_item *item);

/* What was added and is not in the log yet. */
struct ww_writer_line {
    struct ww_record record;
    uint64_t key;
    size_t after; /* it and how many others of the group are written before it is told */
};

struct ww_writer {
    const struct ww_sink_options *options; /* lent */
    char *folder, *masks_folder;
    struct ww_event_log *log;
    struct ww_font *font;
    struct ww_open_events open;
    struct ww_upkeep upkeep;
    struct ww_clip_turns turns; /* of a replay's clips */
    struct ww_writer_line lines[WW_WRITER_GROUP];
    size_t count, told;    /* of `lines` */
    size_t added;          /* lines of the group, checkpoints included */
    bool lines_only;       /* of a replay, after its first failure */
    bool pictures_fail;    /* of live cameras, the last one did */
    int64_t lost_pictures; /* likewise */
    /* What goes wrong apart from lines. */
    void (*failed)(void *context, const struct ww_error *error);
    void *failed_context;
};

/* Makes the folders and goes on with the log. `writer` is all zero but for options and failed. */
int ww_writer_open(struct ww_writer *writer, struct ww_error *error);

/* Whether an item can be added to a group without making its lines wait. */
bool ww_writer_is_quick(const struct ww_sink_item *item);

/* Returns 0, also where there is nothing to write, or -ENOMEM. There is room for WW_WRITER_GROUP items until
 * lines are synced or dropped. */
int ww_writer_add(struct ww_writer *writer, struct ww_sink_item *item, struct ww_error *error);

/* Writes the lines and tells of them. On failure those that found room are told of, and the others wait. */
int ww_writer_sync(struct ww_writer *writer, struct ww_error *error);

/* Adds the END of an event that is still open, the oldest; false: there is none, or no memory. */
bool ww_writer_end_open(struct ww_writer *writer);

/* Makes anew what was removed. */
void ww_writer_restore(struct ww_writer *writer);

/* Gives up the lines that wait. Returns how many those were, checkpoints apart. */
size_t ww_writer_drop(struct ww_writer *writer);

void ww_writer_close(struct ww_writer *writer);

#endif
