/* A folder as one ZIP file. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_ZIP_FILE_H
#define WW_COMMANDS_ZIP_FILE_H

#include <stdbool.h>

#include <wallwatch/error.h>

/* Whether the program was built with libarchive. */
bool ww_zip_is_there(void);

/* Writes all files of a folder to `path`, which appears when it is whole; in it they lie in a folder called
 * `name`. */
int ww_zip_make(const char *folder, const char *path, const char *name, struct ww_error *error);

#endif
