/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/v4l2/device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { MOST_DEVICES = 256 };

int ww_device_ask(int fd, unsigned long request, void *argument)
{
    int code;
    do
        code = ioctl(fd, request, argument);
    while (code < 0 && errno == EINTR);
    return code < 0 ? -errno : 0;
}

static int refuse(const char *path, int code, struct ww_error *error)
{
    switch (code) {
    case -ENOENT:
    case -ENODEV:
    case -ENXIO:
        return ww_fail(error, -ENODEV,
                       "there is no camera at '%s'; 'wallwatch cameras' lists what is attached", path);
    case -EACCES:
    case -EPERM:
        return ww_fail(error, code, "no permission to use '%s'; members of the group 'video' may", path);
    case -EBUSY: return ww_fail(error, code, "'%s' is in use by another program", path);
    default: return ww_fail(error, code, "cannot open '%s': %s", path, ww_errno_text(code));
    }
}

int ww_device_open(const char *path, struct ww_error *error)
{
    struct stat info;
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return refuse(path, -errno, error);
    if (fstat(fd, &info) != 0 || !S_ISCHR(info.st_mode)) {
        close(fd);
        return ww_fail(error, -ENOTTY, "'%s' is no camera", path);
    }
    return fd;
}

static void copy_clean(char *to, size_t size, const uint8_t *from, size_t from_size)
{
    size_t length = 0;
    for (size_t i = 0; i < from_size && from[i] && length + 1 < size; i++)
        to[length++] = from[i] < ' ' || from[i] == 127 ? '?' : (char)from[i];
    to[length] = '\0';
}

int ww_device_facts(int fd, struct ww_device_facts *facts)
{
    struct v4l2_capability answer = {0};
    int code = ww_device_ask(fd, VIDIOC_QUERYCAP, &answer);
    if (code != 0)
        return code;
    copy_clean(facts->driver, sizeof facts->driver, answer.driver, sizeof answer.driver);
    copy_clean(facts->card, sizeof facts->card, answer.card, sizeof answer.card);
    copy_clean(facts->bus, sizeof facts->bus, answer.bus_info, sizeof answer.bus_info);
    facts->capabilities =
        answer.capabilities & V4L2_CAP_DEVICE_CAPS ? answer.device_caps : answer.capabilities;
    return 0;
}

bool ww_device_is_camera(const struct ww_device_facts *facts)
{
    const uint32_t needed = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    return (facts->capabilities & needed) == needed;
}

void ww_device_identity(const struct ww_device_facts *facts, char *text, size_t size)
{
    snprintf(text, size, "%s/%s/%s", facts->driver, facts->card, facts->bus);
}

static size_t length_without_bus(const char *identity)
{
    const char *bus = strrchr(identity, '/');
    return bus ? (size_t)(bus - identity) : strlen(identity);
}

static bool same_but_for_the_plug(const char *a, const char *b)
{
    size_t length = length_without_bus(a);
    return length == length_without_bus(b) && memcmp(a, b, length) == 0;
}

int ww_device_find(const char *identity, char path[WW_DEVICE_PATH])
{
    int alike = 0;
    for (int i = 0; i < MOST_DEVICES; i++) {
        char candidate[32], found[160];
        struct ww_device_facts facts;
        snprintf(candidate, sizeof candidate, "/dev/video%d", i);
        int fd = open(candidate, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            continue;
        bool is_camera = ww_device_facts(fd, &facts) == 0 && ww_device_is_camera(&facts);
        close(fd);
        if (!is_camera)
            continue;
        ww_device_identity(&facts, found, sizeof found);
        if (strcmp(found, identity) == 0) {
            snprintf(path, WW_DEVICE_PATH, "%s", candidate);
            return 0;
        }
        if (same_but_for_the_plug(identity, found) && alike++ == 0)
            snprintf(path, WW_DEVICE_PATH, "%s", candidate);
    }
    return alike == 1 ? 0 : -ENODEV;
}

static int add_links(const char *folder, const char *device, char (*paths)[WW_DEVICE_PATH], int count,
                     int most)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir && count < most && (entry = readdir(dir))) {
        char link[WW_DEVICE_PATH], target[PATH_MAX];
        if (entry->d_name[0] == '.' ||
            snprintf(link, sizeof link, "%s/%s", folder, entry->d_name) >= (int)sizeof link)
            continue;
        if (realpath(link, target) && strcmp(target, device) == 0)
            memcpy(paths[count++], link, sizeof link);
    }
    if (dir)
        closedir(dir);
    return count;
}

int ww_device_lasting_paths(const char *device, char (*paths)[WW_DEVICE_PATH], int most)
{
    int count = add_links("/dev/v4l/by-id", device, paths, 0, most);
    return add_links("/dev/v4l/by-path", device, paths, count, most);
}

void ww_fourcc_text(uint32_t fourcc, char text[5])
{
    for (int i = 0; i < 4; i++) {
        char letter = (char)(fourcc >> (8 * i) & 127);
        text[i] = letter >= ' ' ? letter : '?';
    }
    for (int i = 3; i > 0 && text[i] == ' '; i--)
        text[i] = '\0';
    text[4] = '\0';
}
