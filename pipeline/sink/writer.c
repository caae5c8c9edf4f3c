/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "sink/evidence.h"
#include "sink/masks.h"

void ww_sink_item_free(struct ww_sink_item *item)
{
    ww_still_release(item->best.still);
    free((void *)(uintptr_t)item->mask.bits);
}

/* --- pictures and masks -------------------------------------------------------------------------------- */

static int make_folders(struct ww_writer *writer, struct ww_error *error)
{
    char *snapshots;
    if (asprintf(&snapshots, "%s/snapshots", writer->folder) < 0)
        return ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    int code = ww_make_folder(snapshots, error);
    free(snapshots);
    if (code == 0 && writer->masks_folder)
        code = ww_make_folder(writer->masks_folder, error);
    return code;
}

static void give_up_files(struct ww_writer *writer, const struct ww_error *error)
{
    writer->lines_only = true;
    writer->failed(writer->failed_context, error);
}

static int write_evidence(struct ww_writer *writer, struct ww_sink_item *item, struct ww_error *error)
{
    return ww_evidence_write(writer->folder, &item->record, &item->best, item->region, writer->font, error);
}

/* A line without its picture is worth more than neither, and cannot wait for it. */
static void write_picture(struct ww_writer *writer, struct ww_sink_item *item)
{
    struct ww_error error;
    bool live = writer->options->live;
    int code = write_evidence(writer, item, &error);
    if (code == -ENOENT && live && make_folders(writer, &error) == 0)
        code = write_evidence(writer, item, &error);
    if (code != 0 && !live) {
        give_up_files(writer, &error);
    } else if (code != 0) {
        if (!writer->pictures_fail)
            ww_log(WW_LOG_ERROR, "%s; events are logged without pictures", error.text);
        writer->lost_pictures++;
    } else if (writer->pictures_fail) {
        ww_log(WW_LOG_INFO, "%s: pictures are written again", writer->folder);
    }
    writer->pictures_fail = code != 0;
}

static void write_mask(struct ww_writer *writer, const struct ww_sink_item *item)
{
    struct ww_error error;
    int code;
    if (item->lost)
        code = ww_fail(&error, -ENOMEM, "cannot write mask %jd: out of memory", (intmax_t)item->number);
    else
        code =
            ww_mask_write(writer->masks_folder, item->number, &item->mask, item->width, item->height, &error);
    if (code != 0)
        give_up_files(writer, &error);
}

/* --- lines -----------------------------------------------------------------------------------------------
 */

bool ww_writer_is_quick(const struct ww_sink_item *item)
{
    bool waits_for_its_turn = item->is_clip && !item->record.type;
    return !item->is_mask && !item->best.still && !waits_for_its_turn;
}

static int add_line(struct ww_writer *writer, const struct ww_sink_item *item, struct ww_record *record,
                    struct ww_error *error)
{
    struct ww_error checkpoint_error;
    int code = ww_event_log_add(writer->log, record, error);
    if (code != 0)
        return code;
    struct ww_writer_line *line = &writer->lines[writer->count++];
    line->record = *record;
    line->key = item->key;
    line->after = ++writer->added;
    size_t waiting = ww_event_log_waiting(writer->log);
    if (ww_upkeep_note_line(&writer->upkeep, &checkpoint_error) != 0)
        writer->failed(writer->failed_context, &checkpoint_error);
    writer->added += ww_event_log_waiting(writer->log) - waiting;
    return 0;
}

/* Of a replay. Whether there is something to tell of the clip. */
static bool take_turn(struct ww_writer *writer, struct ww_sink_item *item)
{
    struct ww_clip_done done = ww_clip_turns_take(&writer->turns);
    item->record = ww_clip_record(&done);
    item->next_clip = done.next;
    return done.file.path[0];
}

static int add_clip(struct ww_writer *writer, struct ww_sink_item *item, struct ww_error *error)
{
    struct ww_record *record = &item->record;
    if (!record->type && !take_turn(writer, item))
        return 0;
    const char **events = ww_clip_events_of(&writer->open.shown, record->clip, &record->clip_event_count);
    record->clip_events = events;
    int code = add_line(writer, item, record, error);
    if (code == 0)
        ww_clip_record_hold(record, writer->folder);
    free(events);
    if (code != 0)
        return code;
    struct ww_record *waiting = &writer->lines[writer->count - 1].record;
    waiting->clip_events = NULL;
    waiting->clip_event_count = 0;
    ww_open_events_end_clip(&writer->open, record->clip, item->next_clip);
    return 0;
}

