/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/footfall.h"

#include <math.h>
#include <stdbool.h>

static const double apart = 0.06;   /* seconds from one to the next, at least */
static const double farthest = 1;   /* from what was thought before */
static const float whole = 0.95f;   /* of the greatest height: down to the feet */
static const float fastest = 0.25f; /* of the height, a second; of who is faster a frame tells well enough */
static const int least = 6;

void ww_footfalls_add(struct ww_footfalls *footfalls, const struct ww_moment *moment, float distance)
{
    if (footfalls->count > 0) {
        int last = (footfalls->next + WW_FOOTFALLS - 1) % WW_FOOTFALLS;
        if (moment->pts - footfalls->seen[last].moment.pts < apart)
            return;
    }
    footfalls->seen[footfalls->next] = (struct ww_footfall){*moment, distance};
    footfalls->next = (footfalls->next + 1) % WW_FOOTFALLS;
    footfalls->count += footfalls->count < WW_FOOTFALLS;
}

static float height_of(const struct ww_footfall *footfall)
{
    return (float)(footfall->moment.blob.bottom - footfall->moment.blob.top);
}

static bool is_near(const struct ww_footfall *footfall, double pts)
{
    return fabs(footfall->moment.pts - pts) <= WW_FOOTFALL_SECONDS;
}

/* Least squares: distance = at + slope × seconds since `pts`. */
struct fit {
    int count, before; /* that it goes through; of them before `pts` */
    float at, slope, height;
};

static struct fit fit_line(const struct ww_footfalls *footfalls, double pts)
{
    struct fit fit = {0};
    double t = 0, d = 0, tt = 0, td = 0;
    for (int i = 0; i < footfalls->count; i++)
        if (is_near(&footfalls->seen[i], pts))
            fit.height = fmaxf(fit.height, height_of(&footfalls->seen[i]));
    for (int i = 0; i < footfalls->count; i++) {
        const struct ww_footfall *footfall = &footfalls->seen[i];
        if (!is_near(footfall, pts) || height_of(footfall) < whole * fit.height)
            continue;
        double since = footfall->moment.pts - pts, distance = (double)footfall->distance;
        fit.count++;
        fit.before += since < 0;
        t += since;
        d += distance;
        tt += since * since;
        td += since * distance;
    }
    double spread = tt - (fit.count > 0 ? t * t / fit.count : 0);
    /* Who was not seen before came from behind something. */
    if (fit.count < least || fit.before < 2 || spread <= 0)
        return (struct fit){0};
    fit.slope = (float)((td - t * d / fit.count) / spread);
    fit.at = (float)((d - (double)fit.slope * t) / fit.count);
    return fit;
}

static const struct ww_moment *nearest(const struct ww_footfalls *footfalls, double pts)
{
    const struct ww_moment *best = &footfalls->seen[0].moment;
    for (int i = 1; i < footfalls->count; i++)
        if (fabs(footfalls->seen[i].moment.pts - pts) < fabs(best->pts - pts))
            best = &footfalls->seen[i].moment;
    return best;
}

void ww_footfalls_refine(const struct ww_footfalls *footfalls, struct ww_moment *passed)
{
    struct fit fit = fit_line(footfalls, passed->pts);
    float speed = fabsf(fit.slope);
    if (fit.count == 0 || speed < 0.1f || speed > fastest * fit.height)
        return;
    double pts = passed->pts - (double)(fit.at / fit.slope);
    if (fabs(pts - passed->pts) > farthest)
        return;
    int last = (footfalls->next + WW_FOOTFALLS - 1) % WW_FOOTFALLS;
    const struct ww_moment *then = nearest(footfalls, pts);
    passed->frame = then->frame;
    passed->blob = then->blob;
    passed->pts = fmin(pts, footfalls->seen[last].moment.pts);
}
