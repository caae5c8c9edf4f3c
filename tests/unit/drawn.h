/* A picture that a test draws, and a detector that watches it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_TESTS_DRAWN_H
#define WW_TESTS_DRAWN_H

#include <wallwatch/wallwatch.h>

#include "unit.h"

enum { WIDTH = 320, HEIGHT = 180, RATE = 10, MOST_EVENTS = 64 };

static uint8_t plane[WIDTH * HEIGHT];

/* What a test wants to know of a run. */
struct run {
    struct ww_detector *detector;
    struct ww_event events[MOST_EVENTS];
    size_t count;
    size_t best_count;
    size_t relearning;
    double factors[MOST_EVENTS]; /* of the light */
    size_t factor_count;
    int64_t frame;
};

static inline struct ww_detector_config whole_picture(void)
{
    return (struct ww_detector_config){.width = WIDTH, .height = HEIGHT};
}

static inline struct run begin(const struct ww_detector_config *config)
{
    struct run run = {0};
    struct ww_error error;
    assert_int_equal(ww_detector_create(&run.detector, config, &error), 0);
    return run;
}

static inline void collect(struct run *run, const struct ww_findings *findings)
{
    for (size_t i = 0; i < findings->event_count; i++) {
        assert_true(run->count < MOST_EVENTS);
        run->events[run->count++] = findings->events[i];
    }
    run->best_count += findings->best_count;
    run->relearning += findings->relearning;
    if (findings->light > 0) {
        assert_true(run->factor_count < MOST_EVENTS);
        run->factors[run->factor_count++] = (double)findings->light;
    }
}

static inline void step_at(struct run *run, double pts)
{
    struct ww_findings findings;
    struct ww_error error;
    const struct ww_luma luma = {plane, WIDTH, WIDTH, HEIGHT};
    assert_int_equal(ww_detector_step(run->detector, &luma, run->frame, pts, &findings, &error), 0);
    collect(run, &findings);
    run->frame++;
}

static inline void step(struct run *run)
{
    step_at(run, (double)run->frame / RATE);
}

static inline void finish(struct run *run)
{
    struct ww_findings findings;
    ww_detector_finish(run->detector, &findings);
    collect(run, &findings);
    ww_detector_destroy(run->detector);
}

/* A wall with some texture, and the noise of a sensor. */
static inline void draw_background(int brightness, int noise)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int texture = (x / 8 + y / 6) % 2 ? 6 : 0;
            int error = noise ? (int)(unit_random() % (uint32_t)(2 * noise + 1)) - noise : 0;
            plane[y * WIDTH + x] = (uint8_t)(brightness + texture + error);
        }
}

static inline void draw_box(int x, int y, int width, int height, uint8_t brightness)
{
    for (int row = y; row < y + height; row++)
        for (int column = x; column < x + width; column++)
            if (row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH)
                plane[row * WIDTH + column] = brightness;
}

/* Somebody of 14 × 40 pixels walks from left to right, 4 pixels a frame, in frames [from, to). */
static inline void draw_walker(int64_t frame, int from, int to, int y)
{
    if (frame >= from && frame < to)
        draw_box(20 + (int)(frame - from) * 4, y, 14, 40, 40);
}

#endif
