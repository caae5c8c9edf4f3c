/* Who is drawn into a frame for a drill, and how sure a share is. SPDX-License-Identifier: Apache-2.0 */
#include "commands/intruder.h"

#include <math.h>

#include "commands/rate.h"
#include "unit.h"

enum { WIDTH = 640, HEIGHT = 360 };

static const struct ww_point level[] = {{0, 0.5f}, {1, 0.5f}}; /* at y = 180 */
static const struct ww_point upright[] = {{0.5f, 1}, {0.5f, 0}};
static const struct ww_person_height person[] = {{0.5f, 0.5f, 0.2f}, {0.5f, 0.9f, 0.3f}};
static const struct ww_camera_view view = {.name = "yard", .person = person, .person_count = 2};
static uint8_t ground[HEIGHT][WIDTH], before[HEIGHT][WIDTH], drawn[HEIGHT][WIDTH];

static struct ww_region wall_of(const struct ww_point *line)
{
    return (struct ww_region){
        .kind = WW_REGION_WALL, .points = line, .point_count = 2, .strip = 0.05f, .outside = WW_OUTSIDE_LEFT};
}

static struct ww_intruder *create(const struct ww_region *wall, enum ww_intruder_way way, float contrast)
{
    const struct ww_intruder_plan plan = {.wall = wall, .place = 0.5f, .way = way, .contrast = contrast};
    struct ww_intruder *intruder;
    assert_int_equal(ww_intruder_create(&intruder, &plan, &view, WIDTH, HEIGHT), 0);
    return intruder;
}

static bool draw(struct ww_intruder *intruder, double t, struct ww_box *box)
{
    const struct ww_luma now = {ground[0], WIDTH, WIDTH, HEIGHT}, last = {before[0], WIDTH, WIDTH, HEIGHT};
    memcpy(drawn, ground, sizeof drawn);
    return ww_intruder_draw(intruder, t, &now, &last, drawn[0], WIDTH, box);
}

/* The only thing that changes is in the box; and all of it does as it should. */
static void check_outside(const struct ww_box *box)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool in = x >= box->x - 2 && x < box->x + box->width + 2 && y >= box->y - 2 &&
                      y < box->y + box->height + 2;
            if (!in)
                assert_int_equal(drawn[y][x], ground[y][x]);
        }
}

static int changed(void)
{
    int count = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            count += drawn[y][x] != ground[y][x];
    return count;
}

static void fill(int luma, int noise)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            ground[y][x] =
                (uint8_t)(luma + (noise ? (int)(unit_random() % (unsigned)(2 * noise + 1)) - noise : 0));
            before[y][x] =
                (uint8_t)(luma + (noise ? (int)(unit_random() % (unsigned)(2 * noise + 1)) - noise : 0));
        }
}

static void test_he_walks_over_the_line_as_tall_as_a_person(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level);
    struct ww_intruder *intruder = create(&wall, WW_INTRUDER_WALKS, -0.6f);
    struct ww_box box;
    double over = ww_intruder_crosses(intruder), whole = ww_intruder_seconds(intruder);
    fill(120, 0);
    assert_true(over > 0 && over < whole);
    assert_int_equal(ww_intruder_place(intruder).y, 180);
    for (int i = 0; i * 0.05 < whole; i++) {
        double t = i * 0.05;
        assert_true(draw(intruder, t, &box));
        check_outside(&box);
        int feet = box.y + box.height;
        if (fabs(t - over) > 0.1)
            assert_true(t < over ? feet < 180 : feet > 177);
        if (fabs(t - over) < 0.1)
            assert_in_range(box.height, 68, 76); /* 72 at the line */
    }
    ww_intruder_destroy(intruder);
}

static void test_his_contrast_is_that_of_the_ground_by_day_and_by_night(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level);
    const int lumas[] = {200, 100, 40};
    for (int i = 0; i < 3; i++) {
        struct ww_intruder *intruder = create(&wall, WW_INTRUDER_WALKS, -0.6f);
        struct ww_box box;
        fill(lumas[i], 0);
        assert_true(draw(intruder, ww_intruder_crosses(intruder), &box));
        int middle = drawn[box.y + box.height * 4 / 10][box.x + box.width / 2];
        assert_in_range(middle, 16 + (lumas[i] - 16) * 4 / 10 - 2, 16 + (lumas[i] - 16) * 4 / 10 + 2);
        ww_intruder_destroy(intruder);
    }
    struct ww_intruder *intruder = create(&wall, WW_INTRUDER_WALKS, 0.6f);
    struct ww_box box;
    fill(200, 0);
    assert_true(draw(intruder, 1, &box));
    assert_true(ww_intruder_contrast(intruder) < 0); /* white has an end */
    ww_intruder_destroy(intruder);
}

