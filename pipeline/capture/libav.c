/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/libav.h"

#include <errno.h>

static void release(void *lease)
{
    AVPacket *packet = lease;
    av_packet_free(&packet);
}

int ww_libav_take(AVPacket *from, struct ww_packet *packet)
{
    AVPacket *taken = av_packet_alloc();
    if (!taken || (!from->buf && av_packet_make_refcounted(from) < 0)) {
        av_packet_free(&taken);
        return -ENOMEM;
    }
    av_packet_move_ref(taken, from);
    *packet = (struct ww_packet){
        .bytes = taken->data,
        .size = (size_t)taken->size,
        .ticks = taken->pts,
        .decode_ticks = taken->dts,
        .key = (taken->flags & AV_PKT_FLAG_KEY) != 0,
        .release = release,
        .lease = taken,
    };
    return 0;
}
