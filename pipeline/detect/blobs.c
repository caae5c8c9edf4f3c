/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/blobs.h"

#include "kernels.h"

struct run {
    uint32_t start, end; /* end is exclusive */
    uint32_t component;
};

struct component {
    uint32_t parent; /* itself, or an older one that it belongs to */
    int left, top, right, bottom;
    uint32_t area;
    uint64_t sum_x, sum_y; /* twice the sum of the pixels' coordinates */
    uint64_t regions;
};

struct ww_labeller {
    struct run *runs;
    struct ww_run *row_runs; /* of one row */
    struct component *components;
    uint32_t capacity, run_count, component_count;
    struct ww_blob blobs[WW_MAX_BLOBS];
};

struct ww_labeller *ww_labeller_create(uint32_t width, uint32_t height)
{
    struct ww_labeller *labeller = calloc(1, sizeof *labeller);
    if (!labeller)
        return NULL;
    labeller->capacity = width * height / 8 + 64;
    labeller->runs = malloc(labeller->capacity * sizeof *labeller->runs);
    labeller->components = malloc(labeller->capacity * sizeof *labeller->components);
    labeller->row_runs = malloc(WW_MOST_RUNS(width) * sizeof *labeller->row_runs);
    if (!labeller->runs || !labeller->components || !labeller->row_runs) {
        ww_labeller_destroy(labeller);
        return NULL;
    }
    return labeller;
}

void ww_labeller_destroy(struct ww_labeller *labeller)
{
    if (!labeller)
        return;
    free(labeller->runs);
    free(labeller->row_runs);
    free(labeller->components);
    free(labeller);
}

static uint32_t root_of(struct component *components, uint32_t index)
{
    while (components[index].parent != index) {
        components[index].parent = components[components[index].parent].parent;
        index = components[index].parent;
    }
    return index;
}

static void join(struct component *components, uint32_t a, uint32_t b)
{
    a = root_of(components, a);
    b = root_of(components, b);
    if (a < b)
        components[b].parent = a;
    else
        components[a].parent = b;
}

/* Appends the runs of one row; false where there are too many. */
static bool find_runs(struct ww_labeller *labeller, const uint64_t *row, size_t words)
{
    size_t found = ww_bits_any(row, words) ? ww_kernels()->runs_row(row, words, labeller->row_runs) : 0;
    if (found > labeller->capacity - labeller->run_count)
        return false;
    for (size_t i = 0; i < found; i++)
        labeller->runs[labeller->run_count++] =
            (struct run){labeller->row_runs[i].start, labeller->row_runs[i].end, UINT32_MAX};
    return true;
}

static void account(struct component *component, const struct run *run, uint32_t y, uint64_t regions)
{
    uint32_t length = run->end - run->start;
    if ((int)run->start < component->left)
        component->left = (int)run->start;
    if ((int)run->end > component->right)
        component->right = (int)run->end;
    component->bottom = (int)y + 1;
    component->area += length;
    component->sum_x += (uint64_t)(run->start + run->end - 1) * length;
    component->sum_y += (uint64_t)y * 2 * length;
    component->regions |= regions;
}

static struct component new_component(uint32_t index, const struct run *run, uint32_t y)
{
    return (struct component){
        .parent = index,
        .left = (int)run->start,
        .right = (int)run->end,
        .top = (int)y,
        .bottom = (int)y + 1,
    };
}

/* Gives the runs of row y, from `first` on, to the components of the touching runs (corners count) of
 * the row above, which are those from `above` to `first`. */
