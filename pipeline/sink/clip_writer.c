/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/clip_writer.h"

#include <dirent.h>
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "sink/clip_file.h"
#include "sink/clip_rescue.h"
#include "sink/contact_sheet.h"

struct ww_clip {
    struct ww_clip_writer *writer;
    uint64_t number;
    const char *camera;
    struct ww_stream stream;
    AVCodecParameters *parameters; /* of WW_CODEC_AV */
    /* Of who hands packets over. */
    double shown_from, shown_to; /* pts, of its end on */
    struct ww_course course;     /* likewise; between them */
    struct job *end;             /* is there from the beginning on: a clip can always end */
    bool until_key;              /* what leans on a packet that was left out is left out */
    /* Of the writer's thread. */
    struct ww_clip_file *file;
    struct ww_clip_done done;
    bool failed;
    double began; /* pts of its first packet */
    int64_t began_us;
    /* Under the writer's lock. */
    int64_t lost;
};

struct job {
    struct job *next;
    struct ww_clip *clip;
    struct ww_shared_packet *packet; /* NULL: the clip ends */
    int64_t time_us;
};

struct ww_clip_writer {
    struct ww_clip_writer_options options;
    char *folder;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *head, *tail;
    size_t waiting; /* bytes */
    bool busy, closing;
    atomic_bool rescued; /* what an earlier program left is settled */
    uint64_t numbers;
    char **cameras; /* of clips of an earlier program; of the thread */
    size_t camera_count;
    double cpu;
};

static void free_clip(struct ww_clip *clip)
{
    if (!clip)
        return;
    avcodec_parameters_free(&clip->parameters);
    ww_course_clear(&clip->course);
    free(clip->end);
    free(clip);
}

/* --- the thread ----------------------------------------------------------------------------------- */

/* After when and where: that can be read, and sorts by time. */
static void name_clip(const struct ww_clip *clip, int64_t time_us, char *name, size_t size)
{
    char time[WW_TIME_TEXT];
    ww_time_utc(time, time_us);
    int at = snprintf(name, size, "%.4s%.2s%.2sT%.2s%.2s%.2sZ-", time, time + 5, time + 8, time + 11,
                      time + 14, time + 17);
    for (const char *c = clip->camera; *c && at < 48; c++)
        name[at++] =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ? *c : '-';
    snprintf(name + at, size - (size_t)at, "-%ju", (uintmax_t)clip->number);
}

static int open_file(struct ww_clip *clip, int64_t time_us, struct ww_error *error)
{
    char name[WW_EVIDENCE_PATH - 16];
    name_clip(clip, time_us, name, sizeof name);
    clip->stream.parameters = clip->parameters;
    return ww_clip_file_open(&clip->file, clip->writer->folder, name, clip->camera, &clip->stream, time_us,
                             error);
}

static void write_packet(struct ww_clip *clip, const struct ww_packet *packet, int64_t time_us)
{
    struct ww_error *error = &clip->done.error;
    int code = 0;
    if (clip->failed)
        return;
    if (!clip->file) {
        clip->began = packet->pts;
        clip->began_us = time_us;
        code = open_file(clip, time_us, error);
    }
    if (code == 0)
        code = ww_clip_file_add(clip->file, packet, error);
    if (code == 0) {
        clip->done.end_us = time_us;
        return;
    }
    clip->failed = true;
    snprintf(clip->done.reason, sizeof clip->done.reason, "it ends early: it could not be written on");
}

/* What goes wrong with it costs nothing but it. */
static void make_sheet(struct ww_clip *clip)
{
    struct ww_error error;
    unsigned char *bytes;
    size_t size;
    char *path = NULL, *folder = NULL, name[WW_EVIDENCE_PATH - sizeof WW_CLIP_FOLDER];
    const char *file = strchr(clip->done.file.path, '/') + 1;
    snprintf(name, sizeof name, "%.*s.jpg", (int)strcspn(file, "."), file);
    if (asprintf(&folder, "%s/" WW_CLIP_FOLDER, clip->writer->folder) < 0)
        return;
    if (asprintf(&path, "%s/%s", folder, file) < 0) {
        free(folder);
        return;
    }
    const struct ww_contact_sheet sheet = {.clip = path,
                                           .begin_us = clip->began_us,
                                           .course = &clip->course,
                                           .course_begin = clip->began,
                                           .from = clip->shown_from - clip->began,
                                           .to = clip->shown_to - clip->began};
    int code = ww_contact_sheet_make(&sheet, &bytes, &size, &error);
    if (code == 0) {
        code = ww_publish_file(folder, name, bytes, size, WW_DURABLE, &error);
        if (code == 0) {
            snprintf(clip->done.sheet.path, sizeof clip->done.sheet.path, WW_CLIP_FOLDER "/%s", name);
            ww_sha256_text(clip->done.sheet.sha256, bytes, size);
        }
        free(bytes);
    }
    if (code != 0)
        ww_log_about(WW_LOG_WARNING, clip->camera, "%s", error.text);
    free(path);
    free(folder);
}

