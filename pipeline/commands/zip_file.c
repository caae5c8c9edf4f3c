/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/zip_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef WW_HAVE_LIBARCHIVE

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"

enum { CHUNK = 1 << 16 };

bool ww_zip_is_there(void)
{
    return true;
}

static int fail(struct archive *zip, const char *path, struct ww_error *error)
{
    int code = archive_errno(zip) > 0 ? -archive_errno(zip) : -EIO;
    const char *text = archive_error_string(zip);
    return ww_fail(error, code, "cannot write '%s': %s", path, text ? text : ww_errno_text(code));
}

static int copy_bytes(struct archive *zip, int fd, const char *path, struct ww_error *error)
{
    char chunk[CHUNK];
    ssize_t got;
    while ((got = read(fd, chunk, sizeof chunk)) > 0)
        if (archive_write_data(zip, chunk, (size_t)got) != got)
            return fail(zip, path, error);
    return got < 0 ? ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno)) : 0;
}

static int add_file(struct archive *zip, const char *path, const char *name, const struct stat *info,
                    struct ww_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", path, ww_errno_text(-errno));
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, info->st_size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, info->st_mtime, 0);
    int code = archive_write_header(zip, entry) == ARCHIVE_OK ? copy_bytes(zip, fd, path, error)
                                                              : fail(zip, path, error);
    archive_entry_free(entry);
    close(fd);
    return code;
}

/* Two levels at most: the export's own. */
static int add_folder(struct archive *zip, const char *folder, const char *name, struct ww_error *error)
{
    struct dirent **entries = NULL;
    int code = 0, count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return ww_fail(error, -errno, "cannot read '%s': %s", folder, ww_errno_text(-errno));
    for (int i = 0; i < count; i++) {
        char *path = NULL, *inside = NULL;
        struct stat info;
        bool named = asprintf(&path, "%s/%s", folder, entries[i]->d_name) >= 0 &&
                     asprintf(&inside, "%s/%s", name, entries[i]->d_name) >= 0;
        if (code == 0 && !named)
            code = ww_fail(error, -ENOMEM, "out of memory");
        else if (code == 0 && entries[i]->d_name[0] != '.' && lstat(path, &info) == 0)
            code = S_ISDIR(info.st_mode)   ? add_folder(zip, path, inside, error)
                   : S_ISREG(info.st_mode) ? add_file(zip, path, inside, &info, error)
                                           : 0;
        free(path);
        free(inside);
        free(entries[i]);
    }
    free(entries);
    return code;
}

/* Pictures and clips are compressed already. */
static int write_zip(const char *folder, const char *draft, const char *name, struct ww_error *error)
{
    struct archive *zip = archive_write_new();
    if (!zip)
        return ww_fail(error, -ENOMEM, "out of memory");
    archive_write_set_format_zip(zip);
    archive_write_zip_set_compression_store(zip);
    int code = archive_write_open_filename(zip, draft) == ARCHIVE_OK ? add_folder(zip, folder, name, error)
                                                                     : fail(zip, draft, error);
    if (archive_write_close(zip) != ARCHIVE_OK && code == 0)
        code = fail(zip, draft, error);
    archive_write_free(zip);
    return code;
}

int ww_zip_make(const char *folder, const char *path, const char *name, struct ww_error *error)
{
    char *draft;
    if (asprintf(&draft, "%s.part", path) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = write_zip(folder, draft, name, error);
    if (code == 0 && rename(draft, path) != 0)
        code = ww_fail(error, -errno, "cannot write '%s': %s", path, ww_errno_text(-errno));
    if (code != 0)
        unlink(draft);
    free(draft);
    return code;
}

#else

bool ww_zip_is_there(void)
{
    return false;
}

int ww_zip_make(const char *folder, const char *path, const char *name, struct ww_error *error)
{
    (void)folder;
    (void)name;
    return ww_fail(error, -ENOTSUP, "cannot write '%s': wallwatch was built without libarchive", path);
}

#endif
