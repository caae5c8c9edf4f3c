/* Containers and video decoders through our own use of them: packets, chunks, frames, stills. The first
 * byte chooses the number of threads. SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/source.h"
#include "decode/frames.h"

enum { MOST_FRAMES = 60 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void watch(struct ww_source *source, int threads)
{
    const struct ww_decode_options options = {.analysis_width = 320, .threads = threads};
    struct ww_frames *frames;
    struct ww_frame frame;
    struct ww_error error;
    if (ww_frames_open(&frames, &source->stream, ww_source_reader(source), &options, &error) != 0)
        return;
    for (int i = 0; i < MOST_FRAMES && ww_frames_next(frames, &frame, &error) == 1; i++) {
        struct ww_still *still = i % 8 == 5 ? ww_frames_keep(frames) : NULL;
        struct ww_picture picture = {0};
        if (still && still->type->decode(still, &picture, &error) == 0)
            ww_picture_free(&picture);
        ww_still_release(still);
    }
    ww_frames_close(frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct ww_source_options options = {0};
    struct ww_source source;
    struct ww_error error;
    char path[64];
    av_log_set_level(AV_LOG_QUIET);
    if (size < 2)
        return 0;
    int fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, bytes + 1, size - 1) < 0) {
        close(fd);
        return 0;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (ww_source_open(&source, path, &options, &error) == 0) {
        if ((uint64_t)source.stream.width * source.stream.height <= 640 * 480)
            watch(&source, 1 + bytes[0] % 3);
        ww_source_close(&source);
    }
    close(fd);
    return 0;
}
