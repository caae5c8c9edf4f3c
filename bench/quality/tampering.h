/* What is done to a camera, and what only looks like it. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_TAMPERING_H
#define WW_BENCH_QUALITY_TAMPERING_H

#include <stdbool.h>
#include <stdint.h>

enum tampering {
    CLOTH,   /* over the lens */
    SPRAY,   /* paint on it */
    TORCH,   /* into it */
    SUN,     /* likewise */
    DEFOCUS, /* its ring turned */
    TURN,    /* another place is seen */
    FREEZE,  /* the same frame again and again */
    LAMPS_OUT_AT_NIGHT,
    TAMPERINGS,
    /* From here on nothing is done to it. */
    UNTOUCHED = TAMPERINGS,
    NIGHTFALL,
    LAMPS_OUT, /* some light is left */
    FOG_BANK,
    LORRY, /* fills the picture, stops, and goes on */
    ALL_TAMPERINGS
};

extern const char *const tampering_names[ALL_TAMPERINGS];

enum { TAMPERING_STRENGTHS = 10 };

struct tampered {
    enum tampering what;
    int strength;        /* 1 to 10 */
    double onset;        /* seconds that it takes to come, and to go */
    double begins, ends; /* seconds; the whole of it is between */
    uint32_t seed;
    int width, height;
};

/* Draws frame `index` of a picture as such a camera sends it, at time t. `clear` is what it would be;
 * `frozen` a plane that is kept from call to call. out may be `clear`. */
void tamper(const struct tampered *tampered, double t, int index, const uint8_t *clear, uint8_t *frozen,
            uint8_t *out);

#endif
