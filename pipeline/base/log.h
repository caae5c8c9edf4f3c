/* Human text on stderr. SPDX-License-Identifier: Apache-2.0
 *
 * Every line is whole: lines of several threads do not mix, and a progress line that stands on the
 * terminal is wiped before another line is written. */
#ifndef WW_BASE_LOG_H
#define WW_BASE_LOG_H

#include <stdbool.h>

#include <wallwatch/error.h>

enum ww_log_level { WW_LOG_ERROR, WW_LOG_WARNING, WW_LOG_INFO };

/* Where stderr is systemd's journal, lines go there with their level, and the name of a camera in the field
 * WALLWATCH_CAMERA. Errors and warnings are prefixed with "wallwatch: error:" and "wallwatch: warning:". */
void ww_log(enum ww_log_level level, const char *format, ...) WW_PRINTF(2, 3);

/* The same about one camera, whose name comes first. */
void ww_log_about(enum ww_log_level level, const char *camera, const char *format, ...) WW_PRINTF(3, 4);

/* Leaves out what is no warning and no error. */
void ww_log_set_quiet(bool wanted);

/* Replaces the progress line, or several lines with newlines between them; nothing happens unless stderr is a
 * terminal. An empty text wipes it. */
void ww_log_progress(const char *text);

bool ww_log_is_terminal(void);

#endif
