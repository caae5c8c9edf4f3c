/* One libavcodec decoder on one thread: its Y plane as it is, no colour conversion.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_DECODE_VIDEO_DECODER_H
#define WW_DECODE_VIDEO_DECODER_H

#include <libavutil/frame.h>

#include "base/shared_packet.h"
#include "base/still.h"
#include "decode/glimpse.h"
#include "decode/plane.h"
#include "decode/video_pictures.h"

struct ww_video_decoder;

int ww_video_decoder_open(struct ww_video_decoder **decoder, const struct AVCodecParameters *parameters,
                          struct ww_error *error);
void ww_video_decoder_close(struct ww_video_decoder *decoder);

/* Gives it a packet, which it may keep a reference to; NULL: no more will come. Returns 0, -EINVAL where
 * the packet is no good, or -ENOMEM. Frames must be received between two packets until there is none. */
int ww_video_decoder_send(struct ww_video_decoder *decoder, struct ww_shared_packet *packet);

/* Returns 1 and lends a frame until the next call, 0 where it wants a packet, -ENODATA at the end,
 * -EINVAL where something was damaged beyond a frame, or -ENOMEM. */
int ww_video_decoder_receive(struct ww_video_decoder *decoder, const AVFrame **frame);

/* Makes it ready for a packet that leans on none before it. */
void ww_video_decoder_flush(struct ww_video_decoder *decoder);

/* What the received frame is, without its luma. */
struct ww_video_picture ww_video_decoder_picture(const struct ww_video_decoder *decoder);

/* Gives it its luma, unless it is corrupt: reduced towards wanted_width (0: as it is). That lies in the
 * frame, in the decoder or in `plane`. Returns 0 or -ENOMEM. */
int ww_video_decoder_reduce(struct ww_video_decoder *decoder, uint32_t wanted_width, struct ww_plane *plane,
                            struct ww_video_picture *picture);

/* A glimpse of the received frame, where one is due, for the caller; else NULL. */
struct ww_glimpse *ww_video_decoder_glimpse(struct ww_video_decoder *decoder,
                                            const struct ww_glimpse_pace *pace);

/* A still of a frame: a reference to its buffers. NULL: no memory. */
struct ww_still *ww_video_frame_keep(const AVFrame *frame);

#endif
