/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/contact_sheet.h"

#include <errno.h>
#include <float.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sink/jpeg_writer.h"
#include "sink/text.h"

enum { QUALITY = 85, COLUMNS = 4, MOST_TILES = 8, TILE = 400, GAP = 4, TEXT = 15, CAPTION = 26 };

static const double thorough_seconds = 1; /* tiles closer than that may need each frame that there is */
static const double tolerance = 1 / 3.0;  /* of the tiles' spacing: how far off a cheaper frame may be */

static const struct ww_rgb bright = {245, 246, 248};

/* Which frame a tile shows: the first at or after `at`, decoded from the key frame at `key` on; seconds. */
struct choice {
    double at, key;
};

/* What is drawn. */
struct page {
    int64_t begin_us;
    struct ww_picture picture; /* its size comes with the first frame */
    struct ww_font *font;      /* NULL: no captions */
    struct SwsContext *scaler;
    int tile_height, tiles;
};

/* A frame, wherever it comes from. */
struct view {
    const uint8_t *const *planes;
    const int *strides;
    int width, height, format;
};

struct reading {
    const struct ww_contact_sheet *sheet;
    struct page *page;
    AVFormatContext *format;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *frame;
    struct choice choices[MOST_TILES];
    double key; /* of the packet that was read last */
};

static int begin_page(struct page *page, const struct view *view)
{
    struct ww_picture *picture = &page->picture;
    int height = (int)((int64_t)view->height * TILE / view->width);
    page->tile_height = height < 2 ? 2 : height > 2 * TILE ? 2 * TILE : height;
    picture->width = COLUMNS * (TILE + GAP) - GAP;
    picture->height = (uint32_t)(MOST_TILES / COLUMNS * (page->tile_height + CAPTION));
    picture->pixels = calloc((size_t)picture->width * picture->height, 3);
    struct ww_error untold;
    ww_font_open(&page->font, &untold);
    return picture->pixels ? 0 : AVERROR(ENOMEM);
}

static int add_tile(struct page *page, const struct view *view, double at)
{
    char time[WW_TIME_TEXT];
    int code = page->picture.pixels ? 0 : begin_page(page, view);
    if (code < 0)
        return code;
    int left = page->tiles % COLUMNS * (TILE + GAP);
    int top = page->tiles / COLUMNS * (page->tile_height + CAPTION);
    page->scaler =
        sws_getCachedContext(page->scaler, view->width, view->height, view->format, TILE, page->tile_height,
                             AV_PIX_FMT_RGB24, SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, NULL, NULL, NULL);
    if (!page->scaler)
        return AVERROR(ENOMEM);
    int stride = (int)page->picture.width * 3;
    uint8_t *const out[4] = {page->picture.pixels + (size_t)top * (size_t)stride + (size_t)left * 3};
    const int strides[4] = {stride};
    sws_scale(page->scaler, view->planes, view->strides, 0, view->height, out, strides);
    ww_time_local(time, page->begin_us + (int64_t)(at * 1e6));
    if (page->font)
        ww_font_draw(page->font, TEXT, &page->picture, left + 6, top + page->tile_height + 4, time, bright);
    page->tiles++;
    return 0;
}

static void close_page(struct page *page)
{
    sws_freeContext(page->scaler);
    ww_font_close(page->font);
    ww_picture_free(&page->picture);
}

static double spacing(const struct reading *reading)
{
    return (reading->sheet->to - reading->sheet->from) / (MOST_TILES - 1);
}

static void close_reading(struct reading *reading)
{
    avformat_close_input(&reading->format);
    avcodec_free_context(&reading->decoder);
    av_packet_free(&reading->packet);
    av_frame_free(&reading->frame);
}

/* libav's code, or 0. */
static int open_reading(struct reading *reading)
{
    int code = avformat_open_input(&reading->format, reading->sheet->clip, NULL, NULL);
    if (code < 0 || reading->format->nb_streams == 0)
        return code < 0 ? code : AVERROR_INVALIDDATA;
    const AVCodecParameters *parameters = reading->format->streams[0]->codecpar;
    const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
    reading->decoder = codec ? avcodec_alloc_context3(codec) : NULL;
    reading->packet = av_packet_alloc();
    reading->frame = av_frame_alloc();
    if (!reading->decoder || !reading->packet || !reading->frame)
        return codec ? AVERROR(ENOMEM) : AVERROR_DECODER_NOT_FOUND;
    code = avcodec_parameters_to_context(reading->decoder, parameters);
    reading->decoder->thread_count = 1;
    reading->decoder->skip_loop_filter = AVDISCARD_ALL;
    reading->decoder->flags |= AV_CODEC_FLAG_BITEXACT; /* whatever the processor, it is the same picture */
    if (spacing(reading) > thorough_seconds)
        reading->decoder->skip_frame = AVDISCARD_NONREF;
    return code < 0 ? code : avcodec_open2(reading->decoder, codec, NULL);
}

static double seconds_of(const struct reading *reading, int64_t ticks)
{
    return (double)ticks * av_q2d(reading->format->streams[0]->time_base);
}

