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

int ww_source_open(struct ww_source *source, const char *location, const struct ww_source_options *options,
                   struct ww_error *error)
{
    *source = (struct ww_source){0};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!types[i]->accepts(location))
            continue;
        int code = types[i]->open(&source->state, &source->stream, location, options, error);
        if (code == 0)
            source->type = types[i];
        return code;
    }
    return ww_fail(error, -EINVAL, "'%s' is nothing that can be replayed", location);
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