static int add_event(struct ww_writer *writer, struct ww_sink_item *item, struct ww_error *error)
{
    struct ww_record *record = &item->record;
    struct ww_open_event *open = NULL;
    if (record->phase == WW_PHASE_START) {
        if (ww_open_events_reserve(&writer->open, error) != 0)
            return error->code;
    } else if (!record->momentary) {
        open = ww_open_events_find(&writer->open, item->key, record->camera);
        if (!open) /* its START could not be written */
            return 0;
        memcpy(record->event, open->id, sizeof record->event);
    }
    if (item->best.still && !writer->lines_only) {
        write_picture(writer, item);
        ww_still_release(item->best.still); /* another try is for the line */
        item->best.still = NULL;
    }
    int code = add_line(writer, item, record, error);
    if (code != 0)
        return code;
    if (record->phase == WW_PHASE_START)
        ww_open_events_add(&writer->open, item->key, record);
    else if (open && record->phase == WW_PHASE_END)
        ww_open_events_remove(&writer->open, open);
    return 0;
}

int ww_writer_add(struct ww_writer *writer, struct ww_sink_item *item, struct ww_error *error)
{
    if (item->is_clip)
        return add_clip(writer, item, error);
    if (!item->is_mask)
        return add_event(writer, item, error);
    if (!writer->lines_only)
        write_mask(writer, item);
    return 0;
}

int ww_writer_sync(struct ww_writer *writer, struct ww_error *error)
{
    int code = ww_event_log_sync(writer->log, error);
    size_t written = writer->added - ww_event_log_waiting(writer->log);
    for (; writer->told < writer->count && writer->lines[writer->told].after <= written; writer->told++)
        if (writer->options->told)
            writer->options->told(writer->options->told_context, &writer->lines[writer->told].record);
    if (code == 0)
        writer->count = writer->told = writer->added = 0;
    return code;
}

bool ww_writer_end_open(struct ww_writer *writer)
{
    struct ww_error error;
    if (writer->open.count == 0)
        return false;
    struct ww_open_event *open = &writer->open.entries[0];
    struct ww_sink_item item = {.key = open->key, .record = open->start};
    item.record.phase = WW_PHASE_END;
    item.record.captured = 0;
    item.record.time_us = ww_clock_wall_us();
    item.record.duration = (double)(item.record.time_us - open->start.time_us) / 1e6;
    snprintf(item.record.reason, sizeof item.record.reason,
             "wallwatch ends; the camera did not answer in time to say more");
    return add_event(writer, &item, &error) == 0;
}

void ww_writer_restore(struct ww_writer *writer)
{
    struct ww_error error;
    if (make_folders(writer, &error) == 0)
        ww_event_log_restore(writer->log, &error);
}

size_t ww_writer_drop(struct ww_writer *writer)
{
    size_t dropped = writer->count - writer->told;
    for (size_t i = writer->told; i < writer->count; i++) {
        const struct ww_writer_line *line = &writer->lines[i];
        struct ww_open_event *open = NULL;
        if (line->record.phase == WW_PHASE_START)
            open = ww_open_events_find(&writer->open, line->key, line->record.camera);
        if (open)
            ww_open_events_remove(&writer->open, open);
    }
    ww_event_log_drop(writer->log);
    writer->count = writer->told = writer->added = 0;
    writer->lines_only |= !writer->options->live; /* the room that is left is theirs */
    return dropped;
}

/* --- from begin to end -----------------------------------------------------------------------------------
 */

/* Of a program that was killed; the log is ours alone by now. */
static void remove_drafts(const struct ww_writer *writer)
{
    char *snapshots;
    if (asprintf(&snapshots, "%s/snapshots", writer->folder) < 0)
        return;
    ww_remove_drafts(snapshots);
    free(snapshots);
}

int ww_writer_open(struct ww_writer *writer, struct ww_error *error)
{
    const struct ww_sink_options *options = writer->options;
    struct ww_error font_error;
    ww_clip_turns_init(&writer->turns);
    writer->folder = strdup(options->folder);
    writer->masks_folder = options->masks_folder ? strdup(options->masks_folder) : NULL;
    int code = 0;
    if (!writer->folder || (options->masks_folder && !writer->masks_folder))
        code = ww_fail(error, -ENOMEM, "cannot start writing: out of memory");
    if (code == 0)
        code = make_folders(writer, error);
    if (code == 0)
        code = ww_event_log_open(&writer->log, writer->folder, options->live, error);
    if (code != 0)
        return code;
    remove_drafts(writer);
    writer->upkeep = (struct ww_upkeep){.log = writer->log, .folder = writer->folder, .key = options->key};
    if (options->live)
        writer->upkeep.rules = options->retention;
    if (ww_font_open(&writer->font, &font_error) != 0)
        ww_log(WW_LOG_WARNING, "%s; snapshots carry no text", font_error.text);
    return 0;
}

void ww_writer_close(struct ww_writer *writer)
{
    ww_open_events_free(&writer->open);
    ww_clip_turns_destroy(&writer->turns);
    ww_event_log_close(writer->log);
    ww_font_close(writer->font);
    free(writer->folder);
    free(writer->masks_folder);
}
