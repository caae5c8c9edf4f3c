/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/walls.h"

#include <math.h>
#include <stdlib.h>

#include "detect/passage.h"

enum { MOST_PASSAGES = 96 }; /* of a region: all tracks, and some that were lost */

static const double remembered_seconds = 3, default_dwell = 10;
static const float same_place = 1; /* of the longest side that was lost */

/* Looked through in every frame, so it is small. */
struct known {
    uint32_t subject, track;
    const struct ww_track *now; /* NULL: not seen in this step */
    double pts;                 /* seen last */
    struct ww_passage *passage;
};

struct watched {
    struct ww_wall_line line; /* of a wall */
    struct ww_passage_rules rules;
    unsigned tells;
    struct ww_passage *passages; /* room for MOST_PASSAGES */
    struct known *known;         /* as many; all have a passage each, and known_count of them are somebody */
    size_t known_count;
};

struct ww_walls {
    struct watched *watched; /* one a region */
    size_t count;
    struct ww_act *acts;
    size_t act_count;
};

/* Zones of which only motion is told need nobody's passage. */
static bool needs_passages(const struct watched *watched)
{
    return (watched->tells & ~WW_TELLS(WW_EVENT_MOTION)) != 0;
}

static bool prepare(struct watched *watched, const struct ww_detector_config *config, size_t index)
{
    const struct ww_region *region = &config->regions[index];
    bool wall = region->kind == WW_REGION_WALL;
    watched->tells = region->tells ? region->tells : wall ? WW_TELLS_OF_WALL : WW_TELLS_OF_ZONE;
    watched->rules.bit = UINT64_C(1) << index;
    watched->rules.dwell = region->dwell > 0 ? region->dwell : default_dwell;
    if (wall && ww_wall_line_create(&watched->line, region, config->width, config->height) != 0)
        return false;
    watched->rules.line = wall ? &watched->line : NULL;
    if (!needs_passages(watched))
        return true;
    watched->passages = calloc(MOST_PASSAGES, sizeof *watched->passages);
    watched->known = calloc(MOST_PASSAGES, sizeof *watched->known);
    for (size_t i = 0; watched->passages && watched->known && i < MOST_PASSAGES; i++)
        watched->known[i].passage = &watched->passages[i];
    return watched->passages && watched->known;
}

struct ww_walls *ww_walls_create(const struct ww_detector_config *config)
{
    struct ww_walls *walls = calloc(1, sizeof *walls);
    if (!walls)
        return NULL;
    walls->count = config->region_count;
    walls->watched = calloc(walls->count + 1, sizeof *walls->watched);
    walls->acts = calloc(WW_MAX_OPEN_EVENTS, sizeof *walls->acts);
    bool whole = walls->watched && walls->acts;
    for (size_t i = 0; whole && i < walls->count; i++)
        whole = prepare(&walls->watched[i], config, i);
    if (whole)
        return walls;
    ww_walls_destroy(walls);
    return NULL;
}

void ww_walls_destroy(struct ww_walls *walls)
{
    if (!walls)
        return;
    for (size_t i = 0; walls->watched && i < walls->count; i++) {
        ww_wall_line_destroy(&walls->watched[i].line);
        free(walls->watched[i].passages);
        free(walls->watched[i].known);
    }
    free(walls->watched);
    free(walls->acts);
    free(walls);
}

void ww_walls_clear(struct ww_walls *walls)
{
    for (size_t i = 0; i < walls->count; i++)
        walls->watched[i].known_count = 0;
}

/* Somebody who is not seen any more where this track begins. */
static struct known *find_lost(struct watched *watched, const struct ww_track *track, double pts)
{
    const struct ww_blob *blob = &track->blob;
    struct known *nearest = NULL;
    float least = INFINITY;
    for (size_t i = 0; i < watched->known_count; i++) {
        struct known *known = &watched->known[i];
        if (known->now || pts <= known->pts)
            continue;
        const struct ww_blob *lost = &known->passage->last.blob;
        float across = fmaxf(fmaxf((float)(blob->left - lost->right), (float)(lost->left - blob->right)), 0);
        float down = fmaxf(fmaxf((float)(blob->top - lost->bottom), (float)(lost->top - blob->bottom)), 0);
        float size = fmaxf((float)(lost->right - lost->left), (float)(lost->bottom - lost->top));
        float apart = hypotf(across, down);
        if (apart <= same_place * size && apart < least) {
            least = apart;
            nearest = known;
        }
    }
    return nearest;
}

