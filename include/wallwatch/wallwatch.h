/* Everything a program needs that embeds the detector. SPDX-License-Identifier: Apache-2.0 */
#ifndef WALLWATCH_WALLWATCH_H
#define WALLWATCH_WALLWATCH_H

#include <wallwatch/detector.h>
#include <wallwatch/error.h>
#include <wallwatch/hindsight.h>
#include <wallwatch/version.h>

#endif
