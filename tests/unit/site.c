/* The configuration: what is accepted, and what is said of mistakes. SPDX-License-Identifier: Apache-2.0 */
#include "config/site_files.h"

#include <errno.h>

#include "unit.h"

static const char whole[] =
    "site: north compound\n"
    "store: {path: /var/lib/wallwatch, keep: 30d, max: 50GB, min_free: 2GB}\n"
    "cameras:\n"
    "  - name: rear-wall\n"
    "    source: /dev/v4l/by-id/usb-046d_HD_Webcam-video-index0\n"
    "    capture: {format: mjpeg, size: 1280x720, fps: 15, controls: {power_line_frequency: 1}}\n"
    "    analyse: {width: 640, fps: 10}\n"
    "    sensitivity: normal            # low | normal | high\n"
    "    walls:\n"
    "      - name: rear\n"
    "        line: [[0.02, 0.41], [0.55, 0.38], [0.98, 0.40]]\n"
    "        outside: left\n"
    "        alarm: [inward, approach]\n"
    "        strip: 0.08\n"
    "    zones:  [{name: gate, polygon: [[0.1,0.6],[0.3,0.6],[0.3,0.9],[0.1,0.9]], alarm: [motion, loiter], "
    "dwell: 5s}]\n"
    "    ignore: [[[0,0],[0.2,0],[0.2,0.1],[0,0.1]]]\n"
    "    person: [[0.1, 0.9, 0.30], [0.5, 0.4, 0.10]]\n"
    "    armed: \"18:00-06:00\"\n";