/* Takes the key frame at `key` for the tiles that it is good for. */
static void consider_key(struct reading *reading, double nearest[MOST_TILES], double key)
{
    const struct ww_contact_sheet *sheet = reading->sheet;
    double off = spacing(reading) * tolerance;
    for (int tile = 0; tile < MOST_TILES; tile++) {
        double wanted = sheet->from + spacing(reading) * tile, apart = fabs(key - wanted);
        if (key <= fmax(wanted - off, sheet->from))
            reading->choices[tile].key = key;
        if (apart > off || apart >= nearest[tile] || key < sheet->from || key > sheet->to)
            continue;
        nearest[tile] = apart;
        reading->choices[tile] = (struct choice){key, key};
    }
}

/* What is decoded is what takes time: a key frame where there is one about the time that a tile is for, else
 * the first frame about then, so that little is decoded from a key frame to it. The clip is at its begin
 * again then. */
static int choose_frames(struct reading *reading)
{
    double nearest[MOST_TILES], off = spacing(reading) * tolerance;
    for (int tile = 0; tile < MOST_TILES; tile++) {
        nearest[tile] = DBL_MAX;
        reading->choices[tile].at =
            fmax(reading->sheet->from + spacing(reading) * tile - off, reading->sheet->from);
    }
    for (; av_read_frame(reading->format, reading->packet) >= 0; av_packet_unref(reading->packet))
        if (reading->packet->flags & AV_PKT_FLAG_KEY)
            consider_key(reading, nearest, seconds_of(reading, reading->packet->pts));
    avformat_close_input(&reading->format);
    return avformat_open_input(&reading->format, reading->sheet->clip, NULL, NULL);
}

static int take_frames(struct reading *reading)
{
    int code;
    while ((code = avcodec_receive_frame(reading->decoder, reading->frame)) >= 0) {
        double at = seconds_of(reading, reading->frame->best_effort_timestamp);
        const AVFrame *frame = reading->frame;
        const struct view view = {(const uint8_t *const *)frame->data, frame->linesize, frame->width,
                                  frame->height, frame->format};
        int tile = reading->page->tiles;
        if (tile < MOST_TILES && at >= reading->choices[tile].at - 0.001)
            code = add_tile(reading->page, &view, at);
        if (code < 0)
            return code;
    }
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

/* Also what comes after the next key frame, as long as the decoder holds the frame back. */
static bool is_worth_decoding(struct reading *reading)
{
    if (reading->packet->flags & AV_PKT_FLAG_KEY)
        reading->key = seconds_of(reading, reading->packet->pts);
    return reading->key >= reading->choices[reading->page->tiles].key;
}

/* What is damaged is passed over. */
static int decode_clip(struct reading *reading)
{
    const struct page *page = reading->page;
    int code = 0;
    for (; code >= 0 && page->tiles < MOST_TILES && av_read_frame(reading->format, reading->packet) >= 0;
         av_packet_unref(reading->packet)) {
        if (is_worth_decoding(reading) && avcodec_send_packet(reading->decoder, reading->packet) >= 0)
            code = take_frames(reading);
    }
    if (code >= 0 && page->tiles < MOST_TILES) {
        avcodec_send_packet(reading->decoder, NULL);
        code = take_frames(reading);
    }
    return code < 0 ? code : page->tiles > 0 ? 0 : AVERROR_INVALIDDATA;
}

static int show_clip(struct page *page, const struct ww_contact_sheet *sheet)
{
    struct reading reading = {.sheet = sheet, .page = page};
    int code = open_reading(&reading);
    if (code >= 0)
        code = choose_frames(&reading);
    if (code >= 0)
        code = decode_clip(&reading);
    close_reading(&reading);
    return code;
}

static int show_course(struct page *page, const struct ww_contact_sheet *sheet,
                       const size_t chosen[MOST_TILES])
{
    int code = 0;
    for (int tile = 0; tile < MOST_TILES && code >= 0; tile++) {
        const struct ww_course_view *from = &sheet->course->views[chosen[tile]];
        const struct ww_glimpse *glimpse = from->glimpse;
        const uint8_t *const planes[4] = {glimpse->planes[0], glimpse->planes[1], glimpse->planes[2]};
        const int strides[4] = {glimpse->strides[0], glimpse->strides[1], glimpse->strides[2]};
        const struct view view = {planes, strides, (int)glimpse->width, (int)glimpse->height,
                                  glimpse->format};
        code = add_tile(page, &view, from->at - sheet->course_begin);
    }
    return code;
}

int ww_contact_sheet_make(const struct ww_contact_sheet *sheet, unsigned char **bytes, size_t *size,
                          struct ww_error *error)
{
    struct page page = {.begin_us = sheet->begin_us};
    size_t chosen[MOST_TILES];
    bool is_told = ww_course_choose(sheet->course, sheet->course_begin + sheet->from,
                                    sheet->course_begin + sheet->to, MOST_TILES, chosen);
    int code = is_told ? show_course(&page, sheet, chosen) : show_clip(&page, sheet);
    if (code < 0) {
        code = ww_fail(error, code == AVERROR(ENOMEM) ? -ENOMEM : -EINVAL,
                       "cannot show the course of '%s': %s", sheet->clip, av_err2str(code));
    } else {
        if (page.tiles <= COLUMNS) /* the second row is empty */
            page.picture.height /= 2;
        code = ww_jpeg_encode(&page.picture, QUALITY, NULL, bytes, size, error);
    }
    close_page(&page);
    return code;
}
