/* Connected components and holes against a flood fill. SPDX-License-Identifier: Apache-2.0 */
#include "detect/blobs.h"

#include "unit.h"

struct fill {
    const struct ww_bitplane *mask;
    bool *seen;
    struct ww_blob blob;
};

static bool is_set(const struct ww_bitplane *mask, int x, int y)
{
    return x >= 0 && y >= 0 && x < (int)mask->width && y < (int)mask->height &&
           (ww_bitplane_row(mask, (uint32_t)y)[x / 64] >> (x % 64) & 1);
}

static void flood(struct fill *fill, int x, int y)
{
    if (!is_set(fill->mask, x, y) || fill->seen[y * (int)fill->mask->width + x])
        return;
    fill->seen[y * (int)fill->mask->width + x] = true;
    struct ww_blob *blob = &fill->blob;
    blob->left = x < blob->left ? x : blob->left;
    blob->right = x + 1 > blob->right ? x + 1 : blob->right;
    blob->top = y < blob->top ? y : blob->top;
    blob->bottom = y + 1 > blob->bottom ? y + 1 : blob->bottom;
    blob->area++;
    blob->x += (float)x;
    blob->y += (float)y;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            flood(fill, x + dx, y + dy);
}

static bool is_among(const struct ww_blob *wanted, const struct ww_blob *blobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (blobs[i].left == wanted->left && blobs[i].right == wanted->right && blobs[i].top == wanted->top &&
            blobs[i].bottom == wanted->bottom && blobs[i].area == wanted->area &&
            (int)(blobs[i].x * 16) == (int)(wanted->x / (float)wanted->area * 16) &&
            (int)(blobs[i].y * 16) == (int)(wanted->y / (float)wanted->area * 16))
            return true;
    return false;
}

static void set(struct ww_bitplane *mask, int x, int y)
{
    ww_bitplane_row(mask, (uint32_t)y)[x / 64] |= UINT64_C(1) << (x % 64);
}

static void pour(const struct ww_bitplane *mask, bool *wet, int x, int y)
{
    int width = (int)mask->width, height = (int)mask->height;
    if (x < 0 || y < 0 || x >= width || y >= height || wet[y * width + x] || is_set(mask, x, y))
        return;
    wet[y * width + x] = true;
    pour(mask, wet, x - 1, y);
    pour(mask, wet, x + 1, y);
    pour(mask, wet, x, y - 1);
    pour(mask, wet, x, y + 1);
}

/* Sets what water that is poured at the edges does not reach. */
static void fill_holes(struct ww_bitplane *mask)
{
    int width = (int)mask->width, height = (int)mask->height;
    bool *wet = calloc((size_t)width * (size_t)height, sizeof *wet);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if (x == 0 || y == 0 || x == width - 1 || y == height - 1)
                pour(mask, wet, x, y);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if (!wet[y * width + x])
                set(mask, x, y);
    free(wet);
}

/* Without grouping and without a least area. Few pixels set make many blobs, few clear make holes. */
static void compare(uint32_t width, uint32_t height, uint32_t one_in, bool dense)
{
    const struct ww_blob_rules rules = {.min_component = 1, .min_area = 1, .gap = -1000};
    const struct ww_detector_config config = {.width = width, .height = height};
    struct ww_bitplane mask, filled;
    struct ww_regions regions;
    struct ww_blob *blobs;
    assert_int_equal(ww_bitplane_create(&mask, width, height), 0);
    assert_int_equal(ww_bitplane_create(&filled, width, height), 0);
    assert_int_equal(ww_regions_create(&regions, &config, NULL), 0);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            if ((unit_random() % one_in == 0) != dense)
                set(&mask, (int)x, (int)y);
    memcpy(filled.words, mask.words, mask.stride * height * sizeof *mask.words);
    fill_holes(&filled);
    struct ww_labeller *labeller = ww_labeller_create(width, height);
    size_t count = ww_labeller_find(labeller, &mask, &regions, &rules, &blobs), wanted = 0;
    if (count > 0)
        assert_memory_equal(mask.words, filled.words, mask.stride * height * sizeof *mask.words);
    bool *seen = calloc((size_t)width * height, sizeof *seen);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            struct fill fill = {&mask, seen, {.left = (int)width, .top = (int)height}};
            flood(&fill, (int)x, (int)y);
            if (fill.blob.area == 0)
                continue;
            wanted++;
            if (count > 0 && count < WW_MAX_BLOBS)
                assert_true(is_among(&fill.blob, blobs, count));
        }
    if (count > 0 && wanted <= WW_MAX_BLOBS)
        assert_int_equal(count, wanted);
    for (size_t i = 1; i < count; i++)
        assert_true(blobs[i - 1].area >= blobs[i].area);
    free(seen);
    ww_labeller_destroy(labeller);
    ww_regions_destroy(&regions);
    ww_bitplane_destroy(&mask);
    ww_bitplane_destroy(&filled);
}

