/* wallwatch cameras: what is attached. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "capture/v4l2/controls.h"
#include "capture/v4l2/device.h"
#include "capture/v4l2/formats.h"
#include "commands/commands.h"
#include "commands/table.h"

static const char usage[] =
    "usage: wallwatch cameras [--json]\n"
    "\n"
    "Lists the cameras of this machine: their driver, the path that stays theirs, the formats, sizes and "
    "rates\n"
    "that they offer, and their controls with range and value. Parts of cameras that give no frames, and\n"
    "outputs, are left out.\n"
    "\n"
    "      --json  for machines\n"
    "  -h, --help  this text\n"
    "\n"
    "Exit status: 0 cameras were listed, 1 there is none, or none may be looked at.\n";

enum { MOST_CAMERAS = 256, MOST_PATHS = 4, RATES_TEXT = 96 };

struct attached {
    char device[32];
    struct ww_device_facts facts;
    char paths[MOST_PATHS][WW_DEVICE_PATH]; /* that stay the camera's; by its serial number first */
    int path_count;
    struct ww_camera_formats formats;
    struct ww_controls controls;
};

/* --- finding -------------------------------------------------------------------------------------- */

/* Returns 0, -ENODEV where it is no camera, or why it cannot be looked at. */
static int look(struct attached *camera)
{
    int fd = open(camera->device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENXIO ? -ENODEV : -errno;
    int code = ww_device_facts(fd, &camera->facts) == 0 && ww_device_is_camera(&camera->facts) ? 0 : -ENODEV;
    if (code == 0)
        code = ww_camera_formats_read(&camera->formats, fd);
    if (code == 0)
        code = ww_controls_read(&camera->controls, fd);
    close(fd);
    if (code == 0)
        camera->path_count = ww_device_lasting_paths(camera->device, camera->paths, MOST_PATHS);
    return code;
}

/* Returns how many there are; what is there and may not be looked at is said. */
static size_t find_cameras(struct attached **cameras, int *refused)
{
    size_t count = 0;
    *refused = 0;
    for (int i = 0; i < MOST_CAMERAS; i++) {
        struct attached camera = {0};
        snprintf(camera.device, sizeof camera.device, "/dev/video%d", i);
        int code = look(&camera);
        if (code == -ENODEV)
            continue;
        if (code != 0) {
            ww_log(WW_LOG_WARNING, "%s: %s", camera.device,
                   code == -EACCES ? "no permission; members of the group 'video' have it" : strerror(-code));
            ++*refused;
            continue;
        }
        struct attached *grown = realloc(*cameras, (count + 1) * sizeof *grown);
        if (!grown)
            break;
        *cameras = grown;
        grown[count++] = camera;
    }
    return count;
}

/* --- for people ----------------------------------------------------------------------------------- */

static void print_rates(const struct ww_rates *rates, char text[RATES_TEXT])
{
    int at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < rates->count && at < RATES_TEXT - 1; i++)
        at += snprintf(text + at, (size_t)(RATES_TEXT - at), "%s%.4g",
                       i == 0            ? ""
                       : rates->is_range ? " to "
                                         : ", ",
                       rates->list[i]);
}

static void print_size(const struct ww_frame_size *size, char dimensions[64], char rates[RATES_TEXT])
{
    int at = snprintf(dimensions, 64, "%ux%u", size->width, size->height);
    if (size->max_width)
        snprintf(dimensions + at, 64 - (size_t)at, " to %ux%u", size->max_width, size->max_height);
    print_rates(&size->rates, rates);
}

static bool are_alike(const struct ww_camera_format *a, const struct ww_camera_format *b)
{
    char dimensions[2][64], rates[2][RATES_TEXT];
    bool alike = a->size_count == b->size_count;
    for (size_t i = 0; alike && i < a->size_count; i++) {
        print_size(&a->sizes[i], dimensions[0], rates[0]);
        print_size(&b->sizes[i], dimensions[1], rates[1]);
        alike = strcmp(dimensions[0], dimensions[1]) == 0 && strcmp(rates[0], rates[1]) == 0;
    }
    return alike;
}

static void print_format(struct ww_table *table, const struct ww_camera_format *format, const char *name)
{
    for (size_t i = 0; i < format->size_count; i++) {
        char dimensions[64], rates[RATES_TEXT];
        print_size(&format->sizes[i], dimensions, rates);
        ww_table_add(table, (const char *const[]){i == 0 ? name : "", dimensions, rates});
    }
}

/* Many formats come in the same sizes: those are told once. */
static void print_formats(const struct attached *camera)
{
    static const char *const header[] = {"  format", "size", "frames a second"};
    const struct ww_camera_format *told = NULL;
    struct ww_table table;
    ww_table_begin(&table, header, 3);
    for (size_t i = 0; i < camera->formats.count; i++) {
        const struct ww_camera_format *format = &camera->formats.list[i];
        char name[8], indented[12], as[16];
        ww_format_name(format->fourcc, name);
        snprintf(indented, sizeof indented, "  %s", name);
        if (told && format->size_count > 1 && are_alike(format, told)) {
            ww_format_name(told->fourcc, name);
            snprintf(as, sizeof as, "as %s", name);
            ww_table_add(&table, (const char *const[]){indented, as, ""});
            continue;
        }
        told = format;
        print_format(&table, format, indented);
    }
    ww_table_print(&table, stdout);
}