static void test_the_whole_configuration_is_read(void **state)
{
    (void)state;
    struct ww_site *site;
    struct ww_error error = {0};
    if (ww_site_parse(&site, "site.yaml", whole, strlen(whole), &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(site->site, "north compound");
    assert_string_equal(site->store.keep, "30d");
    const struct ww_site_camera *camera = ww_site_find(site, "rear-wall");
    assert_non_null(camera);
    assert_null(ww_site_find(site, "front"));
    assert_string_equal(camera->capture.size, "1280x720");
    assert_int_equal(camera->analyse.width, 640);
    assert_int_equal(camera->wall_count, 1);
    assert_int_equal(camera->walls[0].line_count, 3);
    assert_true(camera->walls[0].line[1].x == 0.55f && camera->walls[0].line[1].y == 0.38f);
    assert_int_equal(camera->walls[0].outside, WW_OUTSIDE_LEFT);
    assert_int_equal(camera->walls[0].alarm_count, 2);
    assert_int_equal(camera->walls[0].alarm[1], WW_ALARM_APPROACH);
    assert_true(camera->walls[0].strip == 0.08f);
    assert_int_equal(camera->zones[0].polygon_count, 4);
    assert_string_equal(camera->zones[0].dwell, "5s");
    assert_int_equal(camera->ignored_count, 1);
    assert_int_equal(camera->ignored[0].point_count, 4);
    assert_true(camera->ignored[0].points[2].x == 0.2f);
    assert_int_equal(camera->person_count, 2);
    assert_true(camera->person[1].height == 0.10f);
    assert_string_equal(camera->armed, "18:00-06:00");
    ww_site_free(site);
}

static void test_the_smallest_configuration_has_defaults(void **state)
{
    (void)state;
    static const char text[] =
        "cameras: [{name: a, walls: [{name: w, line: [[0,0],[1,1]], outside: right}]}]";
    struct ww_site *site;
    struct ww_error error = {0};
    if (ww_site_parse(&site, "site.yaml", text, strlen(text), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(site->cameras[0].sensitivity, WW_SENSITIVITY_NORMAL);
    assert_int_equal(site->cameras[0].ignored_count, 0);
    assert_true(site->cameras[0].walls[0].strip == 0.08f);
    ww_site_free(site);
}

struct mistake {
    const char *from, *to; /* what is exchanged in the whole configuration */
    const char *place;     /* file and line */
    const char *says[3];
};

static const struct mistake mistakes[] = {
    {"sensitivity:",
     "sensitivty:",
     "site.yaml:8:",
     {"unknown key 'sensitivty'", "did you mean 'sensitivity'"}},
    {"    armed:", "    colour:", "site.yaml:18:", {"unknown key 'colour'", "known are", "walls"}},
    {"sensitivity: normal",
     "sensitivity: medium",
     "site.yaml:8:",
     {"low, normal, high", "medium", "sensitivity"}},
    {"width: 640", "width: wide", "site.yaml:7:", {"a whole number was expected", "'wide'", "analyse/width"}},
    {"width: 640", "width: 6", "site.yaml:7:", {"6 pixels", "64 to"}},
    {"fps: 10}", "fps: -1}", "site.yaml:7:", {"-1 is no rate"}},
    {"size: 1280x720", "size: large", "site.yaml:6:", {"a size such as 1280x720", "'large'"}},
    {"controls: {power_line_frequency: 1}", "controls: 5", "site.yaml:6:", {"power_line_frequency"}},
    {"outside: left", "outside: up", "site.yaml:12:", {"left, right", "'up'"}},
    {"        outside: left\n", "", "site.yaml:10:", {"'outside' is missing", "walls/0"}},
    {"[[0.02, 0.41], [0.55, 0.38], [0.98, 0.40]]",
     "[[0.02, 0.41]]",
     "site.yaml:11:",
     {"at least 2 points", "there is 1"}},
    {"[[0.02, 0.41], [0.55, 0.38], [0.98, 0.40]]",
     "[[0.02, 0.41], [0.55]]",
     "site.yaml:11:",
     {"2 numbers were expected", "there are 1"}},
    {"[0.98, 0.40]", "[980, 0.40]", "site.yaml:11:", {"fractions of the frame", "point 3", "980"}},
    {"strip: 0.08", "strip: 8", "site.yaml:14:", {"8 is no depth"}},
    {"[[0.1,0.6],[0.3,0.6],[0.3,0.9],[0.1,0.9]]",
     "[[0.1,0.6],[0.3,0.6]]",
     "site.yaml:15:",
     {"at least 3 points", "there are 2", "polygon"}},
    {"[[0.1,0.6],[0.3,0.6],[0.3,0.9],[0.1,0.9]]",
     "[[0.1,0.1],[0.2,0.2],[0.3,0.3]]",
     "site.yaml:15:",
     {"no area"}},
    {"[0.55, 0.38]", "[0.02, 0.41]", "site.yaml:11:", {"points 1 and 2 are the same"}},
    {"[0.98, 0.40]]",
     "[0.98, 0.40], [0.3, 0.2], [0.3, 0.8]]",
     "site.yaml:11:",
     {"crosses itself", "4 and 5"}},
    {"strip: 0.08", "dwell: 0s", "site.yaml:14:", {"a duration such as 5s", "'0s'"}},
    {"dwell: 5s", "dwell: soon", "site.yaml:15:", {"a duration such as 5s", "'soon'"}},
    {"[[[0,0],[0.2,0],[0.2,0.1],[0,0.1]]]",
     "[[[0,0],[0.2,0]]]",
     "site.yaml:16:",
     {"at least 3 points", "ignore/0"}},
    {"[[[0,0],[0.2,0],[0.2,0.1],[0,0.1]]]",
     "[[[0,0],[0.2,x],[1,1]]]",
     "site.yaml:16:",
     {"point 2 is no pair"}},
    {"[0.1, 0.9, 0.30]", "[0.1, 0.9]", "site.yaml:17:", {"3 numbers were expected"}},
    {"[0.1, 0.9, 0.30]", "[0.1, 0.9, 30]", "site.yaml:17:", {"fractions"}},
    {"\"18:00-06:00\"", "\"18-6\"", "site.yaml:18:", {"18:00-06:00", "days and hours", "'18-6'"}},
    {"keep: 30d", "keep: 30", "site.yaml:2:", {"a duration such as 30d"}},
    {"max: 50GB", "max: lots", "site.yaml:2:", {"a size such as 50GB"}},
    {"  - name: rear-wall\n    source:", "  - source:", "site.yaml:4:", {"'name' is missing", "cameras/0"}},
    {"    zones:", "    walls:", "site.yaml:15:", {"'walls' is given twice"}},
    {"name: gate", "name: rear", "site.yaml:15:", {"no other wall or zone"}},
    {"name: gate", "name: [a]", "site.yaml:15:", {"a text was expected", "list"}},
    {"    sensitivity: normal ",
     "    sensitivity: {a: 1} ",
     "site.yaml:8:",
     {"one word was expected", "group of keys"}},
    {"cameras:\n", "cameras: []\nrest:\n", "site.yaml:3:", {"at least 1"}},
    {"site: north compound", "site: [north", "site.yaml:", {"this is no YAML"}},
};

/* The text with the first `from` exchanged for `to`; the caller frees it. */
static char *exchange(const char *from, const char *to)
{
    const char *at = strstr(whole, from);
    char *text;
    if (!at)
        fail_msg("'%s' is not in the configuration", from);
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from)) > 0);
    return text;
}

static void test_mistakes_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const struct mistake *mistake = &mistakes[i];
        struct ww_site *site;
        struct ww_error error = {0};
        char *text = exchange(mistake->from, mistake->to);
        if (ww_site_parse(&site, "site.yaml", text, strlen(text), &error) != -EINVAL)
            fail_msg("'%s' was accepted", mistake->to);
        assert_null(site);
        assert_says(error.text, mistake->place);
        for (size_t s = 0; s < 3 && mistake->says[s]; s++)
            assert_says(error.text, mistake->says[s]);
        free(text);
    }
}

