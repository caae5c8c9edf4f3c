/* Chooses the table. SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern const struct ww_kernels ww_kernels_reference;
#if defined(__x86_64__)
extern const struct ww_kernels ww_kernels_sse2, ww_kernels_avx2, ww_kernels_avx512;
#elif defined(__aarch64__)
extern const struct ww_kernels ww_kernels_neon;
#endif

const char *const ww_kernel_isas[] = {"avx512", "avx2", "sse2", "neon", "reference", NULL};

const struct ww_kernels *ww_kernels_named(const char *isa)
{
    if (strcmp(isa, "reference") == 0)
        return &ww_kernels_reference;
#if defined(__x86_64__)
    if (strcmp(isa, "sse2") == 0)
        return &ww_kernels_sse2;
    if (strcmp(isa, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("popcnt"))
        return &ww_kernels_avx2;
    if (strcmp(isa, "avx512") == 0 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
        return &ww_kernels_avx512;
#elif defined(__aarch64__)
    if (strcmp(isa, "neon") == 0)
        return &ww_kernels_neon;
#endif
    return NULL;
}

static const struct ww_kernels *chosen;

static void choose(void)
{
    const char *wanted = getenv("WALLWATCH_CPU");
    if (wanted && *wanted)
        chosen = ww_kernels_named(wanted);
    for (size_t i = 0; !chosen && ww_kernel_isas[i]; i++)
        chosen = ww_kernels_named(ww_kernel_isas[i]);
}

const struct ww_kernels *ww_kernels(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose);
    return chosen;
}
