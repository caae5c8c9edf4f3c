/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/v4l2/buffers.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/file.h"
#include "capture/v4l2/device.h"

static struct v4l2_buffer blank(uint32_t index)
{
    return (
        struct v4l2_buffer){.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
}

static int request(int fd, uint32_t *count)
{
    struct v4l2_requestbuffers wish = {.count = *count,
                                       .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                       .memory = V4L2_MEMORY_MMAP};
    int code = ww_device_ask(fd, VIDIOC_REQBUFS, &wish);
    *count = wish.count;
    return code;
}

static int map(struct ww_buffer *buffer, int fd, struct ww_error *error)
{
    struct v4l2_buffer answer = blank(buffer->index);
    int code = ww_device_ask(fd, VIDIOC_QUERYBUF, &answer);
    if (code != 0)
        return ww_fail(error, code, "its buffers cannot be asked for: %s", ww_errno_text(code));
    buffer->size = answer.length;
    buffer->bytes = mmap(NULL, answer.length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, answer.m.offset);
    if (buffer->bytes == MAP_FAILED)
        return ww_fail(error, -errno, "its buffers cannot be mapped: %s", ww_errno_text(-errno));
    return 0;
}

int ww_buffers_open(struct ww_buffers *buffers, int fd, uint32_t wanted, struct ww_error *error)
{
    uint32_t count = wanted;
    *buffers = (struct ww_buffers){.fd = fd};
    int code = request(fd, &count);
    if (code != 0)
        return ww_fail(error, code,
                       code == -EBUSY ? "another program streams from it" : "it gives no buffers: %s",
                       ww_errno_text(code));
    if (count < 2)
        return ww_fail(error, -ENOMEM, "it gives %u buffers, and 2 are needed", count);
    count = count > WW_MOST_BUFFERS ? WW_MOST_BUFFERS : count;
    for (uint32_t i = 0; i < count; i++) {
        struct ww_buffer *buffer = &buffers->list[i];
        buffer->owner = buffers;
        buffer->index = i;
        buffers->count++;
        code = map(buffer, fd, error);
        if (code != 0)
            return code;
        code = ww_buffer_give_back(buffer);
        if (code != 0)
            return ww_fail(error, code, "it does not take its buffers: %s", ww_errno_text(code));
    }
    return 0;
}

int ww_buffer_give_back(struct ww_buffer *buffer)
{
    struct v4l2_buffer wish = blank(buffer->index);
    int code = ww_device_ask(buffer->owner->fd, VIDIOC_QBUF, &wish);
    atomic_store(&buffer->refused, code != 0);
    return code;
}

int ww_buffers_retry(struct ww_buffers *buffers)
{
    int code = 0;
    for (uint32_t i = 0; i < buffers->count; i++) {
        if (!atomic_load(&buffers->list[i].refused))
            continue;
        int one = ww_buffer_give_back(&buffers->list[i]);
        code = one != 0 ? one : code;
    }
    return code;
}

void ww_buffers_close(struct ww_buffers *buffers)
{
    uint32_t none = 0;
    if (buffers->count == 0)
        return;
    for (uint32_t i = 0; i < buffers->count; i++)
        if (buffers->list[i].bytes != MAP_FAILED)
            munmap(buffers->list[i].bytes, buffers->list[i].size);
    request(buffers->fd, &none);
    buffers->count = 0;
}
