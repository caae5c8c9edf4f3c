/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/drill_sheet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "sink/jpeg_writer.h"
#include "sink/overlay.h"

enum { QUALITY = 92, COLUMNS = 4, TILE = 320, CAPTION = 44, TEXT = 15, GAP = 4 };

static const struct ww_rgb bright = {245, 246, 248}, dim = {176, 182, 190};

/* The view, twice as large or smaller, in the tile's middle. */
static void paste(struct ww_picture *sheet, const struct ww_survey_view *view, int left, int top)
{
    for (int y = 0; y < TILE; y++) {
        for (int x = 0; x < TILE; x++) {
            int from_x = x * view->side / TILE, from_y = y * view->side / TILE;
            uint8_t *pixel = sheet->pixels + ((size_t)(top + y) * sheet->width + (size_t)(left + x)) * 3;
            pixel[0] = pixel[1] = pixel[2] = view->pixels[from_y * view->side + from_x];
        }
    }
}

static void write_caption(struct ww_picture *sheet, struct ww_font *font, const struct ww_survey *survey,
                          const struct ww_survey_trial *trial, int left, int top)
{
    char first[160], second[160];
    if (!font)
        return;
    snprintf(first, sizeof first, "%.24s at %.2f, %s, %.0f px",
             survey->options.view->region_names[trial->region], (double)trial->at,
             ww_intruder_way_name(trial->plan.way), (double)trial->tall);
    snprintf(second, sizeof second, "contrast %+.0f %%, round %d", (double)trial->result.contrast * 100,
             trial->round + 1);
    ww_font_draw(font, TEXT, sheet, left + 4, top + 3, first, bright);
    ww_font_draw(font, TEXT, sheet, left + 4, top + 3 + ww_font_line(font, TEXT), second, dim);
}

static size_t missed(const struct ww_survey *survey)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->count; i++)
        count += survey->trials[i].view.pixels != NULL;
    return count;
}

int ww_drill_sheet_write(const struct ww_survey *survey, const char *folder, const char *name,
                         struct ww_error *error)
{
    size_t count = missed(survey), size;
    size_t rows = (count + COLUMNS - 1) / COLUMNS, columns = count < COLUMNS ? count : COLUMNS;
    struct ww_picture sheet = {.width = (uint32_t)(columns * (TILE + GAP)),
                               .height = (uint32_t)(rows * (TILE + CAPTION))};
    struct ww_font *font = NULL;
    unsigned char *bytes = NULL;
    if (count == 0)
        return 0;
    sheet.pixels = calloc((size_t)sheet.width * sheet.height, 3);
    if (!sheet.pixels)
        return ww_fail(error, -ENOMEM, "cannot draw who was missed: out of memory");
    struct ww_error untold;
    ww_font_open(&font, &untold); /* without one there are no captions */
    int at = 0;
    for (size_t i = 0; i < survey->count; i++) {
        const struct ww_survey_trial *trial = &survey->trials[i];
        if (!trial->view.pixels)
            continue;
        int left = at % COLUMNS * (TILE + GAP), top = at / COLUMNS * (TILE + CAPTION);
        paste(&sheet, &trial->view, left, top);
        write_caption(&sheet, font, survey, trial, left, top + TILE);
        at++;
    }
    int code = ww_jpeg_encode(&sheet, QUALITY, NULL, &bytes, &size, error);
    if (code == 0)
        code = ww_publish_file(folder, name, bytes, size, WW_WHOLE, error);
    free(bytes);
    ww_font_close(font);
    ww_picture_free(&sheet);
    return code == 0 ? (int)count : code;
}
