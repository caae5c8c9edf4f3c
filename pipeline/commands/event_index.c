/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/event_index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WW_HAVE_SQLITE3

#include <unistd.h>

#include "commands/index_database.h"
#include "sink/event_log.h"

enum { VERSION = 1, BUSY_MS = 10000 };

static const char schema[] =
    "CREATE TABLE name(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE event(id INTEGER PRIMARY KEY, event TEXT, start INTEGER, finish INTEGER, ended INTEGER,"
    " camera INTEGER, wall INTEGER, zone INTEGER, type INTEGER, severity INTEGER, direction INTEGER,"
    " detail INTEGER, reason TEXT, score REAL, duration REAL, snapshot TEXT, original TEXT, clip TEXT);"
    "CREATE INDEX by_start ON event(start);"
    "CREATE INDEX by_camera ON event(camera, start);"
    "CREATE INDEX by_type ON event(type, start);"
    "CREATE INDEX by_wall ON event(wall, start) WHERE wall > 0;"
    "CREATE INDEX by_zone ON event(zone, start) WHERE zone > 0;"
    "CREATE INDEX long ON event(start) WHERE ended = 0 OR finish - start > " WW_INDEX_LONG_US ";"
    "CREATE TABLE block(id INTEGER PRIMARY KEY, file TEXT, offset INTEGER, size INTEGER, lines INTEGER,"
    " earliest INTEGER, latest INTEGER);"
    /* Where the log was read to: its last line that is in, by place and hash. An empty file is today's. */
    "CREATE TABLE state(file TEXT, offset INTEGER, size INTEGER, hash TEXT, lines INTEGER);"
    "INSERT INTO state VALUES('', 0, 0, '', 0);"
    "INSERT INTO name VALUES(0, '');"
    "PRAGMA user_version = 1;";

int ww_index_fail(const struct ww_event_index *index, int code, struct ww_error *error)
{
    const char *text = index->database ? sqlite3_errmsg(index->database) : "out of memory";
    return ww_fail(error, code, "cannot use the index '%s': %s", index->path, text);
}

void ww_index_finalize(struct ww_event_index *index)
{
    for (size_t i = 0; i < WW_INDEX_STATEMENTS; i++) {
        sqlite3_finalize(index->prepared[i]);
        index->prepared[i] = NULL;
    }
}

