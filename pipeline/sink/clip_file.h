/* A clip: packets as they came, in a container that plays up to where it ends, however it ended.
 * SPDX-License-Identifier: Apache-2.0
 *
 * MP4 in fragments of a second for what browsers and most players expect in MP4 (H.264, H.265, AV1, VP9,
 * MPEG-4, JPEG), else Matroska. Nothing is encoded. While it is written its name is .NAME.part. */
#ifndef WW_SINK_CLIP_FILE_H
#define WW_SINK_CLIP_FILE_H

#include "base/packet.h"
#include "sink/record.h"

#define WW_CLIP_FOLDER "clips"

struct ww_clip_file;

enum { WW_LEAST_CLIP = 2048 }; /* bytes: a header alone is no clip */

/* Begins FOLDER/clips/NAME.mp4 or .mkv, making the folder; `time_us` is the wall-clock time of its
 * first packet. -ENOTSUP: no container takes this codec. */
int ww_clip_file_open(struct ww_clip_file **file, const char *folder, const char *name, const char *camera,
                      const struct ww_stream *stream, int64_t time_us, struct ww_error *error);

/* Packets in decoding order. After a failure the file can be finished: it ends before the packet. */
int ww_clip_file_add(struct ww_clip_file *file, const struct ww_packet *packet, struct ww_error *error);

/* Puts the file under its name, on the disk, and frees. Fills *evidence, and *duration in seconds. -ENODATA:
 * there was no packet, and there is no file. After another failure it stays a draft. */
int ww_clip_file_finish(struct ww_clip_file *file, struct ww_evidence *evidence, double *duration,
                        struct ww_error *error);

/* Gives DRAFT its NAME in the folder, on the disk. -ENOENT: PATH is another folder by now. */
int ww_clip_publish(int folder_fd, const char *path, const char *draft, const char *name);

#endif