/* Who took over another's passage left that one's name there; should that track be seen again, it is somebody
 * else. */
static uint32_t name_for(const struct watched *watched, uint32_t track)
{
    const uint32_t again = UINT32_C(1) << 31;
    for (size_t i = 0; i < watched->known_count; i++)
        if (watched->known[i].subject == track)
            return track | again;
    return track;
}

static struct known *find(struct watched *watched, const struct ww_track *track, double pts)
{
    for (size_t i = 0; i < watched->known_count; i++)
        if (watched->known[i].track == track->id)
            return &watched->known[i];
    struct known *lost = track->frames <= 2 ? find_lost(watched, track, pts) : NULL;
    if (lost) {
        lost->track = track->id;
        return lost;
    }
    if (watched->known_count == MOST_PASSAGES)
        return NULL;
    uint32_t subject = name_for(watched, track->id);
    struct known *first = &watched->known[watched->known_count++];
    first->subject = subject;
    first->track = track->id;
    ww_passage_begin(first->passage);
    return first;
}

static void add_acts(struct ww_walls *walls, size_t region, const struct known *known, unsigned types)
{
    const struct ww_passage *passage = known->passage;
    for (unsigned type = 0; type < WW_EVENT_TYPES && walls->act_count < WW_MAX_OPEN_EVENTS; type++) {
        if (!(types >> type & 1))
            continue;
        bool inward = type == WW_EVENT_BREACH || (type == WW_EVENT_CLIMB && passage->side != WW_SIDE_INSIDE);
        bool outward = type == WW_EVENT_EXIT || (type == WW_EVENT_CLIMB && !inward);
        walls->acts[walls->act_count++] = (struct ww_act){
            .type = (enum ww_event_type)type,
            .direction = inward    ? WW_INWARD
                         : outward ? WW_OUTWARD
                                   : WW_DIRECTION_NONE,
            .region = region,
            .subject = known->subject,
            .since = *ww_passage_since(passage, (enum ww_event_type)type),
        };
    }
}

/* Who is forgotten leaves his passage to the next one. */
static void forget(struct watched *watched, double pts)
{
    for (size_t i = 0; i < watched->known_count;) {
        struct known *known = &watched->known[i];
        known->now = NULL;
        if (pts - known->pts <= remembered_seconds) {
            i++;
            continue;
        }
        struct known forgotten = *known;
        *known = watched->known[--watched->known_count];
        watched->known[watched->known_count] = forgotten;
    }
}

/* What somebody does before he is known to be somebody is told when he is. */
static void step_region(struct ww_walls *walls, size_t region, const struct ww_track *tracks, size_t count,
                        int64_t frame, double pts)
{
    const unsigned again = WW_TELLS(WW_EVENT_BREACH) | WW_TELLS(WW_EVENT_EXIT);
    struct watched *watched = &walls->watched[region];
    forget(watched, pts);
    for (size_t t = 0; t < count; t++) {
        struct known *known = tracks[t].seen ? find(watched, &tracks[t], pts) : NULL;
        if (!known)
            continue;
        struct ww_passage *passage = known->passage;
        passage->waiting |= ww_passage_step(passage, &watched->rules, &tracks[t], frame, pts);
        known->now = &tracks[t];
        known->pts = pts;
        if (!tracks[t].confirmed)
            continue;
        unsigned acts = passage->waiting & ~passage->told & watched->tells;
        add_acts(walls, region, known, acts);
        passage->told |= acts & ~again;
        passage->waiting = 0;
    }
}

size_t ww_walls_step(struct ww_walls *walls, const struct ww_track *tracks, size_t count, int64_t frame,
                     double pts, const struct ww_act **acts)
{
    walls->act_count = 0;
    for (size_t i = 0; i < walls->count; i++)
        if (walls->watched[i].passages)
            step_region(walls, i, tracks, count, frame, pts);
    *acts = walls->acts;
    return walls->act_count;
}

bool ww_walls_find(const struct ww_walls *walls, size_t region, uint32_t subject,
                   struct ww_presence *presence)
{
    const struct watched *watched = &walls->watched[region];
    for (size_t i = 0; i < watched->known_count; i++) {
        const struct known *known = &watched->known[i];
        if (known->subject != subject)
            continue;
        *presence = (struct ww_presence){
            .track = known->now,
            .acts = ww_passage_going_on(known->passage),
            .path = known->passage->path,
            .path_count = known->passage->path_count,
        };
        return true;
    }
    return false;
}