bool ww_index_execute(struct ww_event_index *index, const char *sql)
{
    return sqlite3_exec(index->database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

void ww_index_bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

bool ww_index_read_state(struct ww_event_index *index)
{
    sqlite3_stmt *statement = NULL;
    bool read = sqlite3_prepare_v2(index->database, "SELECT file, offset, size, hash, lines FROM state", -1,
                                   &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;
    if (read) {
        snprintf(index->file, sizeof index->file, "%s", (const char *)sqlite3_column_text(statement, 0));
        index->last_offset = sqlite3_column_int64(statement, 1);
        index->last_size = sqlite3_column_int64(statement, 2);
        snprintf(index->hash, sizeof index->hash, "%s", (const char *)sqlite3_column_text(statement, 3));
        index->lines = sqlite3_column_int64(statement, 4);
        index->offset = index->last_offset + index->last_size;
        read = index->last_size >= 0 && index->last_size <= WW_INDEX_MOST_LINE;
    }
    sqlite3_finalize(statement);
    return read;
}

bool ww_index_make_anew(struct ww_event_index *index)
{
    static const char *const tables[] = {"name", "event", "block", "state"};
    char sql[64];
    ww_index_finalize(index);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", tables[i]);
        if (!ww_index_execute(index, sql))
            return false;
    }
    return ww_index_execute(index, schema) && ww_index_read_state(index);
}

/* --- life ----------------------------------------------------------------------------------------- */

static bool connect_database(struct ww_event_index *index)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_open_v2(index->path, &index->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK)
        return false;
    sqlite3_busy_timeout(index->database, BUSY_MS);
    if (!ww_index_execute(
            index, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;"))
        return false;
    bool known =
        sqlite3_prepare_v2(index->database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW;
    int version = known ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (!known || version == VERSION)
        return known;
    bool made = ww_index_execute(index, "BEGIN IMMEDIATE") && ww_index_make_anew(index) &&
                ww_index_execute(index, "COMMIT");
    return made;
}

static void disconnect(struct ww_event_index *index)
{
    ww_index_finalize(index);
    sqlite3_close(index->database);
    index->database = NULL;
}

/* What is no database, or a broken one, is no loss. */
bool ww_index_is_damaged(const struct ww_event_index *index)
{
    int code = index->database ? sqlite3_errcode(index->database) : SQLITE_OK;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR || code == SQLITE_MISMATCH;
}

bool ww_index_replace(struct ww_event_index *index)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    disconnect(index);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *path;
        if (asprintf(&path, "%s%s", index->path, ends[i]) < 0)
            return false;
        unlink(path);
        free(path);
    }
    return connect_database(index);
}

int ww_event_index_open(struct ww_event_index **index, const char *folder, struct ww_error *error)
{
    struct ww_event_index *opened = calloc(1, sizeof *opened);
    *index = NULL;
    if (opened)
        opened->folder = strdup(folder);
    if (!opened || !opened->folder || asprintf(&opened->path, "%s/" WW_EVENT_INDEX_NAME, folder) < 0) {
        ww_event_index_close(opened);
        return ww_fail(error, -ENOMEM, "cannot open the index of '%s': out of memory", folder);
    }
    if (!connect_database(opened) && !(ww_index_is_damaged(opened) && ww_index_replace(opened))) {
        int code = ww_index_fail(opened, -EIO, error);
        ww_event_index_close(opened);
        return code;
    }
    *index = opened;
    return 0;
}

void ww_event_index_close(struct ww_event_index *index)
{
    if (!index)
        return;
    disconnect(index);
    free(index->folder);
    free(index->path);
    free(index);
}

/* --- looking for events --------------------------------------------------------------------------- */

#define COLUMNS                                                                                              \
    "e.id, e.event, e.start, e.finish, e.ended, e.score, e.duration, c.text, w.text, z.text, t.text, "       \
    "s.text, "                                                                                               \
    "d.text, l.text, e.reason, e.snapshot, e.original, e.clip"

/* Binds what the filter names; numbers that it leaves out are NULL and take anything. */
static void write_conditions(FILE *sql, const struct ww_event_filter *filter)
{
    fputs(" WHERE 1", sql);
    if (filter->camera)
        fputs(" AND e.camera = (SELECT id FROM name WHERE text = ?1)", sql);
    if (filter->wall)
        fputs(" AND e.wall > 0 AND e.wall = (SELECT id FROM name WHERE text = ?2)", sql);
    if (filter->zone)
        fputs(" AND e.zone > 0 AND e.zone = (SELECT id FROM name WHERE text = ?3)", sql);
    if (filter->type)
        fputs(" AND e.type = (SELECT id FROM name WHERE text = ?4)", sql);
    else
        fputs(" AND e.type IS NOT (SELECT id FROM name WHERE text = 'system')", sql);
    if (filter->severity)
        fputs(" AND e.severity = (SELECT id FROM name WHERE text = ?5)", sql);
    if (filter->min_score > 0)
        fputs(" AND e.score >= ?6", sql);
    fputs(" AND e.start < ?7", sql);
}

/* Those that are long can have begun at any time before. */
static char *write_query(const struct ww_event_filter *filter, int64_t last)
{
    char *text = NULL;
    size_t size;
    FILE *sql = open_memstream(&text, &size);
    if (!sql)
        return NULL;
    fputs("SELECT " COLUMNS " FROM (SELECT * FROM event e", sql);
    write_conditions(sql, filter);
    if (filter->from_us != INT64_MIN) {
        fputs(" AND e.start >= ?8 - " WW_INDEX_LONG_US " AND (e.ended = 0 OR e.finish >= ?8)"
              " UNION ALL SELECT * FROM event e INDEXED BY long",
              sql);
        write_conditions(sql, filter);
        fputs(" AND (e.ended = 0 OR e.finish - e.start > " WW_INDEX_LONG_US
              ") AND e.start < ?8 - " WW_INDEX_LONG_US " AND (e.ended = 0 OR e.finish >= ?8)",
              sql);
    }
    if (last > 0)
        fputs(" ORDER BY start DESC, id DESC LIMIT ?9", sql);
    fputs(") e JOIN name c ON c.id = e.camera JOIN name w ON w.id = e.wall JOIN name z ON z.id = e.zone"
          " JOIN name t ON t.id = e.type JOIN name s ON s.id = e.severity JOIN name d ON d.id = e.direction"
          " JOIN name l ON l.id = e.detail ORDER BY e.id",
          sql);
    fclose(sql);
    return text;
}

static void bind_filter(sqlite3_stmt *statement, const struct ww_event_filter *filter, int64_t last)
{
    const char *const texts[] = {filter->camera, filter->wall, filter->zone, filter->type, filter->severity};
    for (int i = 0; i < 5; i++)
        if (texts[i])
            ww_index_bind_text(statement, i + 1, texts[i]);
    sqlite3_bind_double(statement, 6, filter->min_score);
    sqlite3_bind_int64(statement, 7, filter->to_us);
    sqlite3_bind_int64(statement, 8, filter->from_us);
    sqlite3_bind_int64(statement, 9, last);
}

static int add_found(struct ww_event_list *list, sqlite3_stmt *statement)
{
    struct ww_event_row *row = ww_event_list_add(list);
    if (!row)
        return -ENOMEM;
    char **const texts[] = {&row->camera,   &row->wall,      &row->zone,   &row->type,
                            &row->severity, &row->direction, &row->detail, &row->reason,
                            &row->snapshot, &row->original,  &row->clip};
    row->start_us = sqlite3_column_int64(statement, 2);
    row->end_us = sqlite3_column_int64(statement, 3);
    row->ended = sqlite3_column_int(statement, 4) != 0;
    row->has_score = sqlite3_column_type(statement, 5) != SQLITE_NULL;
    row->score = sqlite3_column_double(statement, 5);
    row->duration = sqlite3_column_double(statement, 6);
    bool whole = (row->event = strdup((const char *)sqlite3_column_text(statement, 1))) != NULL;
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++) {
        const char *text = (const char *)sqlite3_column_text(statement, 7 + i);
        whole &= (*texts[i] = strdup(text ? text : "")) != NULL;
    }
    return whole ? 0 : -ENOMEM;
}

int ww_event_index_find(struct ww_event_index *index, const struct ww_event_filter *filter, int64_t last,
                        struct ww_event_list *list, struct ww_error *error)
{
    sqlite3_stmt *statement = NULL;
    char *sql = write_query(filter, last);
    int code = 0, step = SQLITE_DONE;
    if (!sql)
        return ww_fail(error, -ENOMEM, "out of memory");
    if (sqlite3_prepare_v2(index->database, sql, -1, &statement, NULL) != SQLITE_OK) {
        code = ww_index_fail(index, -EIO, error);
    } else {
        bind_filter(statement, filter, last);
        while (code == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW)
            code = add_found(list, statement);
        if (code != 0)
            ww_fail(error, code, "out of memory");
        else if (step != SQLITE_DONE)
            code = ww_index_fail(index, -EIO, error);
    }
    sqlite3_finalize(statement);
    free(sql);
    return code;
}

int ww_event_index_parts(struct ww_event_index *index, int64_t from_us, int64_t to_us,
                         int (*take)(void *context, const char *file, int64_t offset, int64_t size),
                         void *context, struct ww_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = 0, step = SQLITE_DONE;
    if (sqlite3_prepare_v2(
            index->database,
            "SELECT file, offset, size FROM block WHERE latest >= ? AND earliest <= ? ORDER BY id", -1,
            &statement, NULL) != SQLITE_OK)
        return ww_index_fail(index, -EIO, error);
    sqlite3_bind_int64(statement, 1, from_us);
    sqlite3_bind_int64(statement, 2, to_us);
    while (code == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *file = (const char *)sqlite3_column_text(statement, 0);
        code = take(context, file && *file ? file : WW_EVENT_LOG_NAME, sqlite3_column_int64(statement, 1),
                    sqlite3_column_int64(statement, 2));
    }
    if (code == 0 && step != SQLITE_DONE)
        code = ww_index_fail(index, -EIO, error);
    sqlite3_finalize(statement);
    return code;
}

#else

int ww_event_index_open(struct ww_event_index **index, const char *folder, struct ww_error *error)
{
    *index = NULL;
    return ww_fail(error, -ENOTSUP, "'%s' has no index: wallwatch was built without SQLite", folder);
}

int ww_event_index_update(struct ww_event_index *index, const struct ww_index_watcher *watcher,
                          struct ww_error *error)
{
    (void)index;
    (void)watcher;
    return ww_fail(error, -ENOTSUP, "wallwatch was built without SQLite");
}

int ww_event_index_find(struct ww_event_index *index, const struct ww_event_filter *filter, int64_t last,
                        struct ww_event_list *list, struct ww_error *error)
{
    (void)filter;
    (void)last;
    (void)list;
    return ww_event_index_update(index, NULL, error);
}

int ww_event_index_parts(struct ww_event_index *index, int64_t from_us, int64_t to_us,
                         int (*take)(void *context, const char *file, int64_t offset, int64_t size),
                         void *context, struct ww_error *error)
{
    (void)from_us;
    (void)to_us;
    (void)take;
    (void)context;
    return ww_event_index_update(index, NULL, error);
}

void ww_event_index_close(struct ww_event_index *index)
{
    (void)index;
}

#endif
