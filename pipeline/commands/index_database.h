/* What the two halves of an index share. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_INDEX_DATABASE_H
#define WW_COMMANDS_INDEX_DATABASE_H

#include <limits.h>
#include <sqlite3.h>

#include "base/sha256.h"
#include "commands/event_index.h"

/* An event that lasted longer is looked for apart. */
#define WW_INDEX_LONG_US "3600000000"

enum { WW_INDEX_MOST_LINE = 1 << 20, WW_INDEX_NAMES_AT_HAND = 256 };

enum ww_index_statement {
    NAME_FIND,
    NAME_ADD,
    EVENT_ADD,
    EVENT_GO_ON,
    EVENT_END,
    CLIP_OF_EVENT,
    CLIP_OF_TIME,
    BLOCK_ADD,
    WW_INDEX_STATEMENTS
};

/* Names that were met in this transaction, by their hash. */
struct ww_index_name {
    int64_t id;
    char text[56]; /* empty: none */
};

/* Lines that follow each other in a file, which are not in the database yet. */
struct ww_index_block {
    int64_t offset, size, lines, earliest, latest;
};

struct ww_event_index {
    char *folder, *path;
    sqlite3 *database;
    sqlite3_stmt *prepared[WW_INDEX_STATEMENTS];
    /* While the log is read. */
    char file[NAME_MAX + 1]; /* empty: today's */
    int64_t offset;          /* after the last line that is in */
    int64_t last_offset, last_size, lines;
    char hash[WW_SHA256_TEXT];
    struct ww_index_block block;
    struct ww_index_name names[WW_INDEX_NAMES_AT_HAND];
};

int ww_index_fail(const struct ww_event_index *index, int code, struct ww_error *error);
bool ww_index_execute(struct ww_event_index *index, const char *sql);
void ww_index_bind_text(sqlite3_stmt *statement, int place, const char *text);
void ww_index_finalize(struct ww_event_index *index);

/* Where the log was read to. */
bool ww_index_read_state(struct ww_event_index *index);

/* Empty, within a transaction. */
bool ww_index_make_anew(struct ww_event_index *index);

/* What is no database, or a broken one, is no loss: whether the last failure is that, and another file
 * instead. */
bool ww_index_is_damaged(const struct ww_event_index *index);
bool ww_index_replace(struct ww_event_index *index);

#endif
