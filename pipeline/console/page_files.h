/* The files of the page, which the program carries. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CONSOLE_PAGE_FILES_H
#define WW_CONSOLE_PAGE_FILES_H

struct ww_page_file {
    const char *name, *type; /* of the page itself the name is empty */
    const char *bytes, *end;
};

/* NULL: there is none of that name. */
const struct ww_page_file *ww_page_file_find(const char *name);

#endif
