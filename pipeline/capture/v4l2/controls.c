/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/v4l2/controls.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "capture/v4l2/device.h"

enum { MOST_CONTROLS = 512, MOST_ENTRIES = 256 };

static void make_name(char *name, const char *said)
{
    size_t length = 0;
    for (; *said && length + 1 < WW_CONTROL_NAME; said++) {
        if (isalnum((unsigned char)*said))
            name[length++] = (char)tolower((unsigned char)*said);
        else if (length > 0 && name[length - 1] != '_')
            name[length++] = '_';
    }
    while (length > 0 && name[length - 1] == '_')
        length--;
    name[length] = '\0';
}

static bool has_number(uint32_t type)
{
    return type == V4L2_CTRL_TYPE_INTEGER || type == V4L2_CTRL_TYPE_BOOLEAN || type == V4L2_CTRL_TYPE_MENU ||
           type == V4L2_CTRL_TYPE_INTEGER_MENU || type == V4L2_CTRL_TYPE_BITMASK ||
           type == V4L2_CTRL_TYPE_INTEGER64 || type == V4L2_CTRL_TYPE_BUTTON;
}

static void read_menu(struct ww_control *control, int fd)
{
    for (int64_t i = control->low; i <= control->high && control->menu_count < MOST_ENTRIES; i++) {
        struct v4l2_querymenu entry = {.id = control->id, .index = (uint32_t)i};
        if (ww_device_ask(fd, VIDIOC_QUERYMENU, &entry) != 0)
            continue;
        struct ww_menu_entry *grown =
            realloc(control->menu, (control->menu_count + 1) * sizeof *control->menu);
        if (!grown)
            return;
        control->menu = grown;
        struct ww_menu_entry *menu = &control->menu[control->menu_count++];
        menu->value = i;
        if (control->type == V4L2_CTRL_TYPE_INTEGER_MENU)
            snprintf(menu->name, sizeof menu->name, "%" PRId64, (int64_t)entry.value);
        else
            snprintf(menu->name, sizeof menu->name, "%s", (const char *)entry.name);
    }
}

static void read_value(struct ww_control *control, int fd)
{
    struct v4l2_ext_control one = {.id = control->id};
    struct v4l2_ext_controls all = {.which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = &one};
    if (control->type == V4L2_CTRL_TYPE_BUTTON || ww_device_ask(fd, VIDIOC_G_EXT_CTRLS, &all) != 0)
        return;
    control->value = control->type == V4L2_CTRL_TYPE_INTEGER64 ? one.value64 : one.value;
    control->has_value = true;
}

