/* What is common to sources that libavformat reads. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CAPTURE_LIBAV_H
#define WW_CAPTURE_LIBAV_H

#include <libavcodec/packet.h>

#include "base/packet.h"

/* Takes over what `from` holds, which is empty afterwards: bytes, ticks and key are set, all else of the
 * packet is 0. Returns 0 or -ENOMEM. */
int ww_libav_take(AVPacket *from, struct ww_packet *packet);

#endif
