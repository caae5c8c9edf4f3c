/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/snapshot.h"

#include <wallwatch/version.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sink/jpeg_writer.h"
#include "sink/overlay.h"

enum { QUALITY = 88, LINES = 3, LINE_TEXT = 400, SMALLEST_TEXT = 9 };

static const struct ww_rgb black = {0, 0, 0}, red = {255, 48, 48}, yellow = {255, 214, 10},
                           cyan = {64, 220, 255}, strip_colour = {22, 24, 28}, bright = {245, 246, 248},
                           dim = {176, 182, 190};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static const char *more_of(const struct ww_snapshot_facts *facts)
{
    return facts->detail ? facts->detail : facts->direction;
}

static void write_lines(char lines[LINES][LINE_TEXT], const struct ww_snapshot_facts *facts)
{
    char utc[WW_TIME_TEXT], local[WW_TIME_TEXT];
    const char *place = facts->wall ? facts->wall : facts->zone;
    const char *kind = !place ? "" : facts->wall ? "  ·  wall " : "  ·  zone ";
    if (place && strncmp(place, "zone-", 5) == 0) /* of --zone: the name says it */
        kind = "  ·  ";
    ww_time_utc(utc, facts->time_us);
    ww_time_local(local, facts->time_us);
    snprintf(lines[0], LINE_TEXT, "%s%s%s  ·  %s%s%s", facts->camera, kind, place ? place : "", facts->type,
             more_of(facts) ? " " : "", more_of(facts) ? more_of(facts) : "");
    snprintf(lines[1], LINE_TEXT, "%s  ·  %s", local, utc);
    snprintf(lines[2], LINE_TEXT, "event %s  ·  frame %" PRId64 "  ·  score %.2f", facts->event, facts->frame,
             (double)facts->score);
}

static void write_comment(char *comment, size_t size, const struct ww_snapshot_facts *facts)
{
    char utc[WW_TIME_TEXT], local[WW_TIME_TEXT];
    ww_time_utc(utc, facts->time_us);
    ww_time_local(local, facts->time_us);
    snprintf(comment, size,
             "wallwatch %s\nevent: %s\ntype: %s%s%s\ncamera: %s\n%s%s%s%s%s%stime: %s\nlocal time: %s\n"
             "frame: %" PRId64 "\nbbox: %d %d %d %d\nscore: %.2f\n",
             WW_VERSION, facts->event, facts->type, more_of(facts) ? " " : "",
             more_of(facts) ? more_of(facts) : "", facts->camera, facts->wall ? "wall: " : "",
             facts->wall ? facts->wall : "", facts->wall ? "\n" : "", facts->zone ? "zone: " : "",
             facts->zone ? facts->zone : "", facts->zone ? "\n" : "", utc, local, facts->frame, facts->box.x,
             facts->box.y, facts->box.width, facts->box.height, (double)facts->score);
}

/* The largest text size that suits the picture and lets every line fit. */
static int text_size(struct ww_font *font, char lines[LINES][LINE_TEXT], uint32_t width, uint32_t height)
{
    int size = larger((int)(width < height ? width : height) / 27, 13);
    int widest = 1;
    for (int i = 0; i < LINES; i++)
        widest = larger(widest, ww_font_width(font, size, lines[i]));
    int room = (int)width - 2 * size;
    if (widest > room)
        size = (int)((int64_t)size * larger(room, 1) / widest);
    return larger(size, SMALLEST_TEXT);
}

static void draw_marks(struct ww_picture *frame, const struct ww_snapshot_facts *facts)
{
    int thickness = larger((int)frame->height / 240, 2);
    if (facts->region)
        ww_overlay_region(frame, frame->height, facts->region, (float)thickness, yellow);
    ww_overlay_path(frame, facts->path, facts->path_count, (float)thickness, cyan);
    if (facts->box.width <= 0 || facts->box.height <= 0)
        return;
    struct ww_box around = {facts->box.x - thickness, facts->box.y - thickness,
                            facts->box.width + 2 * thickness, facts->box.height + 2 * thickness};
    ww_overlay_box(frame, &around, larger(thickness / 2, 1), black);
    ww_overlay_box(frame, &facts->box, thickness, red);
    if (facts->crosses && facts->region && facts->direction)
        ww_overlay_crossing(frame, frame->height, facts->region, facts->crossing,
                            strcmp(facts->direction, "inward") == 0, &facts->box, (float)thickness, red);
}

static void draw_strip(struct ww_picture *page, uint32_t frame_height, struct ww_font *font, int size,
                       char lines[LINES][LINE_TEXT])
{
    int line = ww_font_line(font, size), left = size, top = (int)frame_height + size / 2;
    uint8_t *pixel = page->pixels + (size_t)frame_height * page->width * 3;
    for (size_t i = 0; i < (size_t)(page->height - frame_height) * page->width; i++, pixel += 3)
        memcpy(pixel, &strip_colour, 3);
    for (int i = 0; i < LINES; i++)
        ww_font_draw(font, size, page, left, top + i * line, lines[i], i == 2 ? dim : bright);
}

int ww_snapshot_make(struct ww_picture *picture, const struct ww_snapshot_facts *facts, struct ww_font *font,
                     unsigned char **bytes, size_t *size, struct ww_error *error)
{
    char lines[LINES][LINE_TEXT], comment[2048];
    int text = 0;
    uint32_t strip = 0;
    write_lines(lines, facts);
    write_comment(comment, sizeof comment, facts);
    if (font) {
        text = text_size(font, lines, picture->width, picture->height);
        strip = (uint32_t)(LINES * ww_font_line(font, text) + text);
    }
    draw_marks(picture, facts);
    uint32_t frame_height = picture->height;
    uint8_t *grown = realloc(picture->pixels, (size_t)picture->width * (frame_height + strip) * 3);
    if (!grown)
        return ww_fail(error, -ENOMEM, "cannot draw a snapshot of %ux%u: out of memory", picture->width,
                       frame_height + strip);
    picture->pixels = grown;
    picture->height += strip;
    if (font)
        draw_strip(picture, frame_height, font, text, lines);
    return ww_jpeg_encode(picture, QUALITY, comment, bytes, size, error);
}
