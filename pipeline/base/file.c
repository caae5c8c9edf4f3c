/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PUBLIC = 0666, SECRET = 0600 };

const char *ww_errno_text(int code)
{
    switch (-code) {
    case ENOSPC: return "no space left on the disk; free some or choose another folder with -o";
    case EDQUOT: return "the disk quota is used up; free some or choose another folder with -o";
    case EROFS: return "the disk is mounted read-only; the kernel may have done that after errors (dmesg)";
    case EACCES: return "permission denied";
    case ENOENT: return "no such file or folder";
    default: return strerror(-code);
    }
}

static int sync_folder(int folder_fd)
{
    /* Some file systems cannot sync a folder and say EINVAL; then the rename is all there is. */
    if (fsync(folder_fd) != 0 && errno != EINVAL)
        return -errno;
    return 0;
}

int ww_sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int size = slash == path ? 1 : slash ? (int)(slash - path) : 0;
    snprintf(folder, sizeof folder, "%.*s", size > 0 ? size : 1, size > 0 ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) /* one that can be written to and not read is not for us to sync */
        return errno == EACCES ? 0 : -errno;
    int code = sync_folder(fd);
    close(fd);
    return code;
}

int ww_make_folder(const char *path, struct ww_error *error)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return ww_fail(error, -ENAMETOOLONG, "cannot make folder '%s': the name is empty or too long", path);
    memcpy(part, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        int code = mkdir(part, 0777) == 0 ? ww_sync_folder_of(part) : errno == EEXIST ? 0 : -errno;
        if (code != 0)
            return ww_fail(error, code, "cannot make folder '%s': %s", part, ww_errno_text(code));
        part[i] = kept;
    }
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return ww_fail(error, -ENOTDIR, "'%s' is not a folder", path);
    return 0;
}

int ww_write_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        at += written;
        size -= (size_t)written;
    }
    return 0;
}

enum { COPY_CHUNK = 1 << 16, OPEN_FOLDERS = 16 };

bool ww_is_draft(const char *name)
{
    size_t size = strlen(name), end = sizeof WW_DRAFT_END - 1;
    return name[0] == '.' && size > end + 1 && strcmp(name + size - end, WW_DRAFT_END) == 0;
}

int ww_publish_draft(int folder_fd, const char *draft, const char *name, enum ww_durability durability)
{
    if (renameat(folder_fd, draft, folder_fd, name) != 0)
        return -errno;
    return durability == WW_DURABLE ? sync_folder(folder_fd) : 0;
}

struct draft {
    const char *folder, *name;
    char text[NAME_MAX + 1]; /* what it is called until it is whole */
    int folder_fd, fd;
};

