/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/tampering.h"

#include <stdio.h>

static const struct {
    const char *name, *is;
} kinds[] = {
    [WW_TAMPER_NONE] = {"none", "nothing is the matter"},
    [WW_TAMPER_COVERED] = {"covered", "something covers the lens"},
    [WW_TAMPER_BLINDED] = {"blinded", "something shines into the lens"},
    [WW_TAMPER_DEFOCUSED] = {"defocused", "the picture is not sharp any more"},
    [WW_TAMPER_MOVED] = {"moved", "the camera looks somewhere else"},
    [WW_TAMPER_FROZEN] = {"frozen", "the camera sends the same frame again and again"},
    [WW_TAMPER_DARK] = {"dark", "it is too dark to see anybody"},
};

void ww_tampering_describe(struct ww_record *record, const struct ww_event *event)
{
    record->detail = kinds[event->tamper].name;
    if (event->phase == WW_PHASE_END)
        snprintf(record->reason, sizeof record->reason, "%s, for %.1f s", kinds[event->tamper].is,
                 event->duration);
    else
        snprintf(record->reason, sizeof record->reason, "%s", kinds[event->tamper].is);
}