static void test_what_is_no_configuration_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } others[] = {
        {"", "the configuration is empty"},
        {"just words", "keys with values were expected"},
        {"- a\n- b\n", "keys with values were expected"},
        {"site: x\n", "'cameras' is missing"},
        {"cameras: 5\n", "a list was expected"},
        {"\xff\xff: 1\n", "no YAML"},
        {"a: *b\n", "no YAML"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct ww_site *site;
        struct ww_error error = {0};
        assert_int_equal(ww_site_parse(&site, "x.yaml", others[i].text, strlen(others[i].text), &error),
                         -EINVAL);
        assert_says(error.text, "x.yaml:");
        assert_says(error.text, others[i].says);
    }
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int read_in(const char *folder, struct ww_site **site, struct ww_error *error)
{
    char path[256];
    snprintf(path, sizeof path, "%s/site.yaml", folder);
    return ww_site_read(site, path, error);
}

static const char written[] = "cameras:\n  - name: front\n  - {name: rear, walls: [{name: w, line: [[0, 0], "
                              "[1, 1]], outside: left}]}\n";

static void test_what_is_drawn_adds_to_what_is_written(void **state)
{
    (void)state;
    struct ww_site *site;
    struct ww_error error = {0};
    char *folder = unit_folder(), rear[WW_SHA256_TEXT], front[WW_SHA256_TEXT];
    write_file(folder, "site.yaml", written);
    assert_int_equal(read_in(folder, &site, &error), 0);
    memcpy(front, site->cameras[0].digest, sizeof front);
    memcpy(rear, site->cameras[1].digest, sizeof rear);
    ww_site_free(site);
    write_file(folder, "site.drawn.yaml",
               "cameras:\n"
               "  - name: rear\n"
               "    walls: [{name: d, line: [[0, 0.5], [1, 0.5]], outside: right}]\n"
               "    zones: [{name: z, polygon: [[0, 0], [1, 0], [1, 1]]}]\n"
               "    ignore: [[[0, 0], [0.5, 0], [0.5, 0.5]]]\n"
               "    person: [[0.5, 0.9, 0.3]]\n"
               "  - {name: gone, person: [[0.5, 0.9, 0.3]]}\n");
    assert_int_equal(read_in(folder, &site, &error), 0);
    const struct ww_site_camera *camera = ww_site_find(site, "rear");
    assert_int_equal(site->camera_count, 2);
    assert_int_equal(camera->wall_count, 2);
    assert_string_equal(camera->walls[0].name, "w");
    assert_string_equal(camera->walls[1].name, "d");
    assert_int_equal(camera->walls[1].outside, WW_OUTSIDE_RIGHT);
    assert_true(camera->walls[1].strip > 0); /* defaults hold there, too */
    assert_string_equal(camera->zones[0].name, "z");
    assert_int_equal(camera->ignored_count, 1);
    assert_int_equal(camera->person_count, 1);
    assert_string_not_equal(camera->digest, rear);       /* it begins anew; */
    assert_string_equal(site->cameras[0].digest, front); /* the other goes on */
    ww_site_free(site);
    free(folder);
}

static void test_mistakes_in_what_is_drawn_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } mistakes[] = {
        {"cameras: [{name: rear, walls: [{name: w, line: [[0, 0], [1, 0]], outside: left}]}]",
         "the configuration has a 'w' already"},
        {"cameras: [{name: rear, zones: [{name: w, polygon: [[0, 0], [1, 0], [1, 1]]}]}]",
         "the configuration has a 'w' already"},
        {"cameras: [{name: rear, source: /dev/video0}]", "source"},
        {"cameras: [{name: rear, ignore: [[[0, 0], [1, 0]]]}]", "at least 3 points"},
        {"cameras: [{name: rear}, {name: rear}]", "no other camera"},
        {"store: {path: /tmp}\ncameras: [{name: rear}]", "store"},
        {"", "empty"},
    };
    char *folder = unit_folder();
    write_file(folder, "site.yaml", written);
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct ww_site *site;
        struct ww_error error = {0};
        write_file(folder, "site.drawn.yaml", mistakes[i].text);
        assert_int_equal(read_in(folder, &site, &error), -EINVAL);
        assert_null(site);
        assert_says(error.text, "site.drawn.yaml");
        assert_says(error.text, mistakes[i].says);
    }
    free(folder);
}

