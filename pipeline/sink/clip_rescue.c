/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/clip_rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "sink/clip_file.h"

static uint64_t big_endian(const uint8_t *bytes, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* A fragment's index that is not whole makes players refuse all of an MP4 (ISO/IEC 14496-12, 4.2: boxes).
 * Matroska needs no such care. *left: bytes that stay. */
static int drop_cut_index(const char *path, off_t *left)
{
    uint8_t head[16];
    off_t at = 0, index = -1; /* of the last index whose frames did not begin yet */
    struct stat info = {0};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    int code = fd < 0 || fstat(fd, &info) != 0 ? -errno : 0;
    while (code == 0 && at < info.st_size) {
        memset(head, 0, sizeof head);
        bool whole = pread(fd, head, sizeof head, at) == (ssize_t)sizeof head;
        uint64_t size = whole ? big_endian(head, 4) : 0;
        size = size == 1 ? big_endian(head + 8, 8) : size;
        if (at == 0 && whole && memcmp(head + 4, "ftyp", 4) != 0)
            break; /* no MP4 */
        if (whole && memcmp(head + 4, "mdat", 4) == 0)
            index = -1;
        else if (index < 0)
            index = at;
        if (!whole || size < 8 || size > (uint64_t)(info.st_size - at))
            break;
        at += (off_t)size;
        if (memcmp(head + 4, "moof", 4) != 0)
            index = -1;
    }
    if (code == 0 && index > 0 && ftruncate(fd, index) != 0)
        code = -errno;
    *left = index > 0 ? index : info.st_size;
    if (fd >= 0)
        close(fd);
    return code;
}

/* How long it is only its packets know. What cannot be read stays unknown. *left: where the last whole frame
 * ends. */
static void read_facts(const char *path, struct ww_clip_facts *facts, off_t *left)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    double last = 0;
    *facts = (struct ww_clip_facts){0};
    if (packet && avformat_open_input(&format, path, NULL, NULL) == 0 && format->nb_streams > 0) {
        const AVDictionaryEntry *title = av_dict_get(format->metadata, "title", NULL, 0);
        const AVDictionaryEntry *time = av_dict_get(format->metadata, "creation_time", NULL, 0);
        snprintf(facts->camera, sizeof facts->camera, "%s", title ? title->value : "");
        if (time)
            ww_time_parse(time->value, &facts->begin_us);
        for (; av_read_frame(format, packet) == 0; av_packet_unref(packet)) {
            if (packet->flags & AV_PKT_FLAG_CORRUPT) {
                if (packet->pos > 0 && packet->pos < *left)
                    *left = (off_t)packet->pos;
                break;
            }
            double pts = (double)packet->pts * av_q2d(format->streams[0]->time_base);
            last = pts > last ? pts : last;
        }
        av_packet_unref(packet);
    }
    facts->duration = last; /* clips begin at 0 */
    avformat_close_input(&format);
    av_packet_free(&packet);
}

int ww_clip_file_rescue(const char *folder, const char *draft, struct ww_evidence *evidence,
                        struct ww_clip_facts *facts, struct ww_error *error)
{
    char *path, *from = NULL;
    int64_t size;
    off_t left = 0;
    int code = 0;
    if (asprintf(&path, "%s/" WW_CLIP_FOLDER, folder) < 0)
        return ww_fail(error, -ENOMEM, "cannot rescue a clip: out of memory");
    snprintf(evidence->path, sizeof evidence->path, WW_CLIP_FOLDER "/%.*s",
             (int)(strlen(draft) - sizeof WW_DRAFT_END), draft + 1);
    int folder_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0)
        code = -errno;
    else if (asprintf(&from, "%s/%s", path, draft) < 0)
        code = -ENOMEM;
    else
        code = drop_cut_index(from, &left);
    if (code == 0 && from && left < WW_LEAST_CLIP)
        code = unlink(from) == 0 ? -ENODATA : -errno;
    if (code == 0) {
        off_t whole = left;
        read_facts(from, facts, &whole);
        code = whole < left && truncate(from, whole) != 0 ? -errno : 0;
    }
    if (code == 0)
        code = ww_sha256_file(evidence->sha256, from, &size);
    if (code == 0)
        code = ww_clip_publish(folder_fd, path, draft, strchr(evidence->path, '/') + 1);
    if (folder_fd >= 0)
        close(folder_fd);
    if (code != 0)
        ww_fail(error, code, "cannot rescue the clip '%s/%s': %s", path, draft, ww_errno_text(code));
    free(from);
    free(path);
    return code;
}
