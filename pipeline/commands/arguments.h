/* Values of options, read strictly. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_ARGUMENTS_H
#define WW_COMMANDS_ARGUMENTS_H

#include <stdbool.h>

#include <wallwatch/detector.h>

/* The whole text must be a number in [low, high]. */
bool ww_argument_number(const char *text, double low, double high, double *value);
bool ww_argument_integer(const char *text, int low, int high, int *value);

/* "X,Y,W,H": integers, W and H at least 1. */
bool ww_argument_rectangle(const char *text, int rectangle[4]);

/* low, normal or high */
bool ww_argument_sensitivity(const char *text, enum ww_sensitivity *sensitivity);

#endif
