/* The part of a log that proves some of its lines: from the checkpoint before them to the one after.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_PROOF_H
#define WW_COMMANDS_PROOF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <wallwatch/error.h>

struct ww_proof_line {
    char *text; /* without its newline */
    json_t *json;
    bool wanted; /* of an event that was asked for */
};

struct ww_proof {
    struct ww_proof_line *lines;
    size_t count;
    bool ends_signed; /* with a checkpoint */
};

/* Reads the log of a folder for the events of these names. -ENOENT, with a message, where one of them is not
 * in it; -EBADMSG where the log has lines that are none. The proof must be freed either way. */
int ww_proof_read(struct ww_proof *proof, const char *folder, char *const *events, size_t event_count,
                  struct ww_error *error);
void ww_proof_free(struct ww_proof *proof);

#endif
