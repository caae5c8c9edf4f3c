/* A camera's buffers: mapped, lent, given back. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_V4L2_BUFFERS_H
#define WW_CAPTURE_V4L2_BUFFERS_H

#include <linux/videodev2.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

enum { WW_MOST_BUFFERS = 8 };

struct ww_buffers;

struct ww_buffer {
    struct ww_buffers *owner;
    void *bytes; /* MAP_FAILED: not mapped */
    size_t size;
    uint32_t index;
    atomic_bool refused; /* the driver did not take it back */
};

struct ww_buffers {
    int fd;
    struct ww_buffer list[WW_MOST_BUFFERS];
    uint32_t count;
};

/* Asks for `wanted` buffers, maps them and hands them to the driver. Closed also after a failure. */
int ww_buffers_open(struct ww_buffers *buffers, int fd, uint32_t wanted, struct ww_error *error);

/* Gives one back to the driver; on any thread. */
int ww_buffer_give_back(struct ww_buffer *buffer);

/* Tries once more what the driver refused. Returns 0 or the last error. */
int ww_buffers_retry(struct ww_buffers *buffers);

/* Nobody may use one any more. */
void ww_buffers_close(struct ww_buffers *buffers);

#endif
