/* SPDX-License-Identifier: Apache-2.0 */
#include <wallwatch/hindsight.h>

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/events.h"
#include "detect/followed.h"
#include "detect/regions.h"
#include "detect/scale.h"
#include "detect/walls.h"

enum { CHUNK = 64 * 1024 };

/* What walls and zones look at of a track. */
struct noted {
    uint32_t id;
    int32_t frames;
    float extent, score;
    int32_t left, top, right, bottom;
    float x, y;
    uint32_t area;
    bool confirmed, just_confirmed, seen;
};

struct step {
    int64_t frame, time_us;
    double pts;
    struct ww_shift shift;
    bool begins;   /* of another detector than the step before, or one that forgot everybody */
    uint8_t count; /* tracks, which follow */
};

_Static_assert(WW_MAX_TRACKS <= UINT8_MAX, "tracks of a step are not counted");
_Static_assert(sizeof(struct step) % _Alignof(struct noted) == 0, "tracks do not follow a step");
_Static_assert(sizeof(struct step) + WW_MAX_TRACKS * sizeof(struct noted) <= CHUNK, "a step fits no chunk");

struct chunk {
    struct chunk *next;
    int64_t last_us;
    size_t size;
    _Alignas(16) unsigned char bytes[CHUNK];
};

struct ww_hindsight {
    pthread_mutex_t lock;
    int64_t most_us;
    size_t most_chunks, chunks;
    struct chunk *first, *last;
    uintptr_t detector;      /* of the last step; it may be no longer */
    struct ww_followed seen; /* its sizes and clearings then */
    int64_t frame;
};

struct ww_hindsight *ww_hindsight_create(double seconds, size_t most_bytes)
{
    struct ww_hindsight *hindsight = calloc(1, sizeof *hindsight);
    if (!hindsight)
        return NULL;
    hindsight->most_us = (int64_t)(seconds * 1e6);
    hindsight->most_chunks = most_bytes / CHUNK > 2 ? most_bytes / CHUNK : 2;
    pthread_mutex_init(&hindsight->lock, NULL);
    return hindsight;
}

static void drop_first(struct ww_hindsight *hindsight)
{
    struct chunk *chunk = hindsight->first;
    hindsight->first = chunk->next;
    if (!hindsight->first)
        hindsight->last = NULL;
    hindsight->chunks--;
    free(chunk);
}

void ww_hindsight_destroy(struct ww_hindsight *hindsight)
{
    if (!hindsight)
        return;
    while (hindsight->first)
        drop_first(hindsight);
    pthread_mutex_destroy(&hindsight->lock);
    free(hindsight);
}

/* --- noting -------------------------------------------------------------------------------------------- */

/* NULL: no memory. */
static struct chunk *chunk_for(struct ww_hindsight *hindsight, size_t size, int64_t now_us)
{
    struct chunk *last = hindsight->last;
    while (hindsight->first && hindsight->first != last &&
           now_us - hindsight->first->last_us > hindsight->most_us)
        drop_first(hindsight);
    if (last && last->size + size <= CHUNK)
        return last;
    if (hindsight->first && hindsight->chunks == hindsight->most_chunks)
        drop_first(hindsight);
    struct chunk *added = malloc(sizeof *added);
    if (!added)
        return NULL;
    added->next = NULL;
    added->size = 0;
    if (hindsight->last)
        hindsight->last->next = added;
    else
        hindsight->first = added;
    hindsight->last = added;
    hindsight->chunks++;
    return added;
}

static struct noted note_of(const struct ww_track *track)
{
    const struct ww_blob *blob = &track->blob;
    return (struct noted){
        .id = track->id,
        .frames = track->frames,
        .extent = track->extent,
        .score = track->score,
        .left = blob->left,
        .top = blob->top,
        .right = blob->right,
        .bottom = blob->bottom,
        .x = blob->x,
        .y = blob->y,
        .area = blob->area,
        .confirmed = track->confirmed,
        .just_confirmed = track->just_confirmed,
        .seen = track->seen,
    };
}

static bool is_other_size(const struct ww_followed *a, const struct ww_followed *b)
{
    return a->width != b->width || a->height != b->height || a->source_width != b->source_width ||
           a->source_height != b->source_height;
}

void ww_hindsight_note(struct ww_hindsight *hindsight, const struct ww_detector *detector, int64_t frame,
                       double pts, int64_t time_us)
{
    if (!hindsight)
        return;
    struct ww_followed now = ww_detector_followed(detector);
    size_t size = sizeof(struct step) + now.count * sizeof(struct noted);
    pthread_mutex_lock(&hindsight->lock);
    bool begins = hindsight->detector != (uintptr_t)detector || frame <= hindsight->frame ||
                  now.clearings != hindsight->seen.clearings;
    if (is_other_size(&now, &hindsight->seen))
        while (hindsight->first)
            drop_first(hindsight);
    struct chunk *chunk = chunk_for(hindsight, size, time_us);
    if (chunk) {
        const struct step step = {frame, time_us, pts, now.shift, begins, (uint8_t)now.count};
        memcpy(chunk->bytes + chunk->size, &step, sizeof step);
        struct noted *noted = (struct noted *)(chunk->bytes + chunk->size + sizeof step);
        for (size_t i = 0; i < now.count; i++)
            noted[i] = note_of(&now.tracks[i]);
        chunk->size += size;
        chunk->last_us = time_us;
        hindsight->detector = (uintptr_t)detector;
        hindsight->seen = now;
        hindsight->frame = frame;
    }
    pthread_mutex_unlock(&hindsight->lock);
}

