/* A folder of JPEG and PNG frames in name order, as data sets and snapshot cameras leave them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "capture/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"

enum { DEFAULT_RATE = 25, MAX_FRAME_BYTES = 256 << 20 };

struct folder {
    char *path;
    struct dirent **entries;
    int count, next;
    enum ww_codec codec;
    double frame_rate;
};

static const char *extension_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : "";
}

static bool is_jpeg(const char *name)
{
    return strcasecmp(extension_of(name), "jpg") == 0 || strcasecmp(extension_of(name), "jpeg") == 0;
}

static bool is_png(const char *name)
{
    return strcasecmp(extension_of(name), "png") == 0;
}

static int is_frame(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && (is_jpeg(entry->d_name) || is_png(entry->d_name));
}

static int is_other(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && !is_frame(entry);
}

static void free_entries(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static bool folder_accepts(const char *location)
{
    struct stat info;
    return stat(location, &info) == 0 && S_ISDIR(info.st_mode);
}

static void folder_close(void *state)
{
    struct folder *folder = state;
    free_entries(folder->entries, folder->count);
    free(folder->path);
    free(folder);
}

static char *path_of(const struct folder *folder, int index)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder->path, folder->entries[index]->d_name) < 0)
        return NULL;
    return path;
}

/* Frames of one folder are decoded by one decoder, the one of the first. */
static int check_one_format(const struct folder *folder, struct ww_error *error)
{
    const char *first = folder->entries[0]->d_name;
    for (int i = 1; i < folder->count; i++) {
        const char *name = folder->entries[i]->d_name;
        if (is_jpeg(name) != is_jpeg(first))
            return ww_fail(error, -EINVAL,
                           "cannot replay folder '%s': it holds JPEG and PNG frames (%s, %s); "
                           "put one kind into a folder of its own",
                           folder->path, first, name);
    }
    return 0;
}

static int64_t modified_us(const char *path)
{
    struct stat info;
    if (!path || stat(path, &info) != 0)
        return 0;
    return (int64_t)info.st_mtim.tv_sec * 1000000 + info.st_mtim.tv_nsec / 1000;
}

static int scan(struct folder *folder, struct ww_error *error)
{
    struct dirent **others = NULL;
    folder->count = scandir(folder->path, &folder->entries, is_frame, versionsort);
    if (folder->count < 0) {
        folder->count = 0;
        return ww_fail(error, -errno, "cannot read folder '%s': %s", folder->path, ww_errno_text(-errno));
    }
    int other_count = scandir(folder->path, &others, is_other, versionsort);
    if (folder->count == 0) {
        if (other_count > 0)
            free_entries(others, other_count);
        return ww_fail(error, -ENODATA, "cannot replay folder '%s': it holds no .jpg, .jpeg or .png file",
                       folder->path);
    }
    if (other_count > 0) {
        ww_log(WW_LOG_WARNING, "%s: %d other %s passed over (%s%s)", folder->path, other_count,
               other_count == 1 ? "file is" : "files are", others[0]->d_name, other_count > 1 ? ", …" : "");
        free_entries(others, other_count);
    }
    return check_one_format(folder, error);
}

static int folder_open(void **state, struct ww_stream *stream, const char *location,
                       const struct ww_source_options *options, struct ww_error *error)
{
    struct folder *folder = calloc(1, sizeof *folder);
    if (folder)
        folder->path = strdup(location);
    if (!folder || !folder->path) {
        free(folder);
        return ww_fail(error, -ENOMEM, "cannot open folder '%s': out of memory", location);
    }
    int code = scan(folder, error);
    if (code != 0) {
        folder_close(folder);
        return code;
    }
    folder->codec = is_png(folder->entries[0]->d_name) ? WW_CODEC_PNG : WW_CODEC_JPEG;
    folder->frame_rate = options->frame_rate > 0 ? options->frame_rate : DEFAULT_RATE;

    char *first = path_of(folder, 0);
    *stream = (struct ww_stream){
        .codec = folder->codec,
        .frame_rate = folder->frame_rate,
        .frame_count = folder->count,
        .start_us = modified_us(first),
    };
    free(first);
    *state = folder;
    return 0;
}

static int folder_read(void *state, struct ww_packet *packet, struct ww_error *error)
{
    struct folder *folder = state;
    if (folder->next == folder->count)
        return 0;
    char *path = path_of(folder, folder->next);
    if (!path)
        return ww_fail(error, -ENOMEM, "cannot read from '%s': out of memory", folder->path);
    char *bytes = NULL;
    size_t size = 0;
    int code = ww_read_file(path, MAX_FRAME_BYTES, &bytes, &size, error);
    free(path);
    if (code != 0)
        return code;
    char *padded = realloc(bytes, size + WW_PACKET_PADDING);
    if (!padded) {
        free(bytes);
        return ww_fail(error, -ENOMEM, "cannot read from '%s': out of memory", folder->path);
    }
    memset(padded + size, 0, WW_PACKET_PADDING);
    *packet = (struct ww_packet){
        .bytes = (const uint8_t *)padded,
        .size = size,
        .index = folder->next,
        .pts = folder->next / folder->frame_rate,
        .key = true,
        .release = free,
        .lease = padded,
    };
    folder->next++;
    return 1;
}

const struct ww_source_type ww_source_folder = {
    .name = "folder",
    .accepts = folder_accepts,
    .open = folder_open,
    .read = folder_read,
    .close = folder_close,
};
