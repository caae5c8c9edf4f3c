/* Text on pictures, by FreeType. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_SINK_TEXT_H
#define WW_SINK_TEXT_H

#include "base/still.h"

struct ww_rgb {
    uint8_t r, g, b;
};

struct ww_font;

/* Opens the first font that the system has of a list, or the one that $WALLWATCH_FONT names. */
int ww_font_open(struct ww_font **font, struct ww_error *error);
void ww_font_close(struct ww_font *font);

/* Height of a line of `size` pixels, from line to line. */
int ww_font_line(struct ww_font *font, int size);

/* Width of UTF-8 text in pixels. */
int ww_font_width(struct ww_font *font, int size, const char *text);

/* Draws one line whose top left corner is (x, y); what lies outside the picture is not drawn. */
void ww_font_draw(struct ww_font *font, int size, struct ww_picture *picture, int x, int y, const char *text,
                  struct ww_rgb colour);

#endif
