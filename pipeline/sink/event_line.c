/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/event_line.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

const char *ww_phase_name(enum ww_phase phase)
{
    static const char *const names[] = {
        [WW_PHASE_START] = "start", [WW_PHASE_UPDATE] = "update", [WW_PHASE_END] = "end"};
    return names[phase];
}

/* A real number as short as it can be at that many decimals. */
static json_t *rounded(double value, double decimals)
{
    return json_real(round(value * decimals) / decimals);
}

/* The name of a file may be no UTF-8; what cannot be written is a question mark then. */
static json_t *as_json(const char *text)
{
    json_t *value = json_string(text);
    char *ascii = value ? NULL : strdup(text);
    if (!ascii)
        return value;
    for (char *at = ascii; *at; at++)
        if (*at & 0x80)
            *at = '?';
    value = json_string(ascii);
    free(ascii);
    return value;
}

static void set_text(json_t *line, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(line, key, as_json(text));
}

static void set_evidence(json_t *line, const char *key, const struct ww_evidence *evidence)
{
    char hash_key[32];
    snprintf(hash_key, sizeof hash_key, "%s_sha256", key);
    set_text(line, key, evidence->path);
    if (evidence->path[0])
        set_text(line, hash_key, evidence->sha256);
}

static json_t *spot(struct ww_spot spot)
{
    return json_pack("[i,i]", spot.x, spot.y);
}

static void set_path(json_t *line, const struct ww_record *record)
{
    if (record->crosses)
        json_object_set_new(line, "crossing", spot(record->crossing));
    if (record->path_count == 0)
        return;
    json_t *path = json_array();
    for (size_t i = 0; i < record->path_count; i++)
        json_array_append_new(path, spot(record->path[i]));
    json_object_set_new(line, "path", path);
}

static void set_place(json_t *line, const struct ww_record *record)
{
    bool somebody = record->box.width > 0;
    if (somebody)
        json_object_set_new(line, "track", json_integer(record->track));
    json_object_set_new(line, "frame", json_integer(record->frame));
    json_object_set_new(line, "pts", rounded(record->pts, 1000));
    if (somebody)
        json_object_set_new(line, "bbox",
                            json_pack("[i,i,i,i]", record->box.x, record->box.y, record->box.width,
                                      record->box.height));
    json_object_set_new(line, "size", json_pack("[i,i]", (int)record->width, (int)record->height));
    json_object_set_new(line, "score", rounded((double)record->score, 100));
    set_path(line, record);
}

static void set_events(json_t *line, const struct ww_record *record)
{
    json_t *events = json_array();
    for (size_t i = 0; i < record->clip_event_count; i++)
        json_array_append_new(events, json_string(record->clip_events[i]));
    json_object_set_new(line, "events", events);
}

static json_t *to_json(const struct ww_record *record, int64_t number, const char *previous)
{
    char time[WW_TIME_TEXT];
    json_t *line = json_object();
    ww_time_utc(time, record->time_us);
    json_object_set_new(line, "v", json_integer(1));
    json_object_set_new(line, "seq", json_integer(number));
    set_text(line, "time", time);
    set_text(line, "type", record->type);
    set_text(line, "phase", ww_phase_name(record->phase));
    set_text(line, "event", record->event);
    set_text(line, "camera", record->camera);
    set_text(line, "wall", record->wall);
    set_text(line, "zone", record->zone);
    set_text(line, "severity", record->severity);
    set_text(line, "direction", record->direction);
    set_text(line, "detail", record->detail);
    set_text(line, "reason", record->reason);
    if (record->alarm) {
        set_text(line, "alarm", record->alarm);
        json_object_set_new(line, "delay", rounded(record->delay, 1000));
    }
    set_text(line, "coverage", record->coverage);
    if (record->frame >= 0)
        set_place(line, record);
    if (record->phase == WW_PHASE_END)
        json_object_set_new(line, "duration", rounded(record->duration, 1000));
    set_evidence(line, "snapshot", &record->snapshot);
    set_evidence(line, "original", &record->original);
    set_evidence(line, "crop", &record->crop);
    set_evidence(line, "clip", &record->clip_file);
    set_evidence(line, "sheet", &record->sheet);
    if (record->clip_event_count > 0)
        set_events(line, record);
    set_evidence(line, "expired", &record->expired);
    if (record->signed_by)
        set_text(line, "key", record->signed_by->public_key);
    set_text(line, "prev", previous);
    return line;
}

/* What is signed is the line without its last brace; the signature and a brace follow. NULL: no memory. */
static char *add_signature(char *text, const struct ww_signing_key *key)
{
    char signature[WW_SIGNATURE_TEXT], *whole;
    size_t size = text ? strlen(text) - 1 : 0;
    if (!text || !key)
        return text;
    ww_sign(key, text, size, signature);
    if (asprintf(&whole, "%.*s,\"signature\":\"%s\"}", (int)size, text, signature) < 0)
        whole = NULL;
    free(text);
    return whole;
}

char *ww_event_line(const struct ww_record *record, int64_t number, const char *previous)
{
    json_t *root = to_json(record, number, previous);
    char *line = json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    json_decref(root);
    return add_signature(line, record->signed_by);
}
