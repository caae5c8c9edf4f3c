/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/retention.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "sink/holds.h"

static const char *const subfolders[] = {"snapshots", "clips"};

struct file {
    const char *subfolder;
    char *name;
    uint64_t size;
    time_t time;
};

struct listing {
    struct file *files;
    size_t count, capacity;
    uint64_t bytes; /* of the log, too */
};

static void free_listing(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        free(listing->files[i].name);
    free(listing->files);
}

static int add(struct listing *listing, const char *subfolder, const char *name, const struct stat *info)
{
    struct file *grown = ww_grown(listing->files, listing->count, &listing->capacity, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    listing->files = grown;
    char *copy = strdup(name);
    if (!copy)
        return -ENOMEM;
    struct file *file = &listing->files[listing->count++];
    file->subfolder = subfolder;
    file->name = copy;
    file->size = (uint64_t)info->st_size;
    file->time = info->st_mtime;
    return 0;
}

/* Files of a subfolder are listed, those beside the log (NULL) only counted. Half-written ones are
 * somebody's. */
static int scan(struct listing *listing, const char *parent, const char *subfolder, struct ww_error *error)
{
    struct dirent *entry;
    char *path;
    int code = 0;
    if (asprintf(&path, "%s/%s", parent, subfolder ? subfolder : "") < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    DIR *folder = opendir(path);
    if (!folder && errno != ENOENT)
        code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    while (folder && code == 0 && (entry = readdir(folder))) {
        struct stat info;
        if (entry->d_name[0] == '.' ||
            fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode))
            continue;
        listing->bytes += (uint64_t)info.st_size;
        if (subfolder && add(listing, subfolder, entry->d_name, &info) != 0)
            code = ww_fail(error, -ENOMEM, "cannot list '%s': out of memory", path);
    }
    if (folder)
        closedir(folder);
    free(path);
    return code;
}

/* Names begin with the time of the event. */
static int by_age(const void *a, const void *b)
{
    const struct file *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return strcmp(x->name, y->name);
}

static const char *why_not(const struct ww_retention_rules *rules, const struct file *file, uint64_t bytes,
                           uint64_t free_bytes)
{
    if (rules->keep > 0 && difftime(time(NULL), file->time) > rules->keep)
        return "keep";
    if (rules->largest > 0 && bytes > rules->largest)
        return "max";
    return rules->min_free > 0 && free_bytes < rules->min_free ? "min_free" : NULL;
}

static int describe(struct ww_expired *expired, const char *folder, const struct file *file)
{
    char *path;
    int64_t size;
    snprintf(expired->file.path, sizeof expired->file.path, "%s/%s", file->subfolder, file->name);
    if (asprintf(&path, "%s/%s", folder, expired->file.path) < 0)
        return -ENOMEM;
    int code = ww_sha256_file(expired->file.sha256, path, &size);
    free(path);
    return code;
}

int ww_retention_find(const char *folder, const struct ww_retention_rules *rules, struct ww_expired *expired,
                      int most, struct ww_error *error)
{
    struct listing listing = {0};
    struct ww_holds holds;
    struct statvfs system;
    int found = 0;
    int code = ww_holds_read(&holds, folder, error);
    if (code != 0)
        return code;
    for (size_t i = 0; i < sizeof subfolders / sizeof *subfolders && code == 0; i++)
        code = scan(&listing, folder, subfolders[i], error);
    if (code == 0)
        code = scan(&listing, folder, NULL, error);
    uint64_t free_bytes =
        statvfs(folder, &system) == 0 ? (uint64_t)system.f_bavail * system.f_frsize : UINT64_MAX;
    if (code == 0 && listing.count > 0)
        qsort(listing.files, listing.count, sizeof *listing.files, by_age);
    for (size_t i = 0; i < listing.count && found < most && code == 0; i++) {
        const struct file *file = &listing.files[i];
        if (ww_holds_has_file(&holds, file->subfolder, file->name))
            continue;
        const char *why = why_not(rules, file, listing.bytes, free_bytes);
        if (!why) /* nor for any younger one */
            break;
        listing.bytes -= file->size;
        free_bytes += free_bytes == UINT64_MAX ? 0 : file->size;
        if (describe(&expired[found], folder, file) == 0)
            expired[found++].why = why;
    }
    free_listing(&listing);
    ww_holds_free(&holds);
    return code == 0 ? found : code;
}

void ww_retention_remove(const char *folder, const struct ww_expired *expired)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, expired->file.path) < 0)
        return;
    unlink(path);
    free(path);
}
