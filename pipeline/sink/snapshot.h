/* The annotated picture of an event. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_SNAPSHOT_H
#define WW_SINK_SNAPSHOT_H

#include "sink/record.h"
#include "sink/text.h"

struct ww_snapshot_facts {
    const char *type, *event, *camera, *wall, *zone; /* wall and zone may be NULL */
    const struct ww_region *region;                  /* NULL: the whole picture is watched */
    const char *direction;                           /* NULL: it has none */
    const char *detail;                              /* NULL: it has none */
    bool crosses;
    struct ww_spot crossing;
    const struct ww_spot *path;
    size_t path_count;
    struct ww_box box;
    int64_t time_us, frame;
    float score;
};

/* Draws the box and the region on the picture and writes the facts on a strip below it, so that they
 * cover nothing; the facts are in the file's COM segment, too. The picture is drawn on and made larger in
 * place: a second one of 4K would be 25 MB. `font` may be NULL: then there is no strip. *bytes is the
 * caller's to free. Returns 0 or a negative errno. */
int ww_snapshot_make(struct ww_picture *picture, const struct ww_snapshot_facts *facts, struct ww_font *font,
                     unsigned char **bytes, size_t *size, struct ww_error *error);

#endif
