/* What a run says of a line of its log. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_SAY_H
#define WW_COMMANDS_SAY_H

#include "sink/record.h"

/* One message or none; quiet: of what is severe, wrong or missed alone. */
void ww_say_record(const struct ww_record *record, bool quiet);

#endif