static void end_clip(struct ww_clip *clip)
{
    struct ww_clip_writer *writer = clip->writer;
    struct ww_error error;
    if (clip->file && ww_clip_file_finish(clip->file, &clip->done.file, &clip->done.duration, &error) != 0) {
        clip->done.file.path[0] = '\0';
        if (error.code != -ENODATA && clip->done.error.code == 0)
            clip->done.error = error;
    }
    pthread_mutex_lock(&writer->lock);
    int64_t lost = clip->lost;
    pthread_mutex_unlock(&writer->lock);
    if (lost > 0)
        snprintf(clip->done.reason, sizeof clip->done.reason,
                 "%jd frames are missing: they came faster than they could be written", (intmax_t)lost);
    if (clip->done.file.path[0] && clip->shown_to > clip->shown_from)
        make_sheet(clip);
    clip->done.number = clip->number;
    clip->done.camera = clip->camera;
    writer->options.done(writer->options.context, &clip->done);
    free_clip(clip);
}

static void do_job(const struct job *job)
{
    if (job->packet)
        write_packet(job->clip, &job->packet->packet, job->time_us);
    else
        end_clip(job->clip);
}

/* As long as records can have it. */
static const char *keep_camera(struct ww_clip_writer *writer, const char *name)
{
    char **grown = realloc(writer->cameras, (writer->camera_count + 1) * sizeof *grown);
    char *copy = grown ? strdup(name) : NULL;
    if (grown)
        writer->cameras = grown;
    if (!copy)
        return "";
    return writer->cameras[writer->camera_count++] = copy;
}

static void rescue(struct ww_clip_writer *writer, const char *draft)
{
    struct ww_clip_facts facts;
    struct ww_clip_done done = {0};
    int code = ww_clip_file_rescue(writer->folder, draft, &done.file, &facts, &done.error);
    if (code == -ENODATA)
        return;
    if (code == 0) {
        done.end_us =
            facts.begin_us > 0 ? facts.begin_us + (int64_t)(facts.duration * 1e6) : ww_clock_wall_us();
        done.duration = facts.duration;
    } else {
        done.file.path[0] = '\0';
    }
    done.camera = code == 0 ? keep_camera(writer, facts.camera) : "";
    snprintf(done.reason, sizeof done.reason, "it was cut off when the program ended");
    writer->options.done(writer->options.context, &done);
}

