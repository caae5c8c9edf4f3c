/* How many vector instructions a call executes, and how many the processor can execute: the limit that its
 * ports set, next to the one that memory sets. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_VECTOR_COUNT_H
#define WW_COMMANDS_VECTOR_COUNT_H

#include <stdbool.h>

#include "kernels.h"

/* Instructions of a call, or executed in a nanosecond; loads, stores and copies are none. The first count is
 * that of all, the others are those among them for which there are fewer ports. */
struct ww_vector_work {
    double counts[WW_WORKS];
};

/* Runs call(argument) in a child process, instruction by instruction, and counts. False: this system does not
 * let a process follow its child, or this processor's instructions are not known here. */
bool ww_vector_count(void (*call)(void *argument), void *argument, struct ww_vector_work *work);

/* What this core reaches with instructions that do not wait for each other; measured, some milliseconds. */
struct ww_vector_work ww_vector_rates(const struct ww_kernels *kernels);

/* Nanoseconds, at the least; 0 where nothing is known. */
double ww_vector_time(const struct ww_vector_work *work, const struct ww_vector_work *rates);

#endif
