/* What a picture looks like next to its past; for how long it must is for health.h. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_DETECT_SIGNS_H
#define WW_DETECT_SIGNS_H

#include "detect/likeness.h"

/* Shares of the tiles, and of the detail that was. */
#define WW_SIGN_ALL 0.8f
#define WW_SIGN_MOST 0.6f
#define WW_SIGN_HALF 0.5f
#define WW_SIGN_FEW 0.4f

/* NONE, MOVED and so on; never FROZEN, of which a single picture tells nothing. `usually_intact`: the share
 * that mostly is. `suddenly`: it was bright seconds ago. */
enum ww_tamper ww_sign_of(const struct ww_past_likeness *likeness, float usually_intact, bool suddenly);

/* It is a picture, be it another one than before. */
bool ww_sign_is_picture(const struct ww_past_likeness *likeness);

/* So bright that black is no nightfall. */
bool ww_sign_is_lit(const struct ww_past_likeness *likeness);

/* There is enough structure to tell anything by it. */
bool ww_sign_can_tell(const struct ww_past_likeness *likeness);

#endif
