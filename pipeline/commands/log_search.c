/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/log_search.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "sink/event_log.h"

/* A log of that size is read in less than a tenth of a second. */
enum { WORTH_AN_INDEX = 4 << 20 };

static int64_t size_of(const char *folder, const char *name)
{
    char *path;
    struct stat info;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return 0;
    int64_t size = stat(path, &info) == 0 ? info.st_size : -1;
    free(path);
    return size;
}

bool ww_log_is_worth_an_index(const char *folder)
{
    struct stat info;
    struct dirent **days = NULL;
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return false;
    if (size_of(folder, WW_EVENT_INDEX_NAME) >= 0)
        return true;
    int64_t bytes = size_of(folder, WW_EVENT_LOG_NAME);
    int count = ww_event_log_days(folder, &days);
    for (int i = 0; i < count; i++) {
        bytes += size_of(folder, days[i]->d_name);
        free(days[i]);
    }
    free(days);
    return bytes >= WORTH_AN_INDEX;
}

static void show(void *context, int64_t lines)
{
    char text[80];
    (void)context;
    snprintf(text, sizeof text, "indexing the log: %" PRId64 " lines", lines);
    ww_log_progress(text);
}

struct ww_event_index *ww_log_index(const char *path)
{
    struct ww_event_index *index;
    struct ww_error error;
    const struct ww_index_watcher watcher = {.progress = isatty(STDERR_FILENO) ? show : NULL};
    if (!ww_log_is_worth_an_index(path) || ww_event_index_open(&index, path, &error) != 0)
        return NULL;
    int code = ww_event_index_update(index, &watcher, &error);
    if (watcher.progress)
        ww_log_progress("");
    if (code == 0)
        return index;
    ww_event_index_close(index);
    return NULL;
}

struct search {
    const char *folder;
    int (*take)(void *context, const struct ww_log_line *line);
    void *context;
    struct ww_error *error;
};

static int take_part(void *context, const char *file, int64_t offset, int64_t size)
{
    const struct search *search = context;
    char *path;
    if (asprintf(&path, "%s/%s", search->folder, file) < 0)
        return ww_fail(search->error, -ENOMEM, "out of memory");
    int code = ww_log_read_part(path, offset, size, search->take, search->context, search->error);
    free(path);
    return code;
}

int ww_log_search(const char *path, int64_t from_us, int64_t to_us,
                  int (*take)(void *context, const struct ww_log_line *line), void *context,
                  struct ww_error *error)
{
    bool all = from_us == INT64_MIN && to_us == INT64_MAX;
    struct ww_event_index *index = all ? NULL : ww_log_index(path);
    struct search search = {path, take, context, error};
    if (!index)
        return ww_log_read(path, take, context, error);
    int code = ww_event_index_parts(index, from_us, to_us, take_part, &search, error);
    ww_event_index_close(index);
    return code;
}
