/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/rate.h"

#include <math.h>

struct ww_rate ww_rate_of(int good, int all)
{
    const double z = 1.959964, n = all, k = good;
    double middle = (k + z * z / 2) / (n + z * z);
    double half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4);
    return (struct ww_rate){k / n, fmax(middle - half, 0), fmin(middle + half, 1)};
}