/* --- telling ------------------------------------------------------------------------------------------- */

/* A copy, so that nobody who watches waits. */
static struct chunk *copy_all(struct ww_hindsight *hindsight, struct ww_followed *sizes, bool *complete)
{
    struct chunk *first = NULL, **end = &first;
    *complete = true;
    pthread_mutex_lock(&hindsight->lock);
    *sizes = hindsight->seen;
    for (const struct chunk *chunk = hindsight->first; chunk && *complete; chunk = chunk->next) {
        struct chunk *copy = malloc(sizeof *copy);
        *complete = copy;
        if (!copy)
            break;
        *copy = (struct chunk){.last_us = chunk->last_us, .size = chunk->size};
        memcpy(copy->bytes, chunk->bytes, chunk->size);
        *end = copy;
        end = &copy->next;
    }
    pthread_mutex_unlock(&hindsight->lock);
    return first;
}

static void free_all(struct chunk *chunk)
{
    while (chunk) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

struct sight {
    uint32_t id;
    struct ww_entry entry;
    bool was_large;
};

/* What looks again. */
struct retelling {
    struct ww_detector_config config;
    struct ww_regions regions;
    struct ww_scale scale;
    struct ww_walls *walls;
    struct ww_event_keeper *keeper;
    uint64_t walled; /* a bit for each region that is a wall */
    uint8_t *grey;   /* a plane: whom a frame shows best is of no interest */
    struct ww_luma luma;
    struct sight sights[WW_MAX_TRACKS]; /* where each track was first seen in a region */
    struct ww_track tracks[WW_MAX_TRACKS];
    void (*told)(void *context, const struct ww_hindsight_event *event);
    void *context;
};

static void close_retelling(struct retelling *retelling)
{
    ww_event_keeper_destroy(retelling->keeper);
    ww_walls_destroy(retelling->walls);
    ww_regions_destroy(&retelling->regions);
    free(retelling->grey);
}

static int open_retelling(struct retelling *retelling, struct ww_error *error)
{
    static const double gap = 2;
    const struct ww_detector_config *config = &retelling->config;
    int code = ww_regions_create(&retelling->regions, config, error);
    if (code != 0)
        return code;
    const struct ww_event_rules rules = {
        .gap = config->event_gap > 0 ? config->event_gap : gap,
        .update = 1e9,
        .width = config->width,
        .height = config->height,
        .source_width = config->source_width,
        .source_height = config->source_height,
    };
    for (size_t i = 0; i < config->region_count; i++)
        retelling->walled |= (uint64_t)(config->regions[i].kind == WW_REGION_WALL) << i;
    retelling->scale = ww_scale_fit(config->person, config->person_count, config->width, config->height);
    retelling->walls = ww_walls_create(config);
    retelling->keeper = retelling->walls ? ww_event_keeper_create(config, &rules, retelling->walls) : NULL;
    retelling->grey = calloc(config->height, config->width);
    retelling->luma = (struct ww_luma){retelling->grey, config->width, config->width, config->height};
    if (retelling->keeper && retelling->grey)
        return 0;
    return ww_fail(error, -ENOMEM, "out of memory");
}

static bool is_visible(const struct ww_regions *regions, const struct noted *noted)
{
    int x = (noted->left + noted->right) / 2, y = (noted->top + noted->bottom) / 2;
    return ww_bitplane_row(&regions->visible, (uint32_t)y)[x / 64] >> (x & 63) & 1;
}

/* Of pixels there is only the box; what is near its sides is hardly him. A wall's strip is as wide as it is.
 */
static uint64_t regions_of(const struct retelling *retelling, const struct noted *noted)
{
    uint32_t left = (uint32_t)noted->left, right = (uint32_t)noted->right, margin = (right - left) / 4;
    uint64_t touched = 0;
    for (int y = noted->top; y < noted->bottom; y++) {
        touched |= ww_regions_touched(&retelling->regions, (uint32_t)y, left, right) & retelling->walled;
        touched |= ww_regions_touched(&retelling->regions, (uint32_t)y, left + margin, right - margin) &
                   ~retelling->walled;
    }
    return touched;
}

static struct sight *sight_of(struct retelling *retelling, const struct ww_track *track)
{
    struct sight *sight = &retelling->sights[track->id % WW_MAX_TRACKS];
    if (sight->id != track->id)
        *sight = (struct sight){.id = track->id};
    return sight;
}

/* Whether it is, or was, as large as somebody is there. */
static bool is_somebody(struct retelling *retelling, struct ww_track *track)
{
    if (ww_scale_drop(&retelling->scale, &track->blob, 1) == 0)
        return false;
    struct sight *sight = sight_of(retelling, track);
    sight->was_large |= !track->blob.is_small;
    return sight->was_large;
}

static struct ww_entry entry_of(struct sight *sight, const struct step *step, const struct ww_track *track)
{
    if (track->seen && sight->entry.blob.regions == 0)
        sight->entry = (struct ww_entry){step->frame, step->pts, track->blob};
    return sight->entry;
}

/* Returns how many of a step's tracks would be followed. */
static size_t recall(struct retelling *retelling, const struct step *step, const struct noted *noted)
{
    size_t count = 0;
    for (size_t i = 0; i < step->count; i++, noted++) {
        struct ww_track *track = &retelling->tracks[count];
        *track = (struct ww_track){
            .id = noted->id,
            .blob = {.left = noted->left,
                     .top = noted->top,
                     .right = noted->right,
                     .bottom = noted->bottom,
                     .area = noted->area,
                     .x = noted->x,
                     .y = noted->y},
            .extent = noted->extent,
            .score = noted->score,
            .frames = noted->frames,
            .confirmed = noted->confirmed,
            .just_confirmed = noted->just_confirmed,
            .seen = noted->seen,
        };
        if (!is_visible(&retelling->regions, noted) || !is_somebody(retelling, track))
            continue;
        track->blob.regions = regions_of(retelling, noted);
        track->entry = entry_of(sight_of(retelling, track), step, track);
        count++;
    }
    return count;
}

static void tell(const struct retelling *retelling, const struct ww_event *event, const struct step *step)
{
    struct ww_point path[WW_MAX_PATH];
    double since = step->pts - event->pts + event->duration;
    if (event->phase != WW_PHASE_END)
        return;
    for (size_t i = 0; i < event->path_count; i++)
        path[i] = (struct ww_point){(float)event->path[i].x / (float)retelling->config.source_width,
                                    (float)event->path[i].y / (float)retelling->config.source_height};
    const struct ww_hindsight_event told = {
        .type = event->type,
        .region = event->region,
        .direction = event->direction,
        .time_us = step->time_us - (int64_t)(since * 1e6),
        .duration = event->duration,
        .path = event->path ? path : NULL,
        .path_count = event->path_count,
    };
    retelling->told(retelling->context, &told);
}

static void tell_all(const struct retelling *retelling, const struct ww_findings *findings,
                     const struct step *step)
{
    for (size_t i = 0; i < findings->event_count; i++)
        tell(retelling, &findings->events[i], step);
}

static void begin_anew(struct retelling *retelling, const struct step *before)
{
    struct ww_findings findings = {0};
    ww_event_keeper_finish(retelling->keeper, &findings);
    tell_all(retelling, &findings, before);
    ww_walls_clear(retelling->walls);
    memset(retelling->sights, 0, sizeof retelling->sights);
}

static void retell(struct retelling *retelling, const struct step *step, const struct noted *noted)
{
    struct ww_findings findings = {0};
    const struct ww_act *acts;
    size_t count = recall(retelling, step, noted);
    size_t act_count =
        ww_walls_step(retelling->walls, retelling->tracks, count, step->frame, step->pts, &acts);
    ww_event_keeper_step(retelling->keeper, retelling->tracks, count, acts, act_count, step->frame, step->pts,
                         step->shift, &retelling->luma, &findings);
    tell_all(retelling, &findings, step);
}

static void retell_all(struct retelling *retelling, const struct chunk *chunk, int64_t *since_us)
{
    struct step step = {0}, before = {0};
    for (; chunk; chunk = chunk->next) {
        for (size_t at = 0; at < chunk->size; at += sizeof step + step.count * sizeof(struct noted)) {
            before = step;
            memcpy(&step, chunk->bytes + at, sizeof step);
            if (*since_us == 0)
                *since_us = step.time_us;
            else if (step.begins)
                begin_anew(retelling, &before);
            retell(retelling, &step, (const struct noted *)(chunk->bytes + at + sizeof step));
        }
    }
    begin_anew(retelling, &step);
}

int ww_hindsight_tell(struct ww_hindsight *hindsight, const struct ww_detector_config *config,
                      void (*told)(void *context, const struct ww_hindsight_event *event), void *context,
                      int64_t *since_us, struct ww_error *error)
{
    struct ww_followed sizes;
    bool complete;
    *since_us = 0;
    struct chunk *chunks = copy_all(hindsight, &sizes, &complete);
    struct retelling *retelling = complete ? calloc(1, sizeof *retelling) : NULL;
    int code = retelling ? 0 : ww_fail(error, -ENOMEM, "out of memory");
    if (code == 0 && chunks) {
        retelling->config = *config;
        retelling->config.width = sizes.width;
        retelling->config.height = sizes.height;
        retelling->config.source_width = sizes.source_width;
        retelling->config.source_height = sizes.source_height;
        retelling->told = told;
        retelling->context = context;
        code = open_retelling(retelling, error);
        if (code == 0)
            retell_all(retelling, chunks, since_us);
        close_retelling(retelling);
    }
    free(retelling);
    free_all(chunks);
    return code;
}
