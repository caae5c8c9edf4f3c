/* The course of an event as one picture: frames of its clip, side by side. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_SINK_CONTACT_SHEET_H
#define WW_SINK_CONTACT_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include <wallwatch/error.h>

#include "sink/course.h"

struct ww_contact_sheet {
    const char *clip; /* path */
    int64_t begin_us; /* wall clock at its begin; captions are local times */
    double from, to;  /* seconds of the clip that are shown */
    const struct ww_course *course;
    double course_begin; /* in the course's time, the clip's begin */
};

/* Makes a JPEG of at most eight frames: those of the course where it has them all, else of the clip. They are
 * at even distances, but for half of one in the course, and a third of one in the clip where another frame
 * costs less to decode. *bytes is the caller's to free. Returns 0 or a negative errno. */
int ww_contact_sheet_make(const struct ww_contact_sheet *sheet, unsigned char **bytes, size_t *size,
                          struct ww_error *error);

#endif