/* As much as its surroundings: neither cut out nor covered with more. */
static void test_the_noise_of_the_camera_is_on_him(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level);
    struct ww_intruder *intruder = create(&wall, WW_INTRUDER_WALKS, -0.6f);
    struct ww_box box;
    double sum = 0, squares = 0;
    int count = 0;
    fill(120, 6); /* deviation 3.7 */
    for (int frame = 0; frame < 40; frame++) {
        fill(120, 6);
        assert_true(draw(intruder, ww_intruder_crosses(intruder), &box));
        int value = drawn[box.y + box.height * 4 / 10][box.x + box.width / 2];
        sum += value;
        squares += value * value;
        count++;
    }
    double deviation = sqrt(squares / count - sum / count * (sum / count));
    assert_true(deviation > 2.5 && deviation < 5.5);
    ww_intruder_destroy(intruder);
}

static void test_who_climbs_is_hidden_behind_the_wall_first(void **state)
{
    (void)state;
    const struct ww_region wall = wall_of(level);
    struct ww_intruder *intruder = create(&wall, WW_INTRUDER_CLIMBS, -0.6f);
    struct ww_box box;
    int tallest = 0;
    fill(120, 0);
    assert_false(draw(intruder, 0, &box));
    for (int i = 2; i * 0.1 < ww_intruder_crosses(intruder); i++) {
        double t = i * 0.1;
        if (!draw(intruder, t, &box))
            continue;
        assert_true(box.y + box.height <= 181);
        assert_true(box.height >= tallest);
        tallest = box.height;
    }
    assert_in_range(tallest, 30, 60);
    assert_true(draw(intruder, ww_intruder_seconds(intruder), &box));
    assert_true(box.y + box.height > 240);
    ww_intruder_destroy(intruder);
    const struct ww_region side = wall_of(upright);
    assert_true(ww_intruder_can_climb(&wall, 0.5f, WIDTH, HEIGHT));
    assert_false(ww_intruder_can_climb(&side, 0.5f, WIDTH, HEIGHT));
}

/* Beyond the picture nothing is drawn, and nothing written. */
static void test_who_is_outside_of_the_picture(void **state)
{
    (void)state;
    const struct ww_point top[] = {{0, 0.01f}, {1, 0.01f}}, bottom[] = {{0, 0.99f}, {1, 0.99f}};
    const struct ww_region walls[] = {wall_of(top), wall_of(bottom)};
    struct ww_box box;
    fill(120, 0);
    for (int i = 0; i < 2; i++) {
        for (int way = 0; way < WW_INTRUDER_WAYS; way++) {
            struct ww_intruder *intruder = create(&walls[i], (enum ww_intruder_way)way, 0.3f);
            for (int t = 0; t * 0.1 <= ww_intruder_seconds(intruder); t++)
                if (!draw(intruder, t * 0.1, &box))
                    assert_true(changed() < 40); /* a rim at the most */
                else
                    assert_true(box.x >= 0 && box.y >= 0 && box.x + box.width <= WIDTH &&
                                box.y + box.height <= HEIGHT);
            ww_intruder_destroy(intruder);
        }
    }
}

/* Values of Wilson's interval from its definition. */
static void test_how_sure_a_share_is(void **state)
{
    (void)state;
    struct ww_rate rate = ww_rate_of(8, 10);
    assert_true(fabs(rate.share - 0.8) < 1e-9);
    assert_true(fabs(rate.low - 0.4902) < 1e-3 && fabs(rate.high - 0.9433) < 1e-3);
    rate = ww_rate_of(10, 10);
    assert_true(rate.high == 1 && fabs(rate.low - 0.7225) < 1e-3);
    rate = ww_rate_of(0, 5);
    assert_true(rate.low == 0 && fabs(rate.high - 0.4345) < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_he_walks_over_the_line_as_tall_as_a_person),
        cmocka_unit_test(test_his_contrast_is_that_of_the_ground_by_day_and_by_night),
        cmocka_unit_test(test_the_noise_of_the_camera_is_on_him),
        cmocka_unit_test(test_who_climbs_is_hidden_behind_the_wall_first),
        cmocka_unit_test(test_who_is_outside_of_the_picture),
        cmocka_unit_test(test_how_sure_a_share_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
