/* Pictures and clips of the store, and nothing else of the disk. SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/console/answers.h"

enum { NOT_FOUND = 404 };

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {{".jpg", "image/jpeg"},
                                           {".png", "image/png"},
                                           {".mp4", "video/mp4"},
                                           {".mkv", "video/x-matroska"},
                                           {".webm", "video/webm"}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return NULL;
}

/* snapshots/NAME or clips/NAME; no link is followed. */
static int open_media(const char *store, const char *path)
{
    const char *slash = strchr(path, '/');
    const char *name = slash ? slash + 1 : "";
    bool known = strncmp(path, "snapshots/", 10) == 0 || strncmp(path, "clips/", 6) == 0;
    if (!known || *name == '.' || strchr(name, '/') || !type_of(name))
        return -1;
    char folder[16] = "";
    strncat(folder, path, (size_t)(slash - path));
    int store_fd = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int folder_fd = openat(store_fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (store_fd >= 0)
        close(store_fd);
    if (folder_fd >= 0)
        close(folder_fd);
    return fd;
}

struct ww_http_answer *ww_console_media(void *context, const struct ww_http_request *request)
{
    const struct ww_console_source *source = context;
    const char *path = ww_http_rest(request);
    int fd = open_media(source->folder, path);
    return fd >= 0 ? ww_http_file(request, type_of(path), fd)
                   : ww_http_refusal(NOT_FOUND, "there is no picture or clip '%.200s'; it may have expired",
                                     path);
}
