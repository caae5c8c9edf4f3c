/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/blobs.h"

#include "kernels.h"

static const uint32_t NONE = UINT32_MAX; /* of components */

/* A run for so many pixels is room enough: more is no picture, and memory that only noise would touch. */
static const uint32_t runs_share = 16;

/* The gap after a run, up to the next one of its row. */
struct gap {
    uint32_t run, y;
};

struct component {
    uint32_t parent; /* itself, or an older one that it belongs to */
    int left, top, right, bottom;
    uint32_t area;
    uint64_t sum_x, sum_y; /* twice the sum of the pixels' coordinates */
    uint64_t regions;
};

struct ww_labeller {
    struct ww_run *runs;
    uint32_t *component_of; /* each run */
    bool *filled;           /* the gap after each run */
    uint32_t *first;        /* run of each row, and the end */
    struct component *components;
    struct gap *gaps; /* of holes: one of each, and while it is filled a stack after them */
    uint32_t capacity, most_in_row, run_count, component_count, hole_count;
    struct ww_blob blobs[WW_MAX_BLOBS];
};

struct ww_labeller *ww_labeller_create(uint32_t width, uint32_t height)
{
    struct ww_labeller *labeller = calloc(1, sizeof *labeller);
    if (!labeller)
        return NULL;
    labeller->most_in_row = (uint32_t)WW_MOST_RUNS(width);
    labeller->capacity = width * height / runs_share + labeller->most_in_row;
    labeller->runs = malloc(labeller->capacity * sizeof *labeller->runs);
    labeller->component_of = malloc(labeller->capacity * sizeof *labeller->component_of);
    labeller->filled = malloc(labeller->capacity * sizeof *labeller->filled);
    labeller->first = malloc((height + 1) * sizeof *labeller->first);
    labeller->components = malloc(labeller->capacity * sizeof *labeller->components);
    labeller->gaps = malloc(2 * labeller->capacity * sizeof *labeller->gaps);
    if (!labeller->runs || !labeller->component_of || !labeller->filled || !labeller->first ||
        !labeller->components || !labeller->gaps) {
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
    free(labeller->component_of);
    free(labeller->filled);
    free(labeller->first);
    free(labeller->components);
    free(labeller->gaps);
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

/* False where they hang together already. */
static bool join(struct component *components, uint32_t a, uint32_t b)
{
    a = root_of(components, a);
    b = root_of(components, b);
    components[a < b ? b : a].parent = a < b ? a : b;
    return a != b;
}

static void account(struct component *component, const struct ww_run *run, uint32_t y, uint64_t regions)
{
    uint32_t length = run->end - run->start;
    if ((int)run->start < component->left)
        component->left = (int)run->start;
    if ((int)run->end > component->right)
        component->right = (int)run->end;
    if ((int)y >= component->bottom)
        component->bottom = (int)y + 1;
    component->area += length;
    component->sum_x += (uint64_t)(run->start + run->end - 1) * length;
    component->sum_y += (uint64_t)y * 2 * length;
    component->regions |= regions;
}

static uint32_t new_component(struct ww_labeller *labeller, const struct ww_run *run, uint32_t y)
{
    uint32_t index = labeller->component_count++;
    labeller->components[index] = (struct component){
        .parent = index,
        .left = (int)run->start,
        .right = (int)run->end,
        .top = (int)y,
        .bottom = (int)y + 1,
    };
    return index;
}

/* Gives the runs of row y to the components of the touching runs (corners count) of the row above. */
static void link_row(struct ww_labeller *labeller, uint32_t y, const struct ww_regions *regions)
{
    const struct ww_run *runs = labeller->runs;
    uint32_t first = labeller->first[y], upper = y > 0 ? labeller->first[y - 1] : first;
    for (uint32_t i = first; i < labeller->run_count; i++) {
        uint32_t component = NONE;
        while (upper < first && runs[upper].end < runs[i].start)
            upper++;
        for (uint32_t j = upper; j < first && runs[j].start <= runs[i].end; j++) {
            if (component == NONE)
                component = labeller->component_of[j];
            else if (!join(labeller->components, component, labeller->component_of[j]))
                labeller->gaps[labeller->hole_count++] = (struct gap){j - 1, y - 1};
        }
        if (component == NONE)
            component = new_component(labeller, &runs[i], y);
        labeller->component_of[i] = component;
        account(&labeller->components[component], &runs[i], y,
                ww_regions_touched(regions, y, runs[i].start, runs[i].end));
    }
}

/* False where there are too many runs. */
static bool label(struct ww_labeller *labeller, const struct ww_bitplane *mask,
                  const struct ww_regions *regions)
{
    labeller->run_count = labeller->component_count = labeller->hole_count = 0;
    for (uint32_t y = 0; y < mask->height; y++) {
        const uint64_t *row = ww_bitplane_row(mask, y);
        labeller->first[y] = labeller->run_count;
        if (labeller->capacity - labeller->run_count < labeller->most_in_row)
            return false;
        if (!ww_bits_any(row, mask->stride))
            continue;
        labeller->run_count +=
            (uint32_t)ww_kernels()->runs_row(row, mask->stride, labeller->runs + labeller->run_count);
        link_row(labeller, y, regions);
    }
    labeller->first[mask->height] = labeller->run_count;
    return true;
}

static struct ww_run extent_of(const struct ww_labeller *labeller, uint32_t run)
{
    return (struct ww_run){labeller->runs[run].end, labeller->runs[run + 1].start};
}

/* The first gap of row y that ends after x, or the row's last run. */
static uint32_t first_gap_after(const struct ww_labeller *labeller, uint32_t x, uint32_t y)
{
    uint32_t low = labeller->first[y], high = labeller->first[y + 1] - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (labeller->runs[middle + 1].start > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Puts the gaps of row y that touch this one, edge to edge, on the stack; returns its new height. */
static size_t push_touching(struct ww_labeller *labeller, struct ww_run gap, uint32_t y, size_t height)
{
    uint32_t last = labeller->first[y + 1] - 1; /* the row has runs: it is in a hole, or bounds one */
    for (uint32_t i = first_gap_after(labeller, gap.start, y); i < last; i++) {
        if (extent_of(labeller, i).start >= gap.end)
            break;
        if (labeller->filled[i])
            continue;
        labeller->filled[i] = true;
        labeller->gaps[height++] = (struct gap){i, y};
    }
    return height;
}

/* Sets the pixels of a gap; what lies at both its ends hangs together from now on. */
static void fill_gap(struct ww_labeller *labeller, struct gap gap, struct ww_bitplane *mask,
                     const struct ww_regions *regions)
{
    struct ww_run extent = extent_of(labeller, gap.run);
    uint64_t *row = ww_bitplane_row(mask, gap.y);
    for (size_t i = extent.start / 64; i * 64 < extent.end; i++)
        row[i] |= ww_bits_between(i, extent.start, extent.end);
    join(labeller->components, labeller->component_of[gap.run], labeller->component_of[gap.run + 1]);
    account(&labeller->components[labeller->component_of[gap.run]], &extent, gap.y,
            ww_regions_touched(regions, gap.y, extent.start, extent.end));
}

static void fill_holes(struct ww_labeller *labeller, struct ww_bitplane *mask,
                       const struct ww_regions *regions)
{
    if (labeller->hole_count > 0)
        memset(labeller->filled, 0, labeller->run_count * sizeof *labeller->filled);
    for (uint32_t i = 0; i < labeller->hole_count; i++) {
        size_t bottom = labeller->hole_count, height = bottom;
        struct gap gap = labeller->gaps[i];
        labeller->filled[gap.run] = true;
        labeller->gaps[height++] = gap;
        while (height > bottom) {
            gap = labeller->gaps[--height];
            struct ww_run extent = extent_of(labeller, gap.run);
            fill_gap(labeller, gap, mask, regions);
            height = push_touching(labeller, extent, gap.y - 1, height);
            height = push_touching(labeller, extent, gap.y + 1, height);
        }
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

size_t ww_labeller_find(struct ww_labeller *labeller, struct ww_bitplane *mask,
                        const struct ww_regions *regions, const struct ww_blob_rules *rules,
                        struct ww_blob **blobs)
{
    *blobs = labeller->blobs;
    if (!label(labeller, mask, regions))
        return 0;
    fill_holes(labeller, mask, regions);
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
