/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/clip_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum {
    BUFFER = 1 << 16,
    TICKS = 90000, /* a second, of pictures; of video they are the source's */
};
static const double fragment_seconds = 1, sync_seconds = 5;

struct ww_clip_file {
    int folder_fd, fd;
    char *folder, *draft, *name;
    bool video; /* packets have ticks of their own */
    AVRational time_base;
    double frame_duration;
    AVFormatContext *format;
    AVIOContext *out;
    AVPacket *shell;
    struct ww_sha256 hash;
    int code; /* the first failure of writing */
    int64_t first, last, packets;
    double first_pts, last_pts, flushed, synced; /* seconds of the packets */
};

static bool is_for_mp4(enum AVCodecID codec)
{
    switch (codec) {
    case AV_CODEC_ID_H264:
    case AV_CODEC_ID_HEVC:
    case AV_CODEC_ID_AV1:
    case AV_CODEC_ID_VP9:
    case AV_CODEC_ID_MPEG4:
    case AV_CODEC_ID_MJPEG: return true;
    default: return false;
    }
}

static enum AVCodecID codec_of(const struct ww_stream *stream)
{
    switch (stream->codec) {
    case WW_CODEC_JPEG: return AV_CODEC_ID_MJPEG;
    case WW_CODEC_PNG: return AV_CODEC_ID_PNG;
    case WW_CODEC_AV: return stream->parameters->codec_id;
    default: return AV_CODEC_ID_NONE;
    }
}

#if LIBAVFORMAT_VERSION_MAJOR >= 61
static int write_out(void *context, const uint8_t *bytes, int size)
#else
static int write_out(void *context, uint8_t *bytes, int size)
#endif
{
    struct ww_clip_file *file = context;
    if (file->code == 0)
        file->code = ww_write_all(file->fd, bytes, (size_t)size);
    if (file->code != 0)
        return AVERROR(-file->code);
    ww_sha256_add(&file->hash, bytes, (size_t)size);
    return size;
}

static int fail(const struct ww_clip_file *file, int code, struct ww_error *error)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    if (file->code != 0)
        return ww_fail(error, file->code, "cannot write the clip '%s': %s", file->name,
                       ww_errno_text(file->code));
    av_strerror(code, text, sizeof text);
    return ww_fail(error, code == AVERROR(ENOMEM) ? -ENOMEM : -ENOTSUP, "cannot write the clip '%s': %s",
                   file->name, text);
}

static void destroy(struct ww_clip_file *file)
{
    if (file->out)
        av_freep(&file->out->buffer);
    avio_context_free(&file->out);
    avformat_free_context(file->format);
    av_packet_free(&file->shell);
    if (file->fd >= 0)
        close(file->fd);
    if (file->folder_fd >= 0)
        close(file->folder_fd);
    free(file->folder);
    free(file->draft);
    free(file->name);
    free(file);
}

static int describe(struct ww_clip_file *file, const char *camera, const struct ww_stream *stream,
                    int64_t time_us)
{
    char time[WW_TIME_TEXT];
    AVStream *track = avformat_new_stream(file->format, NULL);
    if (!track)
        return AVERROR(ENOMEM);
    AVCodecParameters *parameters = track->codecpar;
    if (stream->parameters) {
        int code = avcodec_parameters_copy(parameters, stream->parameters);
        if (code < 0)
            return code;
    }
    parameters->codec_type = AVMEDIA_TYPE_VIDEO;
    parameters->codec_id = codec_of(stream);
    parameters->codec_tag = parameters->codec_id == AV_CODEC_ID_HEVC ? MKTAG('h', 'v', 'c', '1') : 0;
    if (stream->width > 0) {
        parameters->width = (int)stream->width;
        parameters->height = (int)stream->height;
    }
    track->time_base = file->time_base;
    if (stream->frame_rate > 0)
        track->avg_frame_rate = av_d2q(stream->frame_rate, 100000);
    ww_time_utc(time, time_us);
    av_dict_set(&file->format->metadata, "creation_time", time, 0);
    av_dict_set(&file->format->metadata, "title", camera, 0);
    return 0;
}

