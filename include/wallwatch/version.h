/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALLWATCH_VERSION_H
#define WALLWATCH_VERSION_H

#define WW_VERSION "0.1.0"

#endif
