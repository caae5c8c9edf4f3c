/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "sink/jpeg_writer.h"
#include "sink/snapshot.h"

static const char subfolder[] = "snapshots";
enum { ORIGINAL_QUALITY = 95, CROP_QUALITY = 90, LEAST_MARGIN = 16 /* pixels */ };

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

/* A part of a picture, for ww_jpeg_encode_rows(). */
struct crop {
    const struct ww_picture *picture;
    uint32_t left, top;
};

/* NOLINTNEXTLINE(readability-non-const-parameter): others fill it */
static const uint8_t *lend_row(const void *context, uint32_t y, uint8_t *row)
{
    const struct crop *crop = context;
    (void)row;
    return crop->picture->pixels + ((size_t)(crop->top + y) * crop->picture->width + crop->left) * 3;
}

static uint32_t within(int64_t value, uint32_t size)
{
    return value < 0 ? 0 : value > size ? size : (uint32_t)value;
}

/* Who it is about, with a quarter of his size around him, pixel by pixel as the camera saw him. */
static int write_crop(const char *folder, struct ww_record *record, const struct ww_box *box,
                      const struct ww_picture *picture, struct ww_error *error)
{
    char name[WW_EVENT_ID_TEXT + 32];
    unsigned char *bytes;
    size_t size;
    int64_t larger = box->width > box->height ? box->width : box->height;
    int64_t margin = larger / 4 > LEAST_MARGIN ? larger / 4 : LEAST_MARGIN;
    uint32_t left = within(box->x - margin, picture->width), top = within(box->y - margin, picture->height);
    uint32_t right = within((int64_t)box->x + box->width + margin, picture->width);
    uint32_t bottom = within((int64_t)box->y + box->height + margin, picture->height);
    if (box->width <= 0 || box->height <= 0 || right <= left || bottom <= top)
        return 0;
    const struct crop crop = {picture, left, top};
    const struct ww_jpeg_rows rows = {right - left, bottom - top, WW_JPEG_RGB, lend_row, &crop};
    int code = ww_jpeg_encode_rows(&rows, CROP_QUALITY, NULL, &bytes, &size, error);
    if (code != 0)
        return code;
    snprintf(name, sizeof name, "%s-crop.jpg", record->event);
    code = publish(folder, name, bytes, size, &record->crop, error);
    free(bytes);
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
    if (code == 0 && best->cropped)
        code = write_crop(folder, record, &best->box, &picture, error);
    if (code == 0)
        code = write_snapshot(folder, record, best, region, &picture, font, error);
    ww_picture_free(&picture);
    return code;
}
