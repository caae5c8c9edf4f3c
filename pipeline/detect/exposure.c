/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/exposure.h"

#include <math.h>

static const double matters = 0.025; /* a gain nearer to 1 is left to the model */
static const double most = 2.5;      /* beyond that, the picture is another one */
static const uint32_t least_pixels = 64;

void ww_exposure_add(struct ww_exposure *exposure, int picture, int background)
{
    if (background < 24 || background > 240 || picture < 12 || picture > 250)
        return;
    int bin = (picture * WW_RATIO_ONE + background / 2) / background;
    exposure->ratios[bin < WW_RATIO_BINS ? bin : WW_RATIO_BINS - 1]++;
    exposure->count++;
}

double ww_exposure_gain(const struct ww_exposure *exposure)
{
    uint32_t below = 0;
    int bin = 0;
    if (exposure->count < least_pixels)
        return 1;
    while (below + exposure->ratios[bin] <= exposure->count / 2)
        below += exposure->ratios[bin++];
    double part = ((double)exposure->count / 2 - (double)below) / (double)exposure->ratios[bin];
    double gain = ((double)bin - 0.5 + part) / WW_RATIO_ONE;
    return fabs(gain - 1) < matters || gain > most || gain < 1 / most ? 1 : gain;
}