static void link_row(struct ww_labeller *labeller, uint32_t above, uint32_t first, uint32_t y,
                     const struct ww_regions *regions)
{
    struct run *runs = labeller->runs;
    uint32_t upper = above;
    for (uint32_t i = first; i < labeller->run_count; i++) {
        while (upper < first && runs[upper].end < runs[i].start)
            upper++;
        for (uint32_t j = upper; j < first && runs[j].start <= runs[i].end; j++) {
            if (runs[i].component == UINT32_MAX)
                runs[i].component = runs[j].component;
            else
                join(labeller->components, runs[i].component, runs[j].component);
        }
        if (runs[i].component == UINT32_MAX) {
            runs[i].component = labeller->component_count;
            labeller->components[labeller->component_count] =
                new_component(labeller->component_count, &runs[i], y);
            labeller->component_count++;
        }
        account(&labeller->components[runs[i].component], &runs[i], y,
                ww_regions_touched(regions, y, runs[i].start, runs[i].end));
    }
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static void absorb(struct component *into, const struct component *from)
{
    into->left = min_int(into->left, from->left);
    into->top = min_int(into->top, from->top);
    into->right = max_int(into->right, from->right);
    into->bottom = max_int(into->bottom, from->bottom);
    into->area += from->area;
    into->sum_x += from->sum_x;
    into->sum_y += from->sum_y;
    into->regions |= from->regions;
}

/* Adds every component to its root, then leaves only roots of some size at the front. */
static uint32_t gather(struct ww_labeller *labeller, uint32_t min_component)
{
    struct component *components = labeller->components;
    for (uint32_t i = labeller->component_count; i-- > 0;)
        if (components[i].parent != i)
            absorb(&components[components[i].parent], &components[i]);
    uint32_t count = 0;
    for (uint32_t i = 0; i < labeller->component_count; i++)
        if (components[i].parent == i && components[i].area >= min_component)
            components[count++] = components[i];
    return count;
}

static int by_area(const void *a, const void *b)
{
    const struct component *left = a, *right = b;
    if (left->area != right->area)
        return left->area > right->area ? -1 : 1;
    if (left->top != right->top)
        return left->top < right->top ? -1 : 1;
    return left->left - right->left;
}

static bool near(const struct component *a, const struct component *b, int gap)
{
    return a->left - gap < b->right && b->left - gap < a->right && a->top - gap < b->bottom &&
           b->top - gap < a->bottom;
}

/* Joins components that lie close together until none do; returns how many are left. */
static uint32_t group(struct component *components, uint32_t count, int gap)
{
    bool joined = true;
    while (joined) {
        joined = false;
        for (uint32_t i = 0; i < count; i++) {
            for (uint32_t j = i + 1; j < count;) {
                if (!near(&components[i], &components[j], gap)) {
                    j++;
                    continue;
                }
                absorb(&components[i], &components[j]);
                components[j] = components[--count];
                joined = true;
            }
        }
    }
    return count;
}

static struct ww_blob to_blob(const struct component *component)
{
    return (struct ww_blob){
        .left = component->left,
        .top = component->top,
        .right = component->right,
        .bottom = component->bottom,
        .area = component->area,
        .x = (float)component->sum_x / (2.0f * (float)component->area),
        .y = (float)component->sum_y / (2.0f * (float)component->area),
        .regions = component->regions,
    };
}

size_t ww_labeller_find(struct ww_labeller *labeller, const struct ww_bitplane *mask,
                        const struct ww_regions *regions, const struct ww_blob_rules *rules,
                        struct ww_blob **blobs)
{
    uint32_t above = 0;
    *blobs = labeller->blobs;
    labeller->run_count = labeller->component_count = 0;
    for (uint32_t y = 0; y < mask->height; y++) {
        uint32_t first = labeller->run_count;
        if (!find_runs(labeller, ww_bitplane_row(mask, y), mask->stride))
            return 0;
        link_row(labeller, above, first, y, regions);
        above = first;
    }
    struct component *components = labeller->components;
    uint32_t count = gather(labeller, rules->min_component);
    qsort(components, count, sizeof *components, by_area);
    count = group(components, count < WW_MAX_BLOBS ? count : WW_MAX_BLOBS, rules->gap);
    qsort(components, count, sizeof *components, by_area);
    size_t kept = 0;
    while (kept < count && components[kept].area >= rules->min_area) {
        labeller->blobs[kept] = to_blob(&components[kept]);
        kept++;
    }
    return kept;
}
