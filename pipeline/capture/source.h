/* Where packets come from: recordings, folders of frames, built-in scenes.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A kind of source is one file that fills a ww_source_type, and one line in source.c. */
#ifndef WW_CAPTURE_SOURCE_H
#define WW_CAPTURE_SOURCE_H

#include "base/packet.h"

/* What is asked of a camera. Texts are lent. */
struct ww_control_setting {
    const char *name;  /* as `wallwatch cameras` lists it */
    const char *value; /* a number, or the name of a menu's entry */
};

struct ww_capture_settings {
    const char *format;     /* mjpeg, yuyv, … or a fourcc; NULL: what suits best */
    uint32_t width, height; /* pixels; 0: 1280 × 720 */
    double frame_rate;      /* frames a second; 0: 15 */
    const struct ww_control_setting *controls;
    size_t control_count;
    double stall; /* seconds without a frame after which a camera counts as lost; 0: 10 */
};

enum { WW_IDENTITY_TEXT = 160 };

struct ww_source_options {
    double frame_rate;                         /* of a folder of frames; 0: 25 */
    const struct ww_capture_settings *capture; /* of a camera; NULL: as it likes */
    char *identity;    /* WW_IDENTITY_TEXT bytes: which camera was opened last, so that it is found again
                          under another number; empty at first. NULL: nobody remembers */
    const char *label; /* names the camera in messages */
    int (*stopped)(void *context); /* asked while waiting for input, on any thread; NULL: never stops */
    void *stopped_context;
};

struct ww_source_type {
    const char *name;
    bool (*accepts)(const char *location);
    /* Fills *stream and *state, which close() gets back. Returns 0 or a negative errno. */
    int (*open)(void **state, struct ww_stream *stream, const char *location,
                const struct ww_source_options *options, struct ww_error *error);
    /* Returns 1 and a packet, 0 at the end, or a negative errno. A packet of size 0 is a frame that
     * was there and is empty. */
    int (*read)(void *state, struct ww_packet *packet, struct ww_error *error);
    void (*close)(void *state);
};

extern const struct ww_source_type ww_source_scene, ww_source_folder, ww_source_recording, ww_source_v4l2,
    ww_source_network;

struct ww_source {
    const struct ww_source_type *type;
    void *state;
    struct ww_stream stream;
};

/* Opens whatever `location` names. The caller closes it, also after a failure. */
int ww_source_open(struct ww_source *source, const char *location, const struct ww_source_options *options,
                   struct ww_error *error);

/* The same of a live camera; a scene, too, which is played at its own pace. */
int ww_source_open_live(struct ww_source *source, const char *location,
                        const struct ww_source_options *options, struct ww_error *error);

/* Whether `location` can be a live camera; a message otherwise. Nothing is opened. */
int ww_source_check_live(const char *location, struct ww_error *error);

/* What a camera of this machine would give, in words, without starting it. Returns 0 and the words, -ENODEV
 * where it is not there now, -EBUSY or -EACCES, or -EINVAL where it does not have what is asked. */
int ww_source_try_camera(const char *location, const struct ww_capture_settings *settings, char *words,
                         size_t size, struct ww_error *error);

void ww_source_close(struct ww_source *source);

/* The source as decoding wants it. */
struct ww_packet_reader ww_source_reader(struct ww_source *source);

#endif
