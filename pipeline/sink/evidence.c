/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "sink/jpeg_writer.h"
#include "sink/snapshot.h"

static const char subfolder[] = "snapshots";
enum { ORIGINAL_QUALITY = 95 };

static int publish(const char *folder, const char *name, const void *bytes, size_t size,
                   struct ww_evidence *evidence, struct ww_error *error)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, subfolder) < 0)
        return ww_fail(error, -ENOMEM, "cannot write '%s/%s': out of memory", folder, name);
    int code = ww_publish_file(path, name, bytes, size, WW_DURABLE, error);
    free(path);
    if (code == 0) {
        snprintf(evidence->path, sizeof evidence->path, "%s/%s", subfolder, name);
        ww_sha256_text(evidence->sha256, bytes, size);
    }
    return code;
}

static int write_original(const char *folder, struct ww_record *record, const struct ww_still *still,
                          const struct ww_picture *picture, struct ww_error *error)
{
    char name[WW_EVENT_ID_TEXT + 32];
    unsigned char *encoded = NULL;
    const void *bytes = still->bytes;
    size_t size = still->size;
    if (!bytes) {
        int code = ww_jpeg_encode(picture, ORIGINAL_QUALITY, NULL, &encoded, &size, error);
        if (code != 0)
            return code;
        bytes = encoded;
    }
    snprintf(name, sizeof name, "%s-original.%s", record->event, still->extension ? still->extension : "jpg");
    int code = publish(folder, name, bytes, size, &record->original, error);
    free(encoded);
    return code;
}

static int write_snapshot(const char *folder, struct ww_record *record, const struct ww_best_frame *best,
                          const struct ww_region *region, struct ww_picture *picture, struct ww_font *font,
                          struct ww_error *error)
{
    char name[WW_EVENT_ID_TEXT + 32];
    unsigned char *bytes;
    size_t size;
    const struct ww_snapshot_facts facts = {
        .type = record->type,
        .event = record->event,
        .camera = record->camera,
        .wall = record->wall,
        .zone = record->zone,
        .region = region,
        .direction = record->direction,
        .detail = record->detail,
        .crosses = record->crosses,
        .crossing = record->crossing,
        .path = record->path,
        .path_count = record->path_count,
        .box = best->box,
        .time_us = best->time_us,
        .frame = best->frame,
        .score = record->score,
    };
    int code = ww_snapshot_make(picture, &facts, font, &bytes, &size, error);
    if (code != 0)
        return code;
    snprintf(name, sizeof name, "%s.jpg", record->event);
    code = publish(folder, name, bytes, size, &record->snapshot, error);
    free(bytes);
    return code;
}

int ww_evidence_write(const char *folder, struct ww_record *record, const struct ww_best_frame *best,
                      const struct ww_region *region, struct ww_font *font, struct ww_error *error)
{
    struct ww_picture picture = {0};
    int code = best->still->type->decode(best->still, &picture, error);
    if (code == 0 && !best->still->is_drawn)
        code = write_original(folder, record, best->still, &picture, error);
    if (code == 0)
        code = write_snapshot(folder, record, best, region, &picture, font, error);
    ww_picture_free(&picture);
    return code;
}
