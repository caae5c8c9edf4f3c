/* A V4L2 device: asking it, and saying what it refuses. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_V4L2_DEVICE_H
#define WW_CAPTURE_V4L2_DEVICE_H

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

enum { WW_DEVICE_PATH = 280 };

/* As the driver says; texts are cleaned of what a terminal should not see. */
struct ww_device_facts {
    char driver[16], card[32], bus[32];
    uint32_t capabilities; /* of this node: V4L2_CAP_… */
};

/* ioctl(), over interruptions. Returns 0 or a negative errno. */
int ww_device_ask(int fd, unsigned long request, void *argument);

/* Opens without waiting. Returns a descriptor, or a negative errno and a message that says what to do. */
int ww_device_open(const char *path, struct ww_error *error);

/* -ENOTTY where it is no V4L2 device. */
int ww_device_facts(int fd, struct ww_device_facts *facts);

/* Whether frames come out of it through buffers that are mapped. */
bool ww_device_is_camera(const struct ww_device_facts *facts);

/* "driver/card/bus": the same camera at the same plug. */
void ww_device_identity(const struct ww_device_facts *facts, char *text, size_t size);

/* The path of the camera of that identity, else of the only one of the same driver and card. -ENODEV:
 * there is none. */
int ww_device_find(const char *identity, char path[WW_DEVICE_PATH]);

/* The paths under /dev/v4l that stay the device's, by its serial number first. Returns how many, `most` at
 * the most. */
int ww_device_lasting_paths(const char *device, char (*paths)[WW_DEVICE_PATH], int most);

/* "MJPG", "YUYV", …: a fourcc as text of 5 bytes. */
void ww_fourcc_text(uint32_t fourcc, char text[5]);

#endif
