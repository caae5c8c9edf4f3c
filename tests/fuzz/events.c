/* Reading a log back. SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands/event_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct ww_event_filter filter = {.from_us = INT64_MIN, .to_us = INT64_MAX};
    struct ww_event_list list;
    struct ww_error error;
    char path[64];
    int fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, bytes, size) < 0) {
        close(fd);
        return 0;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ww_event_list_read(&list, path, &filter, 0, &error);
    ww_event_list_free(&list);
    close(fd);
    return 0;
}
