/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/course.h"

#include <math.h>
#include <string.h>

static const double least_apart = 0.2; /* seconds */

/* Every second one goes. */
static void thin_out(struct ww_course *course)
{
    size_t kept = 0;
    for (size_t i = 0; i < course->count; i++) {
        if (i % 2 == 0)
            course->views[kept++] = course->views[i];
        else
            ww_glimpse_release(course->views[i].glimpse);
    }
    course->count = kept;
    course->apart *= 2;
}

void ww_course_add(struct ww_course *course, double at, struct ww_glimpse *glimpse)
{
    if (course->count == 0)
        course->apart = least_apart;
    if (course->count > 1 &&
        course->views[course->count - 1].at < course->views[course->count - 2].at + course->apart)
        ww_glimpse_release(course->views[--course->count].glimpse);
    else if (course->count == WW_COURSE_MOST)
        thin_out(course);
    course->views[course->count++] = (struct ww_course_view){at, ww_glimpse_retain(glimpse)};
}

void ww_course_trim(struct ww_course *course, double from)
{
    size_t old = 0;
    while (old < course->count && course->views[old].at < from)
        ww_glimpse_release(course->views[old++].glimpse);
    course->count -= old;
    memmove(course->views, course->views + old, course->count * sizeof *course->views);
}

void ww_course_clear(struct ww_course *course)
{
    ww_course_trim(course, INFINITY);
}

bool ww_course_choose(const struct ww_course *course, double from, double to, size_t count, size_t *chosen)
{
    double spacing = (to - from) / (double)(count - 1);
    size_t next = 0; /* the first that is not taken */
    for (size_t i = 0; i < count; i++, next++) {
        double wanted = from + spacing * (double)i;
        while (next + 1 < course->count &&
               fabs(course->views[next + 1].at - wanted) <= fabs(course->views[next].at - wanted))
            next++;
        if (next >= course->count || fabs(course->views[next].at - wanted) > spacing / 2)
            return false;
        chosen[i] = next;
    }
    return true;
}