static void test_where_what_is_drawn_stands(void **state)
{
    (void)state;
    static const struct {
        const char *path, *drawn, *wanted;
    } places[] = {
        {"site.yaml", NULL, "site.drawn.yaml"},
        {"/etc/w.d/north.yml", NULL, "/etc/w.d/north.drawn.yaml"},
        {"/etc/w.d/north", NULL, "/etc/w.d/north.drawn.yaml"},
        {"a/site.yaml", "walls.yaml", "a/walls.yaml"},
        {"site.yaml", "walls.yaml", "walls.yaml"},
        {"a/site.yaml", "/var/lib/w.yaml", "/var/lib/w.yaml"},
        {".yaml", NULL, ".yaml.drawn.yaml"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const struct ww_site site = {.drawn = (char *)(uintptr_t)places[i].drawn};
        char *path = ww_site_drawn_path(&site, places[i].path, NULL);
        assert_string_equal(path, places[i].wanted);
        free(path);
    }
    char *path = ww_site_drawn_path(NULL, NULL, "out");
    assert_string_equal(path, "out/drawn.yaml");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_whole_configuration_is_read),
        cmocka_unit_test(test_the_smallest_configuration_has_defaults),
        cmocka_unit_test(test_mistakes_are_named),
        cmocka_unit_test(test_what_is_no_configuration_is_named),
        cmocka_unit_test(test_what_is_drawn_adds_to_what_is_written),
        cmocka_unit_test(test_mistakes_in_what_is_drawn_are_named),
        cmocka_unit_test(test_where_what_is_drawn_stands),
    };
    return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
