/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/latency.h"

static const double step_ms = 0.5;

void ww_latency_add(struct ww_latency *latency, double seconds)
{
    double step = seconds * 1000 / step_ms;
    int index = step < 0 ? 0 : step >= WW_LATENCY_STEPS ? WW_LATENCY_STEPS - 1 : (int)step;
    atomic_fetch_add(&latency->steps[index], 1);
}

double ww_latency_quantile(const struct ww_latency *latency, double part)
{
    unsigned long total = 0, seen = 0;
    for (int i = 0; i < WW_LATENCY_STEPS; i++)
        total += atomic_load(&latency->steps[i]);
    for (int i = 0; i < WW_LATENCY_STEPS && total > 0; i++) {
        seen += atomic_load(&latency->steps[i]);
        if ((double)seen >= part * (double)total)
            return (i + 1) * step_ms;
    }
    return 0;
}