static void test_components_are_those_of_a_flood_fill(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        uint32_t width = 1 + unit_random() % 140, height = 1 + unit_random() % 30;
        compare(width, height, 8 + unit_random() % 30, round % 2);
    }
    compare(140, 100, 3, false); /* few enough runs, and holes in holes */
    compare(140, 100, 5, true);
}

struct labelling {
    struct ww_bitplane mask;
    struct ww_regions regions;
    struct ww_labeller *labeller;
    struct ww_blob *blobs;
};

static struct labelling begin(uint32_t width, uint32_t height)
{
    const struct ww_detector_config config = {.width = width, .height = height};
    struct labelling all = {.labeller = ww_labeller_create(width, height)};
    assert_non_null(all.labeller);
    assert_int_equal(ww_bitplane_create(&all.mask, width, height), 0);
    assert_int_equal(ww_regions_create(&all.regions, &config, NULL), 0);
    return all;
}

static size_t find(struct labelling *all, const struct ww_blob_rules *rules)
{
    return ww_labeller_find(all->labeller, &all->mask, &all->regions, rules, &all->blobs);
}

static void end(struct labelling *all)
{
    ww_labeller_destroy(all->labeller);
    ww_regions_destroy(&all->regions);
    ww_bitplane_destroy(&all->mask);
}

static void set_run(struct ww_bitplane *mask, uint32_t y, uint32_t start, uint32_t end)
{
    for (uint32_t x = start; x < end; x++)
        ww_bitplane_row(mask, y)[x / 64] |= UINT64_C(1) << (x % 64);
}

static void test_neighbours_are_grouped_and_the_small_dropped(void **state)
{
    (void)state;
    const struct ww_blob_rules rules = {.min_component = 3, .min_area = 20, .gap = 4};
    struct labelling all = begin(200, 60);
    for (uint32_t y = 10; y < 14; y++) {
        set_run(&all.mask, y, 60, 70);   /* over a word's border */
        set_run(&all.mask, y, 73, 80);   /* three beside it: one blob */
        set_run(&all.mask, y, 100, 104); /* alone, and too small */
    }
    set_run(&all.mask, 40, 150, 152); /* dust */
    size_t count = find(&all, &rules);
    assert_int_equal(count, 1);
    assert_int_equal(all.blobs[0].left, 60);
    assert_int_equal(all.blobs[0].right, 80);
    assert_int_equal(all.blobs[0].area, 4 * 17);
    end(&all);
}

/* A ring with an island in its hole, open to nothing; a ring open at a side; one open to the picture's edge.
 */
static void test_holes_are_filled_and_bays_are_not(void **state)
{
    (void)state;
    const struct ww_blob_rules rules = {.min_component = 1, .min_area = 1, .gap = -1000};
    struct labelling all = begin(200, 60);
    for (uint32_t y = 10; y < 50; y++) {
        bool rim = y < 14 || y >= 46;
        set_run(&all.mask, y, 10, rim ? 70 : 16);
        set_run(&all.mask, y, 64, 70);
        if (y >= 25 && y < 30)
            set_run(&all.mask, y, 30, 35);
        set_run(&all.mask, y, 80, rim ? 120 : 86);
    }
    for (uint32_t y = 20; y < 60; y++) {
        set_run(&all.mask, y, 140, y < 24 ? 190 : 146);
        set_run(&all.mask, y, 184, 190);
    }
    assert_int_equal(find(&all, &rules), 3);
    assert_int_equal(all.blobs[0].area, 60 * 40);
    assert_int_equal(all.blobs[0].left, 10);
    assert_true(is_set(&all.mask, 20, 30));
    assert_true(is_set(&all.mask, 63, 45));
    assert_false(is_set(&all.mask, 100, 30));
    assert_false(is_set(&all.mask, 160, 40));
    end(&all);
}

static void test_noise_has_no_blobs(void **state)
{
    (void)state;
    const struct ww_blob_rules rules = {.min_component = 1, .min_area = 1, .gap = 1};
    struct labelling all = begin(320, 180);
    for (size_t i = 0; i < all.mask.stride * all.mask.height; i++)
        all.mask.words[i] = UINT64_C(0x5555555555555555);
    assert_int_equal(find(&all, &rules), 0);
    end(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_components_are_those_of_a_flood_fill),
        cmocka_unit_test(test_neighbours_are_grouped_and_the_small_dropped),
        cmocka_unit_test(test_holes_are_filled_and_bays_are_not),
        cmocka_unit_test(test_noise_has_no_blobs),
    };
    return cmocka_run_group_tests_name("blobs", tests, NULL, NULL);
}