/* Returns 0 or a negative errno; the draft must be ended either way. */
static int begin_draft(struct draft *draft, const char *folder, const char *name, mode_t mode)
{
    *draft = (struct draft){.folder = folder, .name = name, .fd = -1};
    draft->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (draft->folder_fd < 0)
        return -errno;
    if (snprintf(draft->text, sizeof draft->text, ".%s" WW_DRAFT_END, name) >= (int)sizeof draft->text)
        return -ENAMETOOLONG;
    draft->fd = openat(draft->folder_fd, draft->text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    return draft->fd < 0 ? -errno : 0;
}

/* `code` is how writing went; where it went wrong nothing is left behind. */
static int end_draft(struct draft *draft, int code, enum ww_durability durability, struct ww_error *error)
{
    bool drafted = draft->fd >= 0;
    if (code == 0 && durability == WW_DURABLE && fsync(draft->fd) != 0)
        code = -errno;
    if (drafted && close(draft->fd) != 0 && code == 0)
        code = -errno;
    if (code == 0)
        code = ww_publish_draft(draft->folder_fd, draft->text, draft->name, durability);
    if (code != 0 && drafted)
        unlinkat(draft->folder_fd, draft->text, 0);
    if (draft->folder_fd >= 0)
        close(draft->folder_fd);
    return code == 0 ? 0
                     : ww_fail(error, code, "cannot write '%s/%s': %s", draft->folder, draft->name,
                               ww_errno_text(code));
}

int ww_publish_file(const char *folder, const char *name, const void *bytes, size_t size,
                    enum ww_durability durability, struct ww_error *error)
{
    struct draft draft;
    int code = begin_draft(&draft, folder, name, PUBLIC);
    if (code == 0)
        code = ww_write_all(draft.fd, bytes, size);
    return end_draft(&draft, code, durability, error);
}

/* Root writes it for the program that reads it, to whom the folder belongs. */
static int give_to_owner_of(int folder_fd, int fd)
{
    struct stat folder;
    if (fchmod(fd, SECRET) != 0 || fstat(folder_fd, &folder) != 0)
        return -errno;
    return geteuid() == 0 && fchown(fd, folder.st_uid, folder.st_gid) != 0 ? -errno : 0;
}

int ww_publish_secret(const char *path, const void *bytes, size_t size, struct ww_error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash > path ? (size_t)(slash - path) : 1) : strdup(".");
    struct draft draft;
    if (!folder)
        return ww_fail(error, -ENOMEM, "cannot write '%s': out of memory", path);
    int code = begin_draft(&draft, folder, slash ? slash + 1 : path, SECRET);
    if (code == 0)
        code = give_to_owner_of(draft.folder_fd, draft.fd);
    if (code == 0)
        code = ww_write_all(draft.fd, bytes, size);
    code = end_draft(&draft, code, WW_DURABLE, error);
    free(folder);
    return code;
}

void ww_remove_drafts(const char *folder)
{
    const struct dirent *entry;
    DIR *listing = opendir(folder);
    while (listing && (entry = readdir(listing)))
        if (ww_is_draft(entry->d_name))
            unlinkat(dirfd(listing), entry->d_name, 0);
    if (listing)
        closedir(listing);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

void ww_remove_tree(const char *folder)
{
    nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

static int copy_all(int from, int to)
{
    char chunk[COPY_CHUNK];
    ssize_t got;
    int code = 0;
    while (code == 0 && (got = read(from, chunk, sizeof chunk)) != 0) {
        if (got > 0)
            code = ww_write_all(to, chunk, (size_t)got);
        else if (errno != EINTR)
            code = -errno;
    }
    return code;
}

int ww_copy_file(const char *from, const char *folder, const char *name, enum ww_durability durability,
                 struct ww_error *error)
{
    struct draft draft;
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", from, ww_errno_text(-errno));
    int code = begin_draft(&draft, folder, name, PUBLIC);
    if (code == 0)
        code = copy_all(fd, draft.fd);
    close(fd);
    return end_draft(&draft, code, durability, error);
}

int ww_read_file(const char *path, size_t limit, char **bytes, size_t *size, struct ww_error *error)
{
    int code = 0;
    char *buffer = NULL;
    size_t filled = 0;
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
        goto done;
    }
    if (!S_ISREG(info.st_mode)) {
        code = ww_fail(error, -EINVAL, "cannot read '%s': it is not a file", path);
        goto done;
    }
    if ((uintmax_t)info.st_size > limit) {
        code = ww_fail(error, -EFBIG, "cannot read '%s': it has %jd bytes, more than %zu", path,
                       (intmax_t)info.st_size, limit);
        goto done;
    }
    size_t expected = (size_t)info.st_size;
    buffer = malloc(expected + 1);
    if (!buffer) {
        code = ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", path);
        goto done;
    }
    while (filled < expected) {
        ssize_t got = read(fd, buffer + filled, expected - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            code = ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
            goto done;
        }
        if (got == 0) /* it shrank meanwhile */
            break;
        filled += (size_t)got;
    }
    buffer[filled] = '\0';
    *bytes = buffer;
    *size = filled;
    buffer = NULL;
done:
    free(buffer);
    if (fd >= 0)
        close(fd);
    return code;
}
