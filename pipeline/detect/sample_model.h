/* The multi-sample background model over a whole picture: see sample_block.h for what a pixel keeps and when
 * it is foreground. SPDX-License-Identifier: Apache-2.0
 *
 * All rates are in seconds, so that 5 and 30 frames a second learn alike. The model begins with the first
 * frame and in the time of its warm-up learns whatever there is, so that who walks through the picture then
 * leaves no ghost. After it only background is learned, and foreground that has stayed the same for long. */
#ifndef WW_DETECT_SAMPLE_MODEL_H
#define WW_DETECT_SAMPLE_MODEL_H

#include <wallwatch/detector.h>

#include "detect/bitplane.h"
#include "kernels.h"

/* So long a model does not know yet what sways. */
#define WW_YOUNG_SECONDS 4.0

struct ww_sample_parameters {
    double sample_seconds; /* from one fast sample to the next */
    double slow_seconds;   /* and of the slow ones */
    double warm_up_seconds;
    double absorb_seconds;   /* foreground that stays the same so long becomes background; at the most 60 */
    uint8_t threshold, dark; /* of a pixel at rest; see sample_block.h */
    int threads;             /* that share the rows of a frame, 1 or more */
};

/* Where the newest sample in a row's rings is. */
struct ww_sample_rings {
    uint8_t fast, slow;
};

struct ww_sample_model {
    struct ww_sample_parameters parameters;
    struct ww_sample_recent *recent;
    struct ww_sample_past *past;
    struct ww_sample_sides *sides;
    size_t blocks_a_row;
    struct ww_sample_rings *rings; /* of each row */
    uint32_t width, height;
    uint32_t frame;
    bool begun;
    double pts, age; /* of the last step, and seconds since the model began */
};

struct ww_sample_model *ww_sample_model_create(uint32_t width, uint32_t height,
                                               const struct ww_sample_parameters *parameters);
void ww_sample_model_destroy(struct ww_sample_model *model);

/* Decides and learns; all of `foreground` is written. pts: seconds. noise: the standard
 * deviation of the sensor's, grey levels; no threshold is below a few of them. held: not learned; calm: known
 * to be something, so that its blinking is no noise. */
void ww_sample_model_step(struct ww_sample_model *model, const struct ww_luma *luma, double pts, double noise,
                          const struct ww_bitplane *held, const struct ww_bitplane *calm,
                          struct ww_bitplane *foreground);

/* The luma of a pixel's newest sample: quicker than the mean of a few, and as good where many pixels are
 * asked. */
int ww_sample_model_newest(const struct ww_sample_model *model, int x, int y);

/* The luma of the background of pixels of row y: the mean of a few samples. */
void ww_sample_model_row(const struct ww_sample_model *model, int y, int left, int count, uint8_t *luma);

/* Takes the next frame as the background, and warms up anew. */
void ww_sample_model_relearn(struct ww_sample_model *model);

#endif
