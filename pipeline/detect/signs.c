/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/signs.h"

#include <math.h>

static const float outshone_share = 0.3f;         /* faint: shares of the tiles */
static const float burns = 0.12f, floods = 0.04f; /* burnt: shares of the picture; where all is bright */
static const float dark_light = 26, lit_light = 55,
                   bright_light = 165;                      /* grey levels; recorded black is 16 */
static const float black = 0.04f;                           /* share of all tiles that has structure */
static const float same_layout = 0.8f, other_layout = 0.5f; /* correlation */
static const float thinnest = 0.45f;    /* contrast of the layout, through which sharpness is judged */
static const float unsharp = 0.45f;     /* of the detail that was */
static const float glare_detail = 0.7f; /* of the detail that was: less is left beside a glare */
static const float drowned = 0.3f;      /* of the detail that was: a glare is all over the picture */
static const float least_lost = 0.3f;
static const float least_detail = 0.15f;                         /* of the detail that was: in a view */
static const float shifted_intact = 0.15f, shifted_lost = 0.15f; /* of what usually is; of the tiles */
static const int least_tiles = 12;

bool ww_sign_can_tell(const struct ww_past_likeness *likeness)
{
    return likeness->told_by >= least_tiles;
}

bool ww_sign_is_lit(const struct ww_past_likeness *likeness)
{
    return likeness->light >= lit_light / 2;
}

bool ww_sign_is_picture(const struct ww_past_likeness *likeness)
{
    return likeness->light >= dark_light && likeness->burnt < burns + likeness->burnt_before &&
           likeness->structured >= WW_SIGN_MOST * likeness->structured_before &&
           likeness->sharp >= WW_SIGN_MOST;
}

/* Something shines so that the rest is lost. */
static bool is_outshone(const struct ww_past_likeness *likeness)
{
    float more = likeness->burnt - likeness->burnt_before;
    if (likeness->burnt_anew >= burns && likeness->detail < drowned && likeness->faint >= WW_SIGN_MOST)
        return true; /* and the exposure gave way, so that what was burnt is not */
    if (more < burns && !(more >= floods && likeness->light >= bright_light))
        return false;
    if (likeness->detail >= glare_detail) /* a bright sky that came into view */
        return false;
    bool glares = more >= 2 * burns || likeness->layout < other_layout || likeness->detail < unsharp;
    return likeness->faint >= (glares ? outshone_share : WW_SIGN_MOST);
}

/* The detail went, the distribution of brightness did not: fog and paint take both. */
static bool is_blurred(const struct ww_past_likeness *likeness)
{
    bool can_tell = likeness->layout != 0;
    if (!can_tell)
        return likeness->sharp < unsharp && likeness->faint < WW_SIGN_FEW;
    if (likeness->layout < same_layout || likeness->layout_slope < thinnest)
        return false;
    return likeness->sharp < unsharp * fminf(likeness->layout_slope, 1);
}

/* Nearly all, and nothing sharp is there instead. Fog makes all faint, but leaves it alike. */
static bool is_gone(const struct ww_past_likeness *likeness)
{
    bool gone = likeness->faint >= WW_SIGN_ALL ||
                (likeness->faint >= WW_SIGN_MOST && likeness->layout < other_layout);
    return gone && likeness->lost >= least_lost && likeness->detail < WW_SIGN_FEW;
}

/* Another view. Of one that is little off, much is like the past still, and nothing is as it was. */
static bool is_another(const struct ww_past_likeness *likeness, float usually_intact)
{
    if (likeness->detail < least_detail)
        return false;
    bool shifted = usually_intact >= WW_SIGN_HALF && likeness->intact < shifted_intact * usually_intact;
    return likeness->lost >= (shifted ? shifted_lost : WW_SIGN_FEW);
}

enum ww_tamper ww_sign_of(const struct ww_past_likeness *likeness, float usually_intact, bool suddenly)
{
    if (likeness->light < dark_light && likeness->structured <= black)
        return likeness->light_before >= lit_light && suddenly ? WW_TAMPER_COVERED : WW_TAMPER_DARK;
    if (!ww_sign_can_tell(likeness))
        return WW_TAMPER_NONE;
    if (is_outshone(likeness))
        return WW_TAMPER_BLINDED;
    if (is_blurred(likeness))
        return WW_TAMPER_DEFOCUSED;
    if (is_gone(likeness))
        return likeness->burnt_anew >= floods ? WW_TAMPER_BLINDED : WW_TAMPER_COVERED;
    return is_another(likeness, usually_intact) ? WW_TAMPER_MOVED : WW_TAMPER_NONE;
}
