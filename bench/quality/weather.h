/* What is no intruder. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BENCH_QUALITY_WEATHER_H
#define WW_BENCH_QUALITY_WEATHER_H

#include "world.h"

/* Of all, t is in seconds. Things in the picture, before the light falls on it. */
void weather_things(struct ww_canvas *canvas, const struct scenario *scenario, float t);

/* Things between the picture and the lens. */
void weather_near(struct ww_canvas *canvas, const struct scenario *scenario, float t);

/* The light on a pixel, as a factor; `even` light depends on no pixel. */
float weather_even_light(const struct scenario *scenario, float t);
float weather_light(const struct scenario *scenario, float t, int x, int y);
bool weather_lights_unevenly(const struct scenario *scenario);

/* Pixels that the camera is off its place. */
void weather_shake(const struct scenario *scenario, float t, int *x, int *y);

/* 0: the camera sees by daylight, 1: by infrared. */
float weather_infrared(const struct scenario *scenario, float t);

#endif
