/* How sure a share of few trials is. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_RATE_H
#define WW_COMMANDS_RATE_H

struct ww_rate {
    double share, low, high; /* 0–1; the interval holds the true one in 95 of 100 cases */
};

/* Of `all` trials, at least 1, `good` succeeded (score interval: E. B. Wilson, "Probable Inference, the Law
 * of Succession, and Statistical Inference", J. Am. Stat. Assoc. 1927). */
struct ww_rate ww_rate_of(int good, int all);

#endif
