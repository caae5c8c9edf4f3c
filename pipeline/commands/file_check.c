/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/file_check.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"

enum { MOST_THREADS = 256 };

static const char *const folders[] = {"snapshots", "clips"};

struct work {
    struct ww_log_check *check;
    const char *folder;
    struct ww_file_watch *watch; /* NULL: nobody's */
    atomic_size_t next;
    atomic_llong bytes;
    bool progress;
    pthread_mutex_t lock; /* of the check's damages, and the progress line */
};

/* A name that leads out of the folder is not followed: the log may be forged. */
static bool is_beside(const char *path)
{
    return path[0] != '/' && strncmp(path, "../", 3) != 0 && !strstr(path, "/../");
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct ww_named_file *)a)->path, ((const struct ww_named_file *)b)->path);
}

/* Whether the log says that the program itself removed it, as it was. */
static bool has_expired(const struct ww_log_check *check, const struct ww_named_file *file)
{
    const struct ww_named_file *expired =
        check->expired_count > 0 ? bsearch(file, check->expired, check->expired_count, sizeof *file, by_path)
                                 : NULL;
    return expired && strcmp(expired->sha256, file->sha256) == 0;
}

static void check_file(struct work *work, struct ww_named_file *file)
{
    char *path, sha256[WW_SHA256_TEXT] = "";
    int64_t size;
    int code = -ENOMEM;
    if (!is_beside(file->path)) {
        code = -EPERM;
    } else if (asprintf(&path, "%s/%s", work->folder, file->path) >= 0) {
        code = ww_sha256_file(sha256, path, &size);
        atomic_fetch_add(&work->bytes, size);
        free(path);
    }
    file->missing = code == -ENOENT;
    if (file->missing || (code == 0 && strcmp(sha256, file->sha256) == 0))
        return;
    pthread_mutex_lock(&work->lock);
    if (code == 0)
        ww_log_check_damage(work->check, file->line, "%s: the file was altered", file->path);
    else if (code == -EPERM)
        ww_log_check_damage(work->check, file->line, "%s: a file that is not beside the log", file->path);
    else
        ww_log_check_damage(work->check, file->line, "%s: it cannot be read: %s", file->path,
                            ww_errno_text(code));
    pthread_mutex_unlock(&work->lock);
}

static void show(struct work *work, size_t at)
{
    char text[120];
    if (!work->progress || at % 64 != 0)
        return;
    pthread_mutex_lock(&work->lock);
    snprintf(text, sizeof text, "file %zu of %zu, %.0f MB", at, work->check->file_count,
             (double)atomic_load(&work->bytes) / 1e6);
    ww_log_progress(text);
    pthread_mutex_unlock(&work->lock);
}

static void *check_files(void *argument)
{
    struct work *work = argument;
    size_t i;
    struct ww_file_watch *watch = work->watch;
    while ((i = atomic_fetch_add(&work->next, 1)) < work->check->file_count) {
        if (watch && atomic_load(&watch->cancelled))
            break;
        if (watch)
            atomic_store(&watch->done, i);
        show(work, i);
        check_file(work, &work->check->files[i]);
    }
    return NULL;
}

/* A picture is there before the line that names it. */
static bool can_be_orphaned(const struct ww_log_check *check)
{
    return check->checkpoints == 0 || check->crashes > 0 || !check->stopped;
}

static void note_unnamed(struct ww_log_check *check, const char *path)
{
    if (can_be_orphaned(check))
        check->orphans++;
    else
        ww_log_check_damage(check, 0, "%s: no line names this file: it was added", path);
}

static void find_added(struct ww_log_check *check, const char *folder, const char *sub)
{
    char *path;
    struct dirent **entries = NULL;
    if (asprintf(&path, "%s/%s", folder, sub) < 0)
        return;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct ww_named_file wanted = {0};
        if (entries[i]->d_name[0] != '.' && asprintf(&wanted.path, "%s/%s", sub, entries[i]->d_name) >= 0) {
            if (check->file_count == 0 ||
                !bsearch(&wanted, check->files, check->file_count, sizeof wanted, by_path))
                note_unnamed(check, wanted.path);
            free(wanted.path);
        }
        free(entries[i]);
    }
    free(entries);
    free(path);
}

static int by_line(const void *a, const void *b)
{
    const struct ww_damage *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->text, y->text);
}

int64_t ww_file_check(struct ww_log_check *check, const char *folder, int threads, bool progress,
                      struct ww_file_watch *watch)
{
    struct work work = {.check = check,
                        .folder = folder,
                        .watch = watch,
                        .progress = progress,
                        .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t others[MOST_THREADS];
    int started = 0;
    check->damages_of_lines = check->damage_count;
    check->checkpoint = 0; /* what a line names is as sure as that line */
    if (watch)
        atomic_store(&watch->total, check->file_count);
    while (started < threads - 1 && started < MOST_THREADS &&
           pthread_create(&others[started], NULL, check_files, &work) == 0)
        started++;
    check_files(&work);
    for (int i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    pthread_mutex_destroy(&work.lock);
    if (progress)
        ww_log_progress("");
    return atomic_load(&work.bytes);
}

static void sort_expired(struct ww_log_check *check)
{
    if (check->expired_count > 0)
        qsort(check->expired, check->expired_count, sizeof *check->expired, by_path);
}

bool ww_file_check_is_missing_any(struct ww_log_check *check)
{
    sort_expired(check);
    for (size_t i = 0; i < check->file_count; i++)
        if (check->files[i].missing && !has_expired(check, &check->files[i]))
            return true;
    return false;
}

static void judge_missing(struct ww_log_check *check)
{
    sort_expired(check);
    for (size_t i = 0; i < check->file_count; i++) {
        const struct ww_named_file *file = &check->files[i];
        if (!file->missing)
            continue;
        if (has_expired(check, file))
            check->gone++;
        else
            ww_log_check_damage(check, file->line, "%s: the file was removed", file->path);
    }
}

void ww_file_check_end(struct ww_log_check *check, const char *folder)
{
    judge_missing(check);
    if (check->file_count > 0)
        qsort(check->files, check->file_count, sizeof *check->files, by_path);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        find_added(check, folder, folders[i]);
    size_t before = check->damages_of_lines;
    if (check->damage_count > before) /* threads find them in any order */
        qsort(check->damages + before, check->damage_count - before, sizeof *check->damages, by_line);
}