/* The log is ours alone, and so are drafts: they are of a program that ended before its clips. */
static void rescue_all(struct ww_clip_writer *writer)
{
    char *path;
    struct dirent **entries = NULL;
    if (asprintf(&path, "%s/" WW_CLIP_FOLDER, writer->folder) < 0)
        return;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (ww_is_draft(entries[i]->d_name))
            rescue(writer, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    free(path);
}

static void *work(void *argument)
{
    struct ww_clip_writer *writer = argument;
    rescue_all(writer);
    writer->rescued = true;
    pthread_mutex_lock(&writer->lock);
    for (;;) {
        while (!writer->head && !writer->closing)
            pthread_cond_wait(&writer->changed, &writer->lock);
        struct job *job = writer->head;
        if (!job)
            break;
        writer->head = job->next;
        if (!writer->head)
            writer->tail = NULL;
        writer->busy = true;
        pthread_mutex_unlock(&writer->lock);
        size_t size = job->packet ? job->packet->packet.size : 0;
        do_job(job);
        ww_shared_packet_release(job->packet);
        free(job);
        pthread_mutex_lock(&writer->lock);
        writer->waiting -= size;
        writer->busy = false;
        pthread_cond_broadcast(&writer->changed);
    }
    pthread_mutex_unlock(&writer->lock);
    writer->cpu = ww_clock_thread_cpu();
    return NULL;
}

/* --- who hands over ------------------------------------------------------------------------------- */

/* With the lock held. */
static void push(struct ww_clip_writer *writer, struct job *job)
{
    if (writer->tail)
        writer->tail->next = job;
    else
        writer->head = job;
    writer->tail = job;
    pthread_cond_broadcast(&writer->changed);
}

static bool copy_parameters(struct ww_clip *clip, const struct ww_stream *stream)
{
    if (!stream->parameters)
        return true;
    clip->parameters = avcodec_parameters_alloc();
    return clip->parameters && avcodec_parameters_copy(clip->parameters, stream->parameters) >= 0;
}

struct ww_clip *ww_clip_begin(struct ww_clip_writer *writer, const char *camera,
                              const struct ww_stream *stream)
{
    struct ww_clip *clip = calloc(1, sizeof *clip);
    if (!clip)
        return NULL;
    clip->writer = writer;
    clip->camera = camera;
    clip->stream = *stream;
    clip->end = calloc(1, sizeof *clip->end);
    if (!clip->end || !copy_parameters(clip, stream)) {
        free_clip(clip);
        return NULL;
    }
    clip->end->clip = clip;
    pthread_mutex_lock(&writer->lock);
    clip->number = ++writer->numbers;
    pthread_mutex_unlock(&writer->lock);
    return clip;
}

uint64_t ww_clip_number(const struct ww_clip *clip)
{
    return clip->number;
}

/* With the lock held: whether there is room; otherwise the packet is lost. */
static bool fits(struct ww_clip_writer *writer, struct ww_clip *clip, size_t size, bool key)
{
    while (!writer->options.live && writer->waiting > 0 && writer->waiting + size > WW_CLIP_WAITING_BYTES)
        pthread_cond_wait(&writer->changed, &writer->lock);
    if (key)
        clip->until_key = false;
    if (!clip->until_key && (!writer->options.live || writer->waiting + size <= WW_CLIP_WAITING_BYTES))
        return true;
    clip->until_key = true;
    if (clip->lost++ == 0)
        ww_log_about(WW_LOG_WARNING, clip->camera,
                     "frames are left out of its clip: the disk is too slow for it");
    return false;
}

void ww_clip_add(struct ww_clip *clip, struct ww_shared_packet *packet, bool key, int64_t time_us)
{
    struct ww_clip_writer *writer = clip->writer;
    struct job *job = packet->packet.size > 0 ? calloc(1, sizeof *job) : NULL;
    if (!job)
        return;
    *job = (struct job){.clip = clip, .packet = ww_shared_packet_retain(packet), .time_us = time_us};
    pthread_mutex_lock(&writer->lock);
    bool takes = fits(writer, clip, packet->packet.size, key);
    if (takes) {
        writer->waiting += packet->packet.size;
        push(writer, job);
    }
    pthread_mutex_unlock(&writer->lock);
    if (!takes) {
        ww_shared_packet_release(job->packet);
        free(job);
    }
}

void ww_clip_end(struct ww_clip *clip, uint64_t next, double shown_from, double shown_to,
                 struct ww_course *course)
{
    struct ww_clip_writer *writer = clip->writer;
    struct job *end = clip->end;
    uint64_t number = clip->number;
    clip->done.next = next;
    clip->shown_from = shown_from;
    clip->shown_to = shown_to;
    clip->course = *course;
    *course = (struct ww_course){0};
    clip->end = NULL;
    pthread_mutex_lock(&writer->lock);
    push(writer, end);
    pthread_mutex_unlock(&writer->lock);
    if (writer->options.ended)
        writer->options.ended(writer->options.context, number);
}

bool ww_clip_writer_is_idle(struct ww_clip_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    bool idle = writer->rescued && !writer->head && !writer->busy;
    pthread_mutex_unlock(&writer->lock);
    return idle;
}

/* --- life ----------------------------------------------------------------------------------------- */

static void destroy(struct ww_clip_writer *writer)
{
    pthread_mutex_destroy(&writer->lock);
    pthread_cond_destroy(&writer->changed);
    for (size_t i = 0; i < writer->camera_count; i++)
        free(writer->cameras[i]);
    free(writer->cameras);
    free(writer->folder);
    free(writer);
}

int ww_clip_writer_open(struct ww_clip_writer **writer, const struct ww_clip_writer_options *options,
                        struct ww_error *error)
{
    struct ww_clip_writer *opened = calloc(1, sizeof *opened);
    *writer = NULL;
    if (!opened)
        return ww_fail(error, -ENOMEM, "cannot start writing clips: out of memory");
    opened->options = *options;
    opened->folder = strdup(options->folder);
    pthread_mutex_init(&opened->lock, NULL);
    pthread_cond_init(&opened->changed, NULL);
    int failed = opened->folder ? pthread_create(&opened->thread, NULL, work, opened) : ENOMEM;
    if (failed) {
        destroy(opened);
        return ww_fail(error, -failed, "cannot start the thread that writes clips: %s", strerror(failed));
    }
    *writer = opened;
    return 0;
}

double ww_clip_writer_finish(struct ww_clip_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    writer->closing = true;
    pthread_cond_broadcast(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    return writer->cpu;
}

void ww_clip_writer_close(struct ww_clip_writer *writer)
{
    if (writer)
        destroy(writer);
}
