/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/shake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS = 4,
    ROWS = 3,
    TILES = COLUMNS * ROWS,
    EACH = 2,        /* one row in so many is projected downwards */
    LEAST_SIDE = 48, /* pixels of a tile */
    SLOPE = 2        /* pixels over which a slope is taken */
};

static const float least_texture = 1.0f; /* grey levels, mean slope: without it a tile cannot tell */
static const float same = 0.25f;         /* of the texture: so little difference needs no search */
static const float match = 0.6f;         /* of the texture, and of the difference in place */
static const float better = 0.95f;       /* than what is nearer, where a texture repeats itself */
static const double agreed = 0.75;       /* of those who found something, */
static const double enough = 0.4;        /* who are so many of those who can tell, */
static const int least_votes = 3;        /* and not less */
static const double memory_seconds = 3;

struct profile {
    float *now, *mean; /* slopes, grey levels */
};

struct vote {
    bool can_tell, found;
    int shift;
};

struct ww_shake {
    int width, height, side_x, side_y; /* of the picture, of a tile */
    struct profile across[TILES], down[TILES];
    uint32_t *sums; /* of a row of tiles */
    float *store;
    double pts;
    bool started;
};

struct ww_shake *ww_shake_create(uint32_t width, uint32_t height)
{
    struct ww_shake *shake = calloc(1, sizeof *shake);
    if (!shake)
        return NULL;
    shake->width = (int)width;
    shake->height = (int)height;
    shake->side_x = (int)width / COLUMNS;
    shake->side_y = (int)height / ROWS;
    size_t a_tile = 2 * ((size_t)shake->side_x + (size_t)shake->side_y);
    shake->store = calloc(TILES * a_tile + 1, sizeof *shake->store);
    shake->sums = calloc(width, sizeof *shake->sums);
    if (!shake->store || !shake->sums) {
        ww_shake_destroy(shake);
        return NULL;
    }
    for (int i = 0; i < TILES; i++) {
        float *part = shake->store + (size_t)i * a_tile;
        shake->across[i] = (struct profile){part, part + shake->side_x};
        shake->down[i] = (struct profile){part + 2 * shake->side_x, part + 2 * shake->side_x + shake->side_y};
    }
    return shake;
}

void ww_shake_destroy(struct ww_shake *shake)
{
    if (!shake)
        return;
    free(shake->store);
    free(shake->sums);
    free(shake);
}

static void add_row(uint32_t *restrict sums, const uint8_t *restrict row, int count)
{
    for (int x = 0; x < count; x++)
        sums[x] += row[x];
}

static uint32_t sum_of(const uint8_t *row, int count)
{
    uint32_t sum = 0;
    for (int x = 0; x < count; x++)
        sum += row[x];
    return sum;
}

static void take_slopes(float *values, int count)
{
    for (int i = 0; i + SLOPE < count; i++)
        values[i] = values[i + SLOPE] - values[i];
    memset(values + count - SLOPE, 0, SLOPE * sizeof *values);
}

static void project(struct ww_shake *shake, const struct ww_luma *luma)
{
    int rows = (shake->side_y + EACH - 1) / EACH;
    for (int i = 0; i < ROWS; i++) {
        const uint8_t *first = luma->pixels + (ptrdiff_t)(i * shake->side_y) * luma->stride;
        memset(shake->sums, 0, (size_t)shake->width * sizeof *shake->sums);
        for (int y = 0; y < shake->side_y; y++) {
            const uint8_t *row = first + y * luma->stride;
            if (y % EACH == 0)
                add_row(shake->sums, row, shake->width);
            for (int j = 0; j < COLUMNS; j++)
                shake->down[i * COLUMNS + j].now[y] =
                    (float)sum_of(row + j * shake->side_x, shake->side_x) / (float)shake->side_x;
        }
        for (int j = 0; j < COLUMNS; j++)
            for (int x = 0; x < shake->side_x; x++)
                shake->across[i * COLUMNS + j].now[x] =
                    (float)shake->sums[j * shake->side_x + x] / (float)rows;
    }
    for (int i = 0; i < TILES; i++) {
        take_slopes(shake->across[i].now, shake->side_x);
        take_slopes(shake->down[i].now, shake->side_y);
    }
}

/* The mean difference of the slopes, the picture's displaced by `shift`. */
static float difference(const struct profile *profile, int side, int shift)
{
    float sum = 0;
    const float *now = profile->now + shift, *mean = profile->mean;
    for (int i = WW_SHAKE_REACH; i < side - WW_SHAKE_REACH - SLOPE; i++)
        sum += fabsf(now[i] - mean[i]);
    return sum / (float)(side - 2 * WW_SHAKE_REACH - SLOPE);
}

static struct vote ask(const struct profile *profile, int side)
{
    float texture = 0;
    for (int i = WW_SHAKE_REACH; i < side - WW_SHAKE_REACH - SLOPE; i++)
        texture += fabsf(profile->mean[i]);
    texture /= (float)(side - 2 * WW_SHAKE_REACH - SLOPE);
    if (texture < least_texture)
        return (struct vote){0};
    float in_place = difference(profile, side, 0), least = in_place;
    struct vote vote = {.can_tell = true, .found = in_place <= same * texture};
    for (int distance = 1; distance <= WW_SHAKE_REACH && !vote.found; distance++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            float here = difference(profile, side, sign * distance);
            if (here < least * better) {
                least = here;
                vote.shift = sign * distance;
            }
        }
    }
    if (!vote.found)
        vote.found = least <= match * texture && (vote.shift == 0 || least <= match * in_place);
    return vote;
}

/* What most say of those who can; 0 where they are not of one mind. */
static int decide(const struct profile *profiles, int side)
{
    int votes[2 * WW_SHAKE_REACH + 1] = {0}, voters = 0, found = 0, best = WW_SHAKE_REACH;
    for (int i = 0; i < TILES; i++) {
        struct vote vote = ask(&profiles[i], side);
        voters += vote.can_tell;
        found += vote.found;
        if (vote.found)
            votes[vote.shift + WW_SHAKE_REACH]++;
    }
    for (int i = 0; i <= 2 * WW_SHAKE_REACH; i++)
        if (votes[i] > votes[best])
            best = i;
    bool sure = votes[best] >= least_votes && votes[best] >= voters * enough && votes[best] >= found * agreed;
    return sure ? best - WW_SHAKE_REACH : 0;
}

static void learn(struct profile *profile, int side, int shift, float part)
{
    int from = shift < 0 ? -shift : 0, to = shift > 0 ? side - shift : side;
    for (int i = from; i < to; i++)
        profile->mean[i] += (profile->now[i + shift] - profile->mean[i]) * part;
}

struct ww_shift ww_shake_step(struct ww_shake *shake, const struct ww_luma *luma, double pts)
{
    struct ww_shift shift = {0, 0};
    if (shake->side_x < LEAST_SIDE || shake->side_y < LEAST_SIDE)
        return shift;
    project(shake, luma);
    if (shake->started) {
        shift.x = decide(shake->across, shake->side_x);
        shift.y = decide(shake->down, shake->side_y);
    }
    float part = shake->started ? (float)fmin(fmax(pts - shake->pts, 0) / memory_seconds, 1) : 1;
    for (int i = 0; i < TILES; i++) {
        learn(&shake->across[i], shake->side_x, shift.x, part);
        learn(&shake->down[i], shake->side_y, shift.y, part);
    }
    shake->started = true;
    shake->pts = pts;
    return shift;
}
