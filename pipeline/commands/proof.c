/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/proof.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands/log_lines.h"

/* Where and when an event began; an empty camera: it was not seen yet. */
struct found_event {
    char camera[256];
    int64_t start_us;
    bool seen;
};

struct reading {
    struct ww_proof *proof;
    char *const *events;
    size_t event_count, capacity;
    struct found_event *found; /* of each */
    bool any;                  /* a wanted line was seen */
};

static void drop_lines(struct ww_proof *proof, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(proof->lines[i].text);
        json_decref(proof->lines[i].json);
    }
    memmove(proof->lines, proof->lines + count, (proof->count - count) * sizeof *proof->lines);
    proof->count -= count;
}

void ww_proof_free(struct ww_proof *proof)
{
    if (proof->lines)
        drop_lines(proof, proof->count);
    free(proof->lines);
    *proof = (struct ww_proof){0};
}

static int add_line(struct reading *reading, const struct ww_log_line *line, bool wanted)
{
    struct ww_proof *proof = reading->proof;
    struct ww_proof_line *grown = ww_grown(proof->lines, proof->count, &reading->capacity, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    proof->lines = grown;
    char *text = strndup(line->text, line->size);
    if (!text)
        return -ENOMEM;
    proof->lines[proof->count++] =
        (struct ww_proof_line){text, json_incref((json_t *)(uintptr_t)line->json), wanted};
    return 0;
}

static bool is_wanted(struct reading *reading, const struct ww_log_line *line)
{
    const char *event = ww_log_text(line->json, "event");
    for (size_t i = 0; i < reading->event_count; i++) {
        struct found_event *found = &reading->found[i];
        if (found->seen && ww_log_clip_shows(line, reading->events[i], found->camera, found->start_us))
            return true;
        if (strcmp(reading->events[i], event) != 0)
            continue;
        if (!found->seen) {
            snprintf(found->camera, sizeof found->camera, "%s", ww_log_text(line->json, "camera"));
            found->start_us = line->time_us;
        }
        return found->seen = true;
    }
    return false;
}

static int take_line(void *context, const struct ww_log_line *line)
{
    struct reading *reading = context;
    struct ww_proof *proof = reading->proof;
    bool wanted = is_wanted(reading, line);
    bool checkpoint = strcmp(ww_log_text(line->json, "detail"), "checkpoint") == 0;
    reading->any |= wanted;
    /* Before the first wanted line only what follows the newest checkpoint can matter. */
    if (checkpoint && !reading->any && proof->count > 0)
        drop_lines(proof, proof->count);
    return add_line(reading, line, wanted);
}

static bool is_checkpoint(const struct ww_proof_line *line)
{
    return strcmp(ww_log_text(line->json, "detail"), "checkpoint") == 0;
}

/* What follows the checkpoint after the last wanted line proves nothing more. */
static void cut(struct ww_proof *proof)
{
    size_t last = 0, end;
    for (size_t i = 0; i < proof->count; i++)
        last = proof->lines[i].wanted ? i : last;
    for (end = last + 1; end < proof->count && !is_checkpoint(&proof->lines[end]); end++)
        ;
    proof->ends_signed = end < proof->count;
    end += proof->ends_signed;
    for (size_t i = end; i < proof->count; i++) {
        free(proof->lines[i].text);
        json_decref(proof->lines[i].json);
    }
    proof->count = end;
}

int ww_proof_read(struct ww_proof *proof, const char *folder, char *const *events, size_t event_count,
                  struct ww_error *error)
{
    *proof = (struct ww_proof){0};
    struct reading reading = {.proof = proof,
                              .events = events,
                              .event_count = event_count,
                              .found = calloc(event_count + 1, sizeof *reading.found)};
    if (!reading.found)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = ww_log_read(folder, take_line, &reading, error);
    for (size_t i = 0; i < event_count && code == 0; i++)
        if (!reading.found[i].seen)
            code = ww_fail(error, -ENOENT, "there is no event '%s' in '%s'; 'wallwatch events %s' lists them",
                           events[i], folder, folder);
    if (code == 0)
        cut(proof);
    free(reading.found);
    return code;
}
