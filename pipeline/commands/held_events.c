/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/held_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/log_lines.h"

struct search {
    char **events;
    size_t count;
    bool *found;
    struct ww_holds *holds;
    bool release;
};

static bool is_asked_for(const struct search *search, const char *event)
{
    for (size_t i = 0; i < search->count; i++)
        if (strcmp(search->events[i], event) == 0)
            return true;
    return false;
}

/* A clip is held for as long as one of its events is. */
static int change_clip(struct search *search, const json_t *line)
{
    size_t i;
    json_t *event;
    bool asked = false, held = false;
    const char *clip = ww_log_text(line, "clip"), *sheet = ww_log_text(line, "sheet");
    json_array_foreach(json_object_get(line, "events"), i, event)
    {
        const char *name = json_string_value(event);
        bool this_one = name && is_asked_for(search, name);
        asked |= this_one;
        held |= name && !this_one && ww_holds_has(search->holds, name);
    }
    if (!asked || !*clip)
        return 0;
    if (!search->release)
        return ww_holds_add(search->holds, clip) | (*sheet ? ww_holds_add(search->holds, sheet) : 0);
    if (!held) {
        ww_holds_remove(search->holds, clip);
        ww_holds_remove(search->holds, sheet);
    }
    return 0;
}

static int take_line(void *context, const struct ww_log_line *line)
{
    struct search *search = context;
    const char *event = ww_log_text(line->json, "event");
    for (size_t i = 0; i < search->count; i++)
        search->found[i] |= strcmp(search->events[i], event) == 0;
    return change_clip(search, line->json);
}

/* A name that was mistyped would hold nothing. */
static int check_events(struct ww_holds *holds, const char *folder, char **events, size_t count, bool release,
                        struct ww_error *error)
{
    struct search search = {events, count, calloc(count + 1, sizeof(bool)), holds, release};
    if (!search.found)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = ww_log_read(folder, take_line, &search, error);
    code = code == -EBADMSG ? 0 : code;
    for (size_t i = 0; i < count && code == 0; i++)
        if (!search.found[i] && !(release && ww_holds_has(holds, events[i])))
            code = ww_fail(error, -ENOENT, "there is no event '%s' in '%s'; 'wallwatch events %s' lists them",
                           events[i], folder, folder);
    free(search.found);
    return code;
}

static int change(struct ww_holds *holds, const char *folder, char **events, size_t count, bool release,
                  struct ww_error *error)
{
    int code = check_events(holds, folder, events, count, release, error);
    for (size_t i = 0; i < count && code == 0; i++) {
        if (release)
            ww_holds_remove(holds, events[i]);
        else if (ww_holds_add(holds, events[i]) != 0)
            code = ww_fail(error, -ENOMEM, "out of memory");
    }
    return code == 0 ? ww_holds_write(holds, folder, error) : code;
}

int ww_held_events_change(const char *folder, char **events, size_t count, bool release,
                          struct ww_error *error)
{
    struct ww_holds holds;
    int code = ww_holds_read(&holds, folder, error);
    if (code == 0)
        code = change(&holds, folder, events, count, release, error);
    ww_holds_free(&holds);
    return code;
}
