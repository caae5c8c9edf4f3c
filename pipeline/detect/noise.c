/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/noise.h"

#include <stdlib.h>
#include <string.h>

enum { GRID = 6 }; /* one pixel in so many rows and columns */

/* Standard deviations, in grey levels. Smoothing takes the contrast of those that are a few pixels wide. */
static const double noisy = 2.6, noisy_for_small = 5.0, quieter = 0.7;
static const float small = 20;     /* pixels that a person is tall */
static const double patience = 10; /* seconds that the picture must be otherwise */

struct ww_noise {
    uint8_t *before;
    size_t count;
    bool started, judged, smooth;
    double noisy;
    double deviation; /* a running mean */
    double since;     /* pts of the last frame that agreed with `smooth` */
};

struct ww_noise *ww_noise_create(uint32_t width, uint32_t height, float person)
{
    struct ww_noise *noise = calloc(1, sizeof *noise);
    if (!noise)
        return NULL;
    noise->count = (size_t)((width + GRID - 1) / GRID) * ((height + GRID - 1) / GRID);
    noise->noisy = person > 0 && person < small ? noisy_for_small : noisy;
    noise->before = malloc(noise->count);
    if (!noise->before) {
        ww_noise_destroy(noise);
        return NULL;
    }
    return noise;
}

void ww_noise_destroy(struct ww_noise *noise)
{
    if (!noise)
        return;
    free(noise->before);
    free(noise);
}

/* The standard deviation of the noise between the frame before and this one, which takes its place. */
static double compare(struct ww_noise *noise, const struct ww_luma *luma)
{
    size_t histogram[256] = {0}, i = 0, below = 0;
    for (uint32_t y = 0; y < luma->height; y += GRID) {
        const uint8_t *row = luma->pixels + (ptrdiff_t)y * luma->stride;
        for (uint32_t x = 0; x < luma->width; x += GRID, i++) {
            histogram[abs(row[x] - noise->before[i])]++;
            noise->before[i] = row[x];
        }
    }
    int median = 0;
    while (below + histogram[median] <= noise->count / 2)
        below += histogram[median++];
    /* Between whole levels, as if a level's pixels were spread over it. */
    double part = ((double)noise->count / 2 - (double)below) / (double)histogram[median];
    return ((double)median - 0.5 + part) / 0.954;
}

struct ww_noisiness ww_noise_step(struct ww_noise *noise, const struct ww_luma *luma, double pts)
{
    double now = compare(noise, luma);
    if (!noise->started) {
        noise->started = true;
        return (struct ww_noisiness){0};
    }
    if (!noise->judged) {
        noise->judged = true;
        noise->deviation = now;
        noise->smooth = now > noise->noisy;
        noise->since = pts;
    }
    noise->deviation += (now - noise->deviation) * 0.1;
    if (noise->smooth ? now > noise->noisy * quieter : now < noise->noisy)
        noise->since = pts;
    if (pts - noise->since > patience) {
        noise->smooth = !noise->smooth;
        noise->since = pts;
    }
    return (struct ww_noisiness){noise->deviation, noise->smooth};
}
