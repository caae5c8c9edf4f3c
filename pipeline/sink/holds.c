/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/holds.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum { LARGEST_FILE = 16 << 20, NAP_US = 10000 };

/* Where the event stands, or belongs. */
static size_t place_of(const struct ww_holds *holds, const char *event)
{
    size_t low = 0, high = holds->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(holds->events[middle], event) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool ww_holds_has(const struct ww_holds *holds, const char *event)
{
    size_t at = place_of(holds, event);
    return at < holds->count && strcmp(holds->events[at], event) == 0;
}

/* EVENT.jpg and EVENT-original.jpg; the event's own name ends in a number. */
bool ww_holds_has_file(const struct ww_holds *holds, const char *subfolder, const char *name)
{
    char event[128], path[256];
    snprintf(path, sizeof path, "%s/%s", subfolder, name);
    if (ww_holds_has(holds, path))
        return true;
    size_t dash = strcspn(name, "-");
    if (holds->count == 0 || name[dash] != '-')
        return false;
    size_t size = dash + 1 + strspn(name + dash + 1, "0123456789");
    snprintf(event, sizeof event, "%.*s", size < sizeof event ? (int)size : 0, name);
    return ww_holds_has(holds, event);
}

int ww_holds_add(struct ww_holds *holds, const char *event)
{
    size_t at = place_of(holds, event);
    if (ww_holds_has(holds, event))
        return 0;
    char *copy = strdup(event);
    char **grown = copy ? realloc(holds->events, (holds->count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(copy);
        return -ENOMEM;
    }
    memmove(grown + at + 1, grown + at, (holds->count - at) * sizeof *grown);
    grown[at] = copy;
    holds->events = grown;
    holds->count++;
    return 0;
}

void ww_holds_remove(struct ww_holds *holds, const char *event)
{
    size_t at = place_of(holds, event);
    if (!ww_holds_has(holds, event))
        return;
    free(holds->events[at]);
    holds->count--;
    memmove(holds->events + at, holds->events + at + 1, (holds->count - at) * sizeof *holds->events);
}

void ww_holds_free(struct ww_holds *holds)
{
    for (size_t i = 0; i < holds->count; i++)
        free(holds->events[i]);
    free(holds->events);
    *holds = (struct ww_holds){0};
}

int ww_holds_read(struct ww_holds *holds, const char *folder, struct ww_error *error)
{
    char *path, *text, *rest;
    size_t size;
    *holds = (struct ww_holds){0};
    if (asprintf(&path, "%s/" WW_HOLDS_NAME, folder) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = ww_read_file(path, LARGEST_FILE, &text, &size, error);
    free(path);
    if (code == -ENOENT)
        return 0;
    if (code != 0)
        return code;
    for (char *line = strtok_r(text, "\n", &rest); line && code == 0; line = strtok_r(NULL, "\n", &rest))
        code = ww_holds_add(holds, line);
    free(text);
    if (code == 0)
        return 0;
    ww_holds_free(holds);
    return ww_fail(error, code, "cannot read what is held in '%s': out of memory", folder);
}

int ww_holds_lock(const char *folder, double seconds)
{
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int how = LOCK_EX | (isinf(seconds) ? 0 : LOCK_NB);
    double end = ww_clock_monotonic() + seconds;
    while (lock >= 0 && flock(lock, how) != 0) {
        if (errno == EINTR)
            continue;
        if (errno == EWOULDBLOCK && ww_clock_monotonic() < end) {
            usleep(NAP_US);
            continue;
        }
        close(lock);
        lock = -1;
    }
    return lock;
}

void ww_holds_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}

int ww_holds_write(const struct ww_holds *holds, const char *folder, struct ww_error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return ww_fail(error, -ENOMEM, "cannot write what is held: out of memory");
    for (size_t i = 0; i < holds->count; i++)
        fprintf(file, "%s\n", holds->events[i]);
    fclose(file);
    int code = text ? ww_publish_file(folder, WW_HOLDS_NAME, text, size, WW_DURABLE, error)
                    : ww_fail(error, -ENOMEM, "cannot write what is held: out of memory");
    free(text);
    return code;
}
