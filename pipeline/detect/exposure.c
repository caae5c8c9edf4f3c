/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/exposure.h"

#include <math.h>

static const double matters = 0.025; /* a gain nearer to 1 is left to the model */
static const double most = 2.5;      /* beyond that, the picture is another one */
static const uint32_t least_pixels = 64;
static const double sudden = 1.3, lasting = 1.2; /* factors */
static const double settle_seconds = 1, usual_seconds = 3, first_pause = 2, longest_pause = 600;
static const double often =
    10; /* a change within so many pauses of the last one makes the next twice as long */

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

static bool differs(double gain, double usual, double factor)
{
    return gain > usual * factor || gain < usual / factor;
}

static void tell(struct ww_exposure_course *course, double gain)
{
    bool again = course->pause > 0 && course->pts - course->told < course->pause * often;
    course->pause = again ? fmin(course->pause * 2, longest_pause) : first_pause;
    course->told = course->pts;
    course->usual = gain;
}

double ww_exposure_follow(struct ww_exposure_course *course, double gain, double pts)
{
    double seconds = fmax(pts - course->pts, 0), usual = course->usual;
    course->pts = pts;
    if (usual <= 0)
        course->usual = gain;
    if (usual <= 0 || pts - course->told < course->pause)
        return 0;
    if (!course->changes && !differs(gain, usual, sudden)) {
        course->usual += (gain - usual) * fmin(seconds / usual_seconds, 1);
        return 0;
    }
    if (!course->changes)
        course->since = pts;
    course->changes = pts - course->since < settle_seconds;
    if (course->changes || !differs(gain, usual, lasting))
        return 0;
    tell(course, gain);
    return gain / usual;
}
