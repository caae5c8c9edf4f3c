/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/held_events.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands/log_lines.h"

struct change {
    const char *folder;
    char **events;
    size_t count;
    bool release;
    bool *was, *found; /* held before; in the log */
    json_t *clips;     /* lines of clips that show one of the events */
};

/* --- what the log says --------------------------------------------------------------------------------- */

static bool is_asked_for(const struct change *change, const char *event)
{
    for (size_t i = 0; i < change->count; i++)
        if (strcmp(change->events[i], event) == 0)
            return true;
    return false;
}

static int take_line(void *context, const struct ww_log_line *line)
{
    struct change *change = context;
    size_t i;
    json_t *event;
    const char *name = ww_log_text(line->json, "event");
    for (i = 0; i < change->count; i++)
        change->found[i] |= strcmp(change->events[i], name) == 0;
    if (!*ww_log_text(line->json, "clip"))
        return 0;
    json_array_foreach(json_object_get(line->json, "events"), i, event)
    {
        const char *shown = json_string_value(event);
        if (shown && is_asked_for(change, shown))
            return json_array_append_new(change->clips, json_deep_copy(line->json));
    }
    return 0;
}

/* A name that was mistyped would hold nothing. */
static int look_up(struct change *change, struct ww_error *error)
{
    int code = ww_log_read(change->folder, take_line, change, error);
    code = code == -EBADMSG ? 0 : code;
    for (size_t i = 0; i < change->count && code == 0; i++)
        if (!change->found[i] && !(change->release && change->was[i]))
            code = ww_fail(error, -ENOENT, "there is no event '%s' in '%s'; 'wallwatch events %s' lists them",
                           change->events[i], change->folder, change->folder);
    return code;
}

/* --- what is held -------------------------------------------------------------------------------------- */

static int set(struct ww_holds *holds, const char *name, bool held)
{
    if (held)
        return ww_holds_add(holds, name);
    ww_holds_remove(holds, name);
    return 0;
}

static int change_names(const struct change *change, struct ww_holds *holds)
{
    int code = 0;
    for (size_t i = 0; i < change->count && code == 0; i++) {
        change->was[i] = ww_holds_has(holds, change->events[i]);
        code = set(holds, change->events[i], !change->release);
    }
    return code;
}

static int restore_names(const struct change *change, struct ww_holds *holds)
{
    int code = 0;
    for (size_t i = 0; i < change->count && code == 0; i++)
        code = set(holds, change->events[i], change->was[i]);
    return code;
}

/* A clip is held for as long as one of its events is. */
static int change_clips(const struct change *change, struct ww_holds *holds)
{
    int code = 0;
    for (size_t i = 0; i < json_array_size(change->clips) && code == 0; i++) {
        const json_t *line = json_array_get(change->clips, i), *events = json_object_get(line, "events");
        const char *clip = ww_log_text(line, "clip"), *sheet = ww_log_text(line, "sheet");
        bool held = false;
        for (size_t e = 0; e < json_array_size(events); e++) {
            const char *event = json_string_value(json_array_get(events, e));
            held |= event && ww_holds_has(holds, event);
        }
        code = set(holds, clip, held);
        if (code == 0 && *sheet)
            code = set(holds, sheet, held);
    }
    return code;
}

/* Between reading and writing nobody else changes it. */
static int apply(const struct change *change, int (*change_holds)(const struct change *, struct ww_holds *),
                 struct ww_error *error)
{
    struct ww_holds holds;
    int lock = ww_holds_lock(change->folder, INFINITY);
    int code = ww_holds_read(&holds, change->folder, error);
    if (code == 0 && change_holds(change, &holds) != 0)
        code = ww_fail(error, -ENOMEM, "out of memory");
    if (code == 0)
        code = ww_holds_write(&holds, change->folder, error);
    ww_holds_free(&holds);
    ww_holds_unlock(lock);
    return code;
}

/* The names come first, so that a clip that is written while the log is read goes by them. */
static int carry_out(struct change *change, struct ww_error *error)
{
    struct ww_error ignored;
    int code = apply(change, change_names, error);
    if (code != 0)
        return code;
    code = look_up(change, error);
    if (code == 0)
        return apply(change, change_clips, error);
    apply(change, restore_names, &ignored);
    return code;
}

int ww_held_events_change(const char *folder, char **events, size_t count, bool release,
                          struct ww_error *error)
{
    struct change change = {
        .folder = folder,
        .events = events,
        .count = count,
        .release = release,
        .was = calloc(count + 1, sizeof(bool)),
        .found = calloc(count + 1, sizeof(bool)),
        .clips = json_array(),
    };
    int code = change.was && change.found && change.clips ? carry_out(&change, error)
                                                          : ww_fail(error, -ENOMEM, "out of memory");
    free(change.was);
    free(change.found);
    json_decref(change.clips);
    return code;
}