static void print_choices(const struct ww_control *control, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    if (control->menu_count == 0) {
        snprintf(text, size, "%" PRId64 " to %" PRId64, control->low, control->high);
        return;
    }
    for (size_t i = 0; i < control->menu_count && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%" PRId64 " %s", i ? ", " : "",
                               control->menu[i].value, control->menu[i].name);
    if (size > 48 && at > 48) /* keeps the table narrow; --json has it all */
        snprintf(text + 45, size - 45, "…");
}

static void print_controls(const struct attached *camera)
{
    static const char *const header[] = {"  control", "value", "range"};
    struct ww_table table;
    if (camera->controls.count == 0)
        return;
    ww_table_begin(&table, header, 3);
    for (size_t i = 0; i < camera->controls.count; i++) {
        const struct ww_control *control = &camera->controls.list[i];
        char name[WW_CONTROL_NAME + 4], value[24] = "", choices[256];
        snprintf(name, sizeof name, "  %s", control->name);
        if (control->has_value)
            snprintf(value, sizeof value, "%" PRId64, control->value);
        print_choices(control, choices, sizeof choices);
        ww_table_add(&table, (const char *const[]){name, value, choices});
    }
    ww_table_print(&table, stdout);
}

static void print_camera(const struct attached *camera)
{
    printf("%s  %s (%s)\n", camera->device, camera->facts.card, camera->facts.driver);
    for (int i = 0; i < camera->path_count; i++)
        printf("  %s  %s\n", i == 0 ? "name it" : "or     ", camera->paths[i]);
    print_formats(camera);
    print_controls(camera);
}

/* --- for machines --------------------------------------------------------------------------------- */

static json_t *sizes_json(const struct ww_camera_format *format)
{
    json_t *list = json_array();
    for (size_t i = 0; i < format->size_count; i++) {
        const struct ww_frame_size *size = &format->sizes[i];
        json_t *rates = json_array();
        for (size_t j = 0; j < size->rates.count; j++)
            json_array_append_new(rates, json_real(size->rates.list[j]));
        json_t *one =
            json_pack("{s:I, s:I, s:o, s:b}", "width", (json_int_t)size->width, "height",
                      (json_int_t)size->height, "rates", rates, "rates_are_range", size->rates.is_range);
        if (size->max_width) {
            json_object_set_new(one, "max_width", json_integer(size->max_width));
            json_object_set_new(one, "max_height", json_integer(size->max_height));
        }
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *formats_json(const struct attached *camera)
{
    json_t *list = json_array();
    for (size_t i = 0; i < camera->formats.count; i++) {
        const struct ww_camera_format *format = &camera->formats.list[i];
        char name[8];
        enum ww_codec codec;
        enum ww_raw_format raw;
        ww_format_name(format->fourcc, name);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b, s:o}", "format", name, "description", format->name, "converted",
                            !ww_fourcc_is_native(format->fourcc, &codec, &raw), "sizes", sizes_json(format)));
    }
    return list;
}

static json_t *controls_json(const struct attached *camera)
{
    json_t *list = json_array();
    for (size_t i = 0; i < camera->controls.count; i++) {
        const struct ww_control *control = &camera->controls.list[i];
        json_t *one = json_pack("{s:s, s:I, s:I, s:I, s:I, s:b}", "name", control->name, "min",
                                (json_int_t)control->low, "max", (json_int_t)control->high, "step",
                                (json_int_t)control->step, "default", (json_int_t)control->initial,
                                "read_only", control->read_only);
        if (control->has_value)
            json_object_set_new(one, "value", json_integer(control->value));
        if (control->menu_count > 0) {
            json_t *menu = json_object();
            for (size_t j = 0; j < control->menu_count; j++)
                json_object_set_new(menu, control->menu[j].name, json_integer(control->menu[j].value));
            json_object_set_new(one, "menu", menu);
        }
        json_array_append_new(list, one);
    }
    return list;
}

static int print_json(const struct attached *cameras, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *paths = json_array();
        for (int j = 0; j < cameras[i].path_count; j++)
            json_array_append_new(paths, json_string(cameras[i].paths[j]));
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "device", cameras[i].device,
                                        "name", cameras[i].facts.card, "driver", cameras[i].facts.driver,
                                        "bus", cameras[i].facts.bus, "paths", paths, "formats",
                                        formats_json(&cameras[i]), "controls", controls_json(&cameras[i])));
    }
    int code = json_dumpf(list, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(list);
    return code;
}

static int list_cameras(bool json)
{
    struct attached *cameras = NULL;
    int refused;
    size_t count = find_cameras(&cameras, &refused);
    if (json)
        print_json(cameras, count);
    for (size_t i = 0; i < count; i++) {
        if (!json) {
            if (i > 0)
                puts("");
            print_camera(&cameras[i]);
        }
        ww_camera_formats_free(&cameras[i].formats);
        ww_controls_free(&cameras[i].controls);
    }
    free(cameras);
    if (count == 0 && refused == 0)
        ww_log(WW_LOG_ERROR,
               "no camera is attached that the kernel has a driver for; network cameras are named "
               "by their address, such as rtsp://192.168.1.20/stream");
    return count > 0 ? WW_EXIT_DONE : WW_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    bool json = false;
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case 'j': json = true; break;
        case 'h': fputs(usage, stdout); return WW_EXIT_DONE;
        default: return ww_wrong_usage(&ww_command_cameras, NULL);
        }
    }
    if (optind < argc)
        return ww_wrong_usage(&ww_command_cameras, "'%s' was not expected", argv[optind]);
    return list_cameras(json);
}

const struct ww_command ww_command_cameras = {
    .name = "cameras",
    .about = "list the cameras that are attached",
    .usage = usage,
    .run = run,
};