static int add(struct ww_controls *controls, int fd, const struct v4l2_query_ext_ctrl *query)
{
    struct ww_control *grown = realloc(controls->list, (controls->count + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    controls->list = grown;
    struct ww_control *control = &grown[controls->count++];
    *control = (struct ww_control){
        .id = query->id,
        .type = query->type,
        .low = query->minimum,
        .high = query->maximum,
        .step = query->step ? (int64_t)query->step : 1,
        .initial = query->default_value,
        .read_only = (query->flags & V4L2_CTRL_FLAG_READ_ONLY) != 0,
        .inactive = (query->flags & V4L2_CTRL_FLAG_INACTIVE) != 0,
    };
    make_name(control->name, query->name);
    if (control->type == V4L2_CTRL_TYPE_MENU || control->type == V4L2_CTRL_TYPE_INTEGER_MENU)
        read_menu(control, fd);
    read_value(control, fd);
    return 0;
}

int ww_controls_read(struct ww_controls *controls, int fd)
{
    const uint32_t next = V4L2_CTRL_FLAG_NEXT_CTRL;
    struct v4l2_query_ext_ctrl query = {.id = next};
    *controls = (struct ww_controls){0};
    while (controls->count < MOST_CONTROLS && ww_device_ask(fd, VIDIOC_QUERY_EXT_CTRL, &query) == 0) {
        bool usable =
            has_number(query.type) && !(query.flags & V4L2_CTRL_FLAG_DISABLED) && query.nr_of_dims == 0;
        if (usable && add(controls, fd, &query) != 0) {
            ww_controls_free(controls);
            return -ENOMEM;
        }
        query = (struct v4l2_query_ext_ctrl){.id = query.id | next};
    }
    return 0;
}

void ww_controls_free(struct ww_controls *controls)
{
    for (size_t i = 0; i < controls->count; i++)
        free(controls->list[i].menu);
    free(controls->list);
    *controls = (struct ww_controls){0};
}

static const struct ww_control *find(const struct ww_controls *controls, const char *name)
{
    for (size_t i = 0; i < controls->count; i++)
        if (strcmp(controls->list[i].name, name) == 0)
            return &controls->list[i];
    return NULL;
}

static int refuse_name(const struct ww_controls *controls, const char *name, struct ww_error *error)
{
    char known[360] = "";
    size_t at = 0, i = 0;
    for (; i < controls->count && at + WW_CONTROL_NAME + 8 < sizeof known; i++)
        at += (size_t)snprintf(known + at, sizeof known - at, "%s%s", i ? ", " : "", controls->list[i].name);
    if (controls->count == 0)
        return ww_fail(error, -EINVAL, "it has no control '%.40s': it has none at all", name);
    return ww_fail(error, -EINVAL, "it has no control '%.40s'; it has %s%s", name, known,
                   i < controls->count ? ", …" : "");
}

static int refuse_value(const struct ww_control *control, const char *value, struct ww_error *error)
{
    char known[300] = "";
    size_t at = 0;
    for (size_t i = 0; i < control->menu_count && at + 48 < sizeof known; i++)
        at += (size_t)snprintf(known + at, sizeof known - at, "%s%" PRId64 " (%s)", i ? ", " : "",
                               control->menu[i].value, control->menu[i].name);
    if (control->menu_count == 0)
        snprintf(known, sizeof known, "%" PRId64 " to %" PRId64 "%s", control->low, control->high,
                 control->step > 1 ? " in steps" : "");
    return ww_fail(error, -EINVAL, "its control %s takes %s, not '%.40s'", control->name, known, value);
}

static bool parse_value(const struct ww_control *control, const char *text, int64_t *value)
{
    char *end;
    for (size_t i = 0; i < control->menu_count; i++) {
        if (strcasecmp(control->menu[i].name, text) == 0) {
            *value = control->menu[i].value;
            return true;
        }
    }
    if (control->type == V4L2_CTRL_TYPE_BOOLEAN &&
        (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        *value = *text == 't';
        return true;
    }
    errno = 0;
    *value = strtoll(text, &end, 0);
    if (errno != 0 || end == text || *end)
        return false;
    for (size_t i = 0; i < control->menu_count; i++)
        if (control->menu[i].value == *value)
            return true;
    return control->menu_count == 0 && *value >= control->low && *value <= control->high &&
           (*value - control->low) % control->step == 0;
}

int ww_controls_resolve(const struct ww_controls *controls, const struct ww_control_setting *setting,
                        const struct ww_control **control, int64_t *value, struct ww_error *error)
{
    *control = find(controls, setting->name);
    if (!*control)
        return refuse_name(controls, setting->name, error);
    if ((*control)->read_only)
        return ww_fail(error, -EINVAL, "its control %s can only be read", setting->name);
    if (!parse_value(*control, setting->value, value))
        return refuse_value(*control, setting->value, error);
    return 0;
}

int ww_control_set(int fd, const struct ww_control *control, int64_t value, struct ww_error *error)
{
    struct v4l2_ext_control one = {.id = control->id};
    struct v4l2_ext_controls all = {.which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = &one};
    if (control->type == V4L2_CTRL_TYPE_INTEGER64)
        one.value64 = value;
    else
        one.value = (int32_t)value;
    int code = ww_device_ask(fd, VIDIOC_S_EXT_CTRLS, &all);
    if (code == 0)
        return 0;
    return ww_fail(error, code, "it does not take %" PRId64 " for its control %s%s: %s", value, control->name,
                   control->inactive ? ", which another control makes inactive" : "", ww_errno_text(code));
}
