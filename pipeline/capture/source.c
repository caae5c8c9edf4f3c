/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/source.h"

#include <errno.h>
#include <stddef.h>

/* The first that accepts a location opens it. */
static const struct ww_source_type *const types[] = {
    &ww_source_scene,
    &ww_source_folder,
    &ww_source_recording,
};

static const struct ww_source_type *const live_types[] = {
    &ww_source_scene,
    &ww_source_network,
    &ww_source_v4l2,
};

static const struct ww_source_type *find(const struct ww_source_type *const *list, size_t count,
                                         const char *location)
{
    for (size_t i = 0; i < count; i++)
        if (list[i]->accepts(location))
            return list[i];
    return NULL;
}

static int open_as(struct ww_source *source, const struct ww_source_type *type, const char *location,
                   const struct ww_source_options *options, struct ww_error *error)
{
    *source = (struct ww_source){0};
    int code = type->open(&source->state, &source->stream, location, options, error);
    if (code == 0)
        source->type = type;
    return code;
}

int ww_source_open(struct ww_source *source, const char *location, const struct ww_source_options *options,
                   struct ww_error *error)
{
    const struct ww_source_type *type = find(types, sizeof types / sizeof *types, location);
    return open_as(source, type, location, options, error); /* the last one accepts anything */
}

int ww_source_check_live(const char *location, struct ww_error *error)
{
    if (find(live_types, sizeof live_types / sizeof *live_types, location))
        return 0;
    return ww_fail(error, -EINVAL,
                   "'%s' is no camera: /dev/video0, a path under /dev/v4l/by-id, rtsp://…, http://… or "
                   "scene:rear-wall is; recordings are for 'wallwatch replay'",
                   location);
}

int ww_source_open_live(struct ww_source *source, const char *location,
                        const struct ww_source_options *options, struct ww_error *error)
{
    *source = (struct ww_source){0};
    int code = ww_source_check_live(location, error);
    if (code != 0)
        return code;
    const struct ww_source_type *type = find(live_types, sizeof live_types / sizeof *live_types, location);
    return open_as(source, type, location, options, error);
}

void ww_source_close(struct ww_source *source)
{
    if (source->type)
        source->type->close(source->state);
    source->type = NULL;
}

static int read_source(void *context, struct ww_packet *packet, struct ww_error *error)
{
    struct ww_source *source = context;
    return source->type->read(source->state, packet, error);
}

struct ww_packet_reader ww_source_reader(struct ww_source *source)
{
    return (struct ww_packet_reader){.read = read_source, .context = source};
}
