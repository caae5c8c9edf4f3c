/* A configuration's files: what somebody wrote, and what was drawn. SPDX-License-Identifier: Apache-2.0
 *
 * Walls that are drawn on the console's page stand in a file of their own, so that nothing that somebody
 * wrote is touched. It is part of the configuration wherever that is read. */
#ifndef WW_CONFIG_SITE_FILES_H
#define WW_CONFIG_SITE_FILES_H

#include "config/site.h"

/* Reads and checks a configuration and what was drawn for it. Returns 0 and a site that the caller frees, or
 * a negative errno and a message with file, line, key and what was expected. */
int ww_site_read(struct ww_site **site, const char *path, struct ww_error *error);

/* The same, with a text in place of what was drawn: would it be taken? `path` is NULL where nothing is
 * written. */
int ww_site_try_drawn(struct ww_site **site, const char *path, const char *name, const char *text,
                      size_t size, struct ww_error *error);

/* What was drawn alone; NULL where there is no such file. */
int ww_site_read_drawn(struct ww_site **drawn, const char *path, struct ww_error *error);

/* Where what is drawn stands: for the configuration at `path` SITE.drawn.yaml beside SITE.yaml, or what it
 * says as `drawn`, from its own folder on; without one (site and path are NULL) FOLDER/drawn.yaml. The
 * caller's to free; NULL: out of memory. */
char *ww_site_drawn_path(const struct ww_site *site, const char *path, const char *folder);

/* A file that the configuration at `path` names, from its own folder on. Likewise. */
char *ww_site_beside(const char *path, const char *name);

/* Where those are that may open the console: what `access` says, or else console.users in the log's folder.
 * site and path may be NULL. Likewise. */
char *ww_site_users_path(const struct ww_site *site, const char *path, const char *folder);

/* A file's text, as of ww_read_file. */
int ww_site_read_text(const char *path, char **text, size_t *size, struct ww_error *error);

#endif
