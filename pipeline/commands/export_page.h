/* The page of an export: what happened, with its pictures, and how to check it. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef WW_COMMANDS_EXPORT_PAGE_H
#define WW_COMMANDS_EXPORT_PAGE_H

#include "commands/proof.h"

/* Writes index.html, plain HTML that needs nothing but the folder. `key`: the public key of the checkpoints;
 * empty: there are none. */
int ww_export_page_write(const struct ww_proof *proof, const char *folder, const char *key,
                         struct ww_error *error);

#endif