static int begin_format(struct ww_clip_file *file, const char *camera, const struct ww_stream *stream,
                        const char *container, int64_t time_us)
{
    AVDictionary *options = NULL;
    uint8_t *buffer = av_malloc(BUFFER);
    file->shell = av_packet_alloc();
    int code = avformat_alloc_output_context2(&file->format, NULL, container, NULL);
    file->out = buffer ? avio_alloc_context(buffer, BUFFER, 1, file, NULL, write_out, NULL) : NULL;
    if (!file->out)
        av_free(buffer);
    if (code < 0 || !file->out || !file->shell)
        return code < 0 ? code : AVERROR(ENOMEM);
    file->out->seekable = 0; /* so it is readable whenever it ends, and hashed while it is written */
    file->format->pb = file->out;
    file->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    code = describe(file, camera, stream, time_us);
    if (code < 0)
        return code;
    av_dict_set(&options, "movflags", "frag_custom+empty_moov+default_base_moof", 0);
    av_dict_set(&options, "cluster_time_limit", "1000", 0);
    code = avformat_write_header(file->format, &options);
    av_dict_free(&options);
    return code < 0 ? code : 0;
}

static bool is_taken(int folder_fd, const char *name)
{
    char sheet[NAME_MAX + 8];
    snprintf(sheet, sizeof sheet, "%.*s.jpg", (int)strcspn(name, "."), name);
    return faccessat(folder_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
           faccessat(folder_fd, sheet, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What is there is evidence, a sheet whose clip has expired too: who is replayed again has clips of other
 * names. */
static int choose_name(struct ww_clip_file *file, const char *name, const char *extension)
{
    for (int copy = 1;; copy++) {
        char number[16] = "";
        if (copy > 1)
            snprintf(number, sizeof number, "-%d", copy);
        free(file->name);
        if (asprintf(&file->name, "%s%s.%s", name, number, extension) < 0) {
            file->name = NULL;
            return -ENOMEM;
        }
        if (!is_taken(file->folder_fd, file->name))
            return asprintf(&file->draft, ".%s" WW_DRAFT_END, file->name) < 0 ? -ENOMEM : 0;
    }
}

static int open_draft(struct ww_clip_file *file, const char *name, const char *extension,
                      struct ww_error *error)
{
    int code = ww_make_folder(file->folder, error);
    if (code != 0)
        return code;
    file->folder_fd = open(file->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->folder_fd < 0)
        return ww_fail(error, -errno, "cannot write '%s': %s", file->folder, ww_errno_text(-errno));
    if (choose_name(file, name, extension) != 0)
        return ww_fail(error, -ENOMEM, "cannot begin a clip: out of memory");
    file->fd = openat(file->folder_fd, file->draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    code = file->fd >= 0 ? 0 : -errno;
    return code == 0 ? 0
                     : ww_fail(error, code, "cannot write '%s/%s': %s", file->folder, file->name,
                               ww_errno_text(code));
}

int ww_clip_file_open(struct ww_clip_file **file, const char *folder, const char *name, const char *camera,
                      const struct ww_stream *stream, int64_t time_us, struct ww_error *error)
{
    bool mp4 = is_for_mp4(codec_of(stream));
    struct ww_clip_file *opened = calloc(1, sizeof *opened);
    *file = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "cannot begin a clip: out of memory");
    opened->fd = opened->folder_fd = -1;
    opened->video = stream->codec == WW_CODEC_AV;
    opened->time_base = opened->video ? av_d2q(stream->time_base, 1 << 30) : (AVRational){1, TICKS};
    opened->frame_duration = stream->frame_rate > 0 ? 1 / stream->frame_rate : 0.04;
    ww_sha256_begin(&opened->hash);
    if (asprintf(&opened->folder, "%s/" WW_CLIP_FOLDER, folder) < 0) {
        opened->folder = NULL;
        destroy(opened);
        return ww_fail(error, -ENOMEM, "cannot begin a clip: out of memory");
    }
    int code = open_draft(opened, name, mp4 ? "mp4" : "mkv", error);
    if (code == 0) {
        code = begin_format(opened, camera, stream, mp4 ? "mp4" : "matroska", time_us);
        if (code < 0) {
            code = fail(opened, code, error);
            unlinkat(opened->folder_fd, opened->draft, 0);
        }
    }
    if (code != 0)
        destroy(opened);
    else
        *file = opened;
    return code;
}

/* Players want decoding times that rise, from zero on; what cameras give may not. */
static void set_times(struct ww_clip_file *file, const struct ww_packet *packet)
{
    AVPacket *shell = file->shell;
    double tick = av_q2d(file->time_base);
    int64_t pts = packet->ticks, dts = packet->decode_ticks;
    if (dts == AV_NOPTS_VALUE)
        dts = pts;
    if (!file->video || dts == AV_NOPTS_VALUE) /* it has none of its own */
        pts = dts = (int64_t)(packet->pts / tick + 0.5);
    if (pts == AV_NOPTS_VALUE)
        pts = dts;
    if (file->packets == 0)
        file->first = dts;
    shell->dts = dts - file->first;
    shell->pts = pts - file->first;
    if (file->packets > 0 && shell->dts <= file->last)
        shell->dts = file->last + 1;
    if (shell->pts < shell->dts)
        shell->pts = shell->dts;
    file->last = shell->dts;
    shell->duration = (int64_t)(file->frame_duration / tick + 0.5);
}

/* What was handed over so far can be played after a crash of the program. */
static int flush(struct ww_clip_file *file, double pts)
{
    if (pts - file->flushed < fragment_seconds)
        return 0;
    int code = av_write_frame(file->format, NULL);
    avio_flush(file->out);
    file->flushed = pts;
    if (code >= 0 && file->code == 0 && pts - file->synced >= sync_seconds) {
        file->synced = pts;
        file->code = fdatasync(file->fd) == 0 ? 0 : -errno;
    }
    return code < 0 ? code : file->code;
}

int ww_clip_file_add(struct ww_clip_file *file, const struct ww_packet *packet, struct ww_error *error)
{
    AVPacket *shell = file->shell;
    if (file->packets == 0)
        file->first_pts = file->flushed = file->synced = packet->pts;
    int code = flush(file, packet->pts);
    if (code == 0) {
        /* Without a buffer of its own libavformat copies what it keeps. */
        shell->data = (uint8_t *)(uintptr_t)packet->bytes;
        shell->size = (int)packet->size;
        shell->flags = packet->key || !file->video ? AV_PKT_FLAG_KEY : 0;
        shell->stream_index = 0;
        set_times(file, packet);
        av_packet_rescale_ts(shell, file->time_base, file->format->streams[0]->time_base);
        code = av_write_frame(file->format, shell);
        av_packet_unref(shell);
    }
    if (code < 0)
        return fail(file, code, error);
    file->packets++;
    if (packet->pts > file->last_pts)
        file->last_pts = packet->pts;
    return 0;
}

/* A log that begins anew elsewhere does not name what stayed with the old one. */
static bool is_still_there(int folder_fd, const char *path)
{
    struct stat there, ours;
    return stat(path, &there) == 0 && fstat(folder_fd, &ours) == 0 && there.st_ino == ours.st_ino &&
           there.st_dev == ours.st_dev;
}

int ww_clip_publish(int folder_fd, const char *path, const char *draft, const char *name)
{
    if (!is_still_there(folder_fd, path))
        return -ENOENT;
    return ww_publish_draft(folder_fd, draft, name, WW_DURABLE);
}

/* What did not fit is not part of it: the hash is of what was written, which may be less. */
static int settle(struct ww_clip_file *file, struct ww_evidence *evidence)
{
    char path[64];
    int64_t size;
    if (file->code == 0) {
        ww_sha256_end(&file->hash, evidence->sha256);
        return fdatasync(file->fd) == 0 ? 0 : -errno;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", file->fd);
    return ww_sha256_file(evidence->sha256, path, &size);
}

static bool is_header_only(const struct ww_clip_file *file)
{
    struct stat info;
    return file->packets == 0 || (fstat(file->fd, &info) == 0 && info.st_size < WW_LEAST_CLIP);
}

int ww_clip_file_finish(struct ww_clip_file *file, struct ww_evidence *evidence, double *duration,
                        struct ww_error *error)
{
    if (file->packets > 0)
        av_write_trailer(file->format);
    avio_flush(file->out);
    if (is_header_only(file)) {
        unlinkat(file->folder_fd, file->draft, 0);
        destroy(file);
        return ww_fail(error, -ENODATA, "a clip had no frame");
    }
    int code = settle(file, evidence);
    if (code == 0)
        code = ww_clip_publish(file->folder_fd, file->folder, file->draft, file->name);
    if (code != 0) /* the draft is settled at the next start */
        ww_fail(error, code, "cannot write the clip '%s': %s", file->name, ww_errno_text(code));
    snprintf(evidence->path, sizeof evidence->path, WW_CLIP_FOLDER "/%s", file->name);
    *duration = file->last_pts - file->first_pts + file->frame_duration;
    destroy(file);
    return code;
}
