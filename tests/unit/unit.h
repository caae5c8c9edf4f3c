/* What unit tests share. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_TESTS_UNIT_H
#define WW_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The same numbers in every run (G. Marsaglia, "Xorshift RNGs", 2003). */
static inline uint32_t unit_random(void)
{
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

#define assert_says(text, part)                                                                              \
    do {                                                                                                     \
        if (!strstr(text, part))                                                                             \
            fail_msg("'%s' does not say '%s'", text, part);                                                  \
    } while (0)

/* A fresh folder, in the test's own one. */
static inline char *unit_folder(void)
{
    char *path = strdup("unit-XXXXXX");
    assert_non_null(path);
    assert_non_null(mkdtemp(path));
    return path;
}

#endif
