/* A folder that nobody named. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_FRESH_FOLDER_H
#define WW_COMMANDS_FRESH_FOLDER_H

/* Makes wallwatch-DATE-TIME here. The caller frees the name; NULL: no memory, or all names are taken. */
char *ww_fresh_folder(void);

#endif
