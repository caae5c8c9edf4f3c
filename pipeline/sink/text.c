/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/text.h"

#include <errno.h>
#include <ft2build.h>
#include <stdlib.h>
#include FT_FREETYPE_H

struct ww_font {
    FT_Library library;
    FT_Face face;
    int size;
};

static const char *const files[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
};

int ww_font_open(struct ww_font **font, struct ww_error *error)
{
    struct ww_font *opened = calloc(1, sizeof *opened);
    const char *wanted = getenv("WALLWATCH_FONT");
    *font = NULL;
    if (!opened || FT_Init_FreeType(&opened->library) != 0) {
        free(opened);
        return ww_fail(error, -ENOMEM, "cannot start FreeType");
    }
    if (wanted && *wanted)
        FT_New_Face(opened->library, wanted, 0, &opened->face);
    for (size_t i = 0; !opened->face && i < sizeof files / sizeof *files; i++)
        FT_New_Face(opened->library, files[i], 0, &opened->face);
    if (!opened->face) {
        ww_font_close(opened);
        return ww_fail(error, -ENOENT,
                       "there is no font for the text on snapshots; install DejaVu Sans "
                       "(fonts-dejavu-core), or name a .ttf file in WALLWATCH_FONT");
    }
    *font = opened;
    return 0;
}

void ww_font_close(struct ww_font *font)
{
    if (!font)
        return;
    if (font->face)
        FT_Done_Face(font->face);
    FT_Done_FreeType(font->library);
    free(font);
}

static void set_size(struct ww_font *font, int size)
{
    if (font->size != size)
        FT_Set_Pixel_Sizes(font->face, 0, (FT_UInt)size);
    font->size = size;
}

/* The next character of UTF-8 text; what is no UTF-8 counts as U+FFFD, byte by byte. */
static uint32_t next_character(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    int more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : -1;
    uint32_t value = more <= 0 ? *at : *at & (0x3fu >> more);
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            more = -1;
            break;
        }
        value = value << 6 | (at[i] & 0x3f);
    }
    *text += more < 0 ? 1 : more + 1;
    return more < 0 ? 0xfffd : value;
}

int ww_font_line(struct ww_font *font, int size)
{
    set_size(font, size);
    return (int)(font->face->size->metrics.height + 63) / 64;
}

int ww_font_width(struct ww_font *font, int size, const char *text)
{
    long width = 0;
    set_size(font, size);
    while (*text)
        if (FT_Load_Char(font->face, next_character(&text), FT_LOAD_DEFAULT) == 0)
            width += font->face->glyph->advance.x;
    return (int)((width + 63) / 64);
}

static uint8_t mix(uint8_t below, uint8_t above, unsigned coverage)
{
    return (uint8_t)((below * (255 - coverage) + above * coverage + 127) / 255);
}

static void draw_glyph(const FT_Bitmap *glyph, struct ww_picture *picture, int x, int y, struct ww_rgb colour)
{
    for (int row = 0; row < (int)glyph->rows; row++) {
        if (y + row < 0 || y + row >= (int)picture->height)
            continue;
        for (int column = 0; column < (int)glyph->width; column++) {
            if (x + column < 0 || x + column >= (int)picture->width)
                continue;
            uint8_t *pixel =
                picture->pixels + ((size_t)(y + row) * picture->width + (size_t)(x + column)) * 3;
            unsigned coverage = glyph->buffer[row * glyph->pitch + column];
            pixel[0] = mix(pixel[0], colour.r, coverage);
            pixel[1] = mix(pixel[1], colour.g, coverage);
            pixel[2] = mix(pixel[2], colour.b, coverage);
        }
    }
}

void ww_font_draw(struct ww_font *font, int size, struct ww_picture *picture, int x, int y, const char *text,
                  struct ww_rgb colour)
{
    set_size(font, size);
    long pen = (long)x * 64;
    int baseline = y + (int)(font->face->size->metrics.ascender + 32) / 64;
    while (*text) {
        if (FT_Load_Char(font->face, next_character(&text), FT_LOAD_RENDER) != 0)
            continue;
        FT_GlyphSlot slot = font->face->glyph;
        draw_glyph(&slot->bitmap, picture, (int)(pen / 64) + slot->bitmap_left, baseline - slot->bitmap_top,
                   colour);
        pen += slot->advance.x;
    }
}
