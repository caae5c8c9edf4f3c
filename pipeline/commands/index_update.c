/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WW_HAVE_SQLITE3

#include "base/clock.h"
#include "commands/index_database.h"
#include "sink/event_log.h"

enum {
    BATCH_LINES = 20000, /* of a transaction */
    BLOCK_LINES = 1000,
};

static const char *const statements[WW_INDEX_STATEMENTS] = {
    [NAME_FIND] = "SELECT id FROM name WHERE text = ?",
    [NAME_ADD] = "INSERT INTO name(text) VALUES(?)",
    [EVENT_ADD] = "INSERT INTO event VALUES(?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, ?, ?, '')",
    [EVENT_GO_ON] = "UPDATE event SET finish = ?2, score = CASE WHEN ?3 IS NULL THEN score "
                    "ELSE max(coalesce(score, 0), ?3) END WHERE id = ?1",
    [EVENT_END] = "UPDATE event SET ended = 1, duration = ?2, snapshot = ?3, original = ?4, "
                  "detail = coalesce(?5, detail) WHERE id = ?1",
    [CLIP_OF_EVENT] = "UPDATE event SET clip = ?2 WHERE id = ?1 AND clip = ''",
    [CLIP_OF_TIME] =
        "UPDATE event SET clip = ?4 WHERE camera = ?1 AND start >= ?2 AND start <= ?3 AND clip = '' "
        "AND type IS NOT (SELECT id FROM name WHERE text = 'system')",
    [BLOCK_ADD] = "INSERT INTO block(file, offset, size, lines, earliest, latest) VALUES(?, ?, ?, ?, ?, ?)",
};

/* Ready to be bound. NULL: it fails. */
static sqlite3_stmt *ready(struct ww_event_index *index, enum ww_index_statement which)
{
    sqlite3_stmt **prepared = &index->prepared[which];
    if (!*prepared && sqlite3_prepare_v3(index->database, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                                         prepared, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_reset(*prepared);
    sqlite3_clear_bindings(*prepared);
    return *prepared;
}

static bool run(sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return done;
}

/* --- a line --------------------------------------------------------------------------------------- */

/* Where it is kept at hand. NULL: it is too long for that. */
static struct ww_index_name *at_hand(struct ww_event_index *index, const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    size_t length = 0;
    for (; text[length]; length++)
        hash = (hash ^ (uint8_t)text[length]) * 16777619u;
    return length < sizeof index->names[0].text ? &index->names[hash % WW_INDEX_NAMES_AT_HAND] : NULL;
}

/* -1: it fails. */
static int64_t find_name(struct ww_event_index *index, const char *text)
{
    sqlite3_stmt *statement = ready(index, NAME_FIND);
    if (!statement)
        return -1;
    ww_index_bind_text(statement, 1, text);
    int64_t id = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_reset(statement);
    if (id >= 0)
        return id;
    statement = ready(index, NAME_ADD);
    if (!statement)
        return -1;
    ww_index_bind_text(statement, 1, text);
    return run(statement) ? sqlite3_last_insert_rowid(index->database) : -1;
}

static int64_t name_id(struct ww_event_index *index, const char *text)
{
    struct ww_index_name *name = at_hand(index, text);
    if (!*text)
        return 0;
    if (name && strcmp(name->text, text) == 0)
        return name->id;
    int64_t id = find_name(index, text);
    if (name && id >= 0) {
        name->id = id;
        snprintf(name->text, sizeof name->text, "%s", text);
    }
    return id;
}

/* An event is called after its time and the number of its first line, which nothing else has. -1: not so. */
static int64_t event_id(const char *event)
{
    const char *dash = strrchr(event, '-');
    char *end;
    if (!dash || dash[1] < '0' || dash[1] > '9')
        return -1;
    errno = 0;
    long long id = strtoll(dash + 1, &end, 10);
    return *end || errno ? -1 : id;
}

static bool add_event(struct ww_event_index *index, int64_t id, const struct ww_log_line *line)
{
    static const char *const keys[] = {"camera", "wall", "zone", "type", "severity", "direction", "detail"};
    int64_t names[sizeof keys / sizeof *keys];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if ((names[i] = name_id(index, ww_log_text(line->json, keys[i]))) < 0)
            return false;
    sqlite3_stmt *statement = ready(index, EVENT_ADD);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, id);
    ww_index_bind_text(statement, 2, ww_log_text(line->json, "event"));
    sqlite3_bind_int64(statement, 3, line->time_us);
    sqlite3_bind_int64(statement, 4, line->time_us);
    for (int i = 0; i < (int)(sizeof keys / sizeof *keys); i++)
        sqlite3_bind_int64(statement, 5 + i, names[i]);
    ww_index_bind_text(statement, 12, ww_log_text(line->json, "reason"));
    ww_index_bind_text(statement, 13, ww_log_text(line->json, "snapshot"));
    ww_index_bind_text(statement, 14, ww_log_text(line->json, "original"));
    return run(statement);
}

static bool go_on(struct ww_event_index *index, int64_t id, const struct ww_log_line *line)
{
    const json_t *score = json_object_get(line->json, "score");
    sqlite3_stmt *statement = ready(index, EVENT_GO_ON);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, line->time_us);
    if (score)
        sqlite3_bind_double(statement, 3, json_number_value(score));
    return run(statement);
}

static bool end_event(struct ww_event_index *index, int64_t id, const json_t *line)
{
    int64_t detail = -1;
    if (strcmp(ww_log_text(line, "type"), "drill") == 0 && /* how it went */
        (detail = name_id(index, ww_log_text(line, "detail"))) < 0)
        return false;
    sqlite3_stmt *statement = ready(index, EVENT_END);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_double(statement, 2, json_number_value(json_object_get(line, "duration")));
    ww_index_bind_text(statement, 3, ww_log_text(line, "snapshot"));
    ww_index_bind_text(statement, 4, ww_log_text(line, "original"));
    if (detail >= 0)
        sqlite3_bind_int64(statement, 5, detail);
    return run(statement);
}

static bool add_clip(struct ww_event_index *index, const struct ww_log_line *line)
{
    size_t i;
    json_t *shown;
    const char *clip = ww_log_text(line->json, "clip");
    const json_t *events = json_object_get(line->json, "events");
    json_array_foreach(events, i, shown)
    {
        sqlite3_stmt *statement = ready(index, CLIP_OF_EVENT);
        const char *event = json_string_value(shown);
        if (!statement)
            return false;
        sqlite3_bind_int64(statement, 1, event ? event_id(event) : -1);
        ww_index_bind_text(statement, 2, clip);
        if (!run(statement))
            return false;
    }
    if (events)
        return true;
    int64_t camera = name_id(index, ww_log_text(line->json, "camera"));
    double duration = json_number_value(json_object_get(line->json, "duration"));
    sqlite3_stmt *statement = camera >= 0 ? ready(index, CLIP_OF_TIME) : NULL;
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, camera);
    sqlite3_bind_int64(statement, 2, line->time_us - (int64_t)(duration * 1e6));
    sqlite3_bind_int64(statement, 3, line->time_us);
    ww_index_bind_text(statement, 4, clip);
    return run(statement);
}

static bool close_block(struct ww_event_index *index)
{
    const struct ww_index_block *block = &index->block;
    sqlite3_stmt *statement = block->lines > 0 ? ready(index, BLOCK_ADD) : NULL;
    if (block->lines == 0)
        return true;
    if (!statement)
        return false;
    ww_index_bind_text(statement, 1, index->file);
    sqlite3_bind_int64(statement, 2, block->offset);
    sqlite3_bind_int64(statement, 3, block->size);
    sqlite3_bind_int64(statement, 4, block->lines);
    sqlite3_bind_int64(statement, 5, block->earliest);
    sqlite3_bind_int64(statement, 6, block->latest);
    index->block.lines = 0;
    return run(statement);
}

static bool add_to_block(struct ww_event_index *index, int64_t offset, int64_t size, int64_t time_us)
{
    struct ww_index_block *block = &index->block;
    if (block->lines == 0)
        *block = (struct ww_index_block){.offset = offset, .earliest = time_us, .latest = time_us};
    block->size += size;
    block->lines++;
    block->earliest = time_us < block->earliest ? time_us : block->earliest;
    block->latest = time_us > block->latest ? time_us : block->latest;
    return block->lines < BLOCK_LINES || close_block(index);
}

/* Returns 0, -EBADMSG where the line is none, or -EIO. */
static int take_line(struct ww_event_index *index, const char *text, size_t size)
{
    json_t *json = json_loadb(text, size - 1, 0, NULL);
    struct ww_log_line line = {json, text, size - 1, 0};
    int64_t id = event_id(ww_log_text(json, "event"));
    int code = -EBADMSG;
    if (json_is_object(json) && ww_time_parse(ww_log_text(json, "time"), &line.time_us) == 0 &&
        *ww_log_text(json, "type") && id >= 0) {
        bool done = go_on(index, id, &line);
        if (done && sqlite3_changes(index->database) == 0) /* it begins */
            done = add_event(index, id, &line) && go_on(index, id, &line);
        if (done && strcmp(ww_log_text(json, "phase"), "end") == 0)
            done = end_event(index, id, json);
        if (done && strcmp(ww_log_text(json, "detail"), "clip") == 0)
            done = add_clip(index, &line);
        if (done)
            done = add_to_block(index, index->offset, (int64_t)size, line.time_us);
        code = done ? 0 : -EIO;
    }
    json_decref(json);
    return code;
}

/* --- the log -------------------------------------------------------------------------------------- */

static char *log_path(const struct ww_event_index *index, const char *file)
{
    char *path;
    return asprintf(&path, "%s/%s", index->folder, *file ? file : WW_EVENT_LOG_NAME) < 0 ? NULL : path;
}

/* Whether the last line that is in is at its place in this file. */
static bool holds_last_line(const struct ww_event_index *index, const char *file)
{
    char *path = log_path(index, file), sha256[WW_SHA256_TEXT];
    char *text = malloc((size_t)index->last_size + 1);
    FILE *log = path ? fopen(path, "re") : NULL;
    bool holds = false;
    if (log && text && fseeko(log, (off_t)index->last_offset, SEEK_SET) == 0 &&
        fread(text, 1, (size_t)index->last_size, log) == (size_t)index->last_size &&
        text[index->last_size - 1] == '\n') {
        ww_sha256_text(sha256, text, (size_t)index->last_size - 1);
        holds = strcmp(sha256, index->hash) == 0;
    }
    if (log)
        fclose(log);
    free(text);
    free(path);
    return holds;
}

static bool write_state(struct ww_event_index *index)
{
    sqlite3_stmt *statement = NULL;
    bool written = sqlite3_prepare_v2(index->database,
                                      "UPDATE state SET file = ?, offset = ?, size = ?, hash = ?, lines = ?",
                                      -1, &statement, NULL) == SQLITE_OK;
    if (written) {
        ww_index_bind_text(statement, 1, index->file);
        sqlite3_bind_int64(statement, 2, index->last_offset);
        sqlite3_bind_int64(statement, 3, index->last_size);
        ww_index_bind_text(statement, 4, index->hash);
        sqlite3_bind_int64(statement, 5, index->lines);
        written = run(statement);
    }
    sqlite3_finalize(statement);
    return written;
}

/* Today's log of then is called after its day now. */
static bool call_today(struct ww_event_index *index, const char *file)
{
    sqlite3_stmt *statement = NULL;
    bool called = sqlite3_prepare_v2(index->database, "UPDATE block SET file = ? WHERE file = ''", -1,
                                     &statement, NULL) == SQLITE_OK;
    if (called) {
        ww_index_bind_text(statement, 1, file);
        called = run(statement);
    }
    sqlite3_finalize(statement);
    snprintf(index->file, sizeof index->file, "%s", file);
    return called;
}

/* Finds where the log goes on, or makes the index anew. `days` are the names of earlier days, oldest first.
 */
static bool locate(struct ww_event_index *index, struct dirent **days, int count)
{
    if (!ww_index_read_state(index))
        return false;
    if (index->lines == 0) {
        if (count > 0)
            snprintf(index->file, sizeof index->file, "%s", days[0]->d_name);
        return true;
    }
    if (holds_last_line(index, index->file))
        return true;
    for (int i = count - 1; i >= 0 && !*index->file; i--)
        if (holds_last_line(index, days[i]->d_name))
            return call_today(index, days[i]->d_name);
    if (!ww_index_make_anew(index))
        return false;
    if (count > 0)
        snprintf(index->file, sizeof index->file, "%s", days[0]->d_name);
    return true;
}

static int take_lines(struct ww_event_index *index, FILE *log, int most)
{
    char *line = NULL, *last = NULL;
    size_t room = 0, last_room = 0;
    ssize_t size;
    int taken = 0, code = 0;
    while (taken < most && (size = getline(&line, &room, log)) > 0 && line[size - 1] == '\n') {
        code = size > WW_INDEX_MOST_LINE ? -EBADMSG : take_line(index, line, (size_t)size);
        if (code != 0)
            break;
        index->last_offset = index->offset;
        index->last_size = size;
        index->offset += size;
        index->lines++;
        taken++;
        char *swapped = last;
        size_t swapped_room = last_room;
        last = line, last_room = room;
        line = swapped, room = swapped_room;
    }
    if (taken > 0)
        ww_sha256_text(index->hash, last, (size_t)index->last_size - 1);
    free(line);
    free(last);
    return code == 0 ? taken : code;
}

/* Takes in whole lines of the file at hand, at most `most`. Returns how many, or a negative errno. */
static int read_file(struct ww_event_index *index, int most)
{
    char *path = log_path(index, index->file);
    FILE *log = path ? fopen(path, "re") : NULL;
    int taken = log && fseeko(log, (off_t)index->offset, SEEK_SET) == 0 ? take_lines(index, log, most) : 0;
    if (log)
        fclose(log);
    free(path);
    return taken >= 0 && !close_block(index) ? -EIO : taken;
}

/* The file after the one at hand; false: there is none. */
static bool next_file(struct ww_event_index *index, struct dirent **days, int count)
{
    if (!*index->file)
        return false;
    int at = 0;
    while (at < count && strcmp(days[at]->d_name, index->file) <= 0)
        at++;
    snprintf(index->file, sizeof index->file, "%s", at < count ? days[at]->d_name : "");
    index->offset = 0;
    return true;
}

static int read_batch(struct ww_event_index *index, struct dirent **days, int count)
{
    int taken = 0, code = 0;
    if (!locate(index, days, count))
        return -EIO;
    do {
        code = read_file(index, BATCH_LINES - taken);
        taken += code > 0 ? code : 0;
    } while (code >= 0 && taken < BATCH_LINES && next_file(index, days, count));
    if (code < 0)
        return code;
    return taken > 0 && !write_state(index) ? -EIO : taken;
}

/* One transaction. Returns how many lines were taken in, or a negative errno. */
static int update_some(struct ww_event_index *index)
{
    struct dirent **days = NULL;
    int count = ww_event_log_days(index->folder, &days);
    memset(index->names, 0, sizeof index->names); /* who rolls back takes names away */
    index->block.lines = 0;
    int code =
        count < 0 || !ww_index_execute(index, "BEGIN IMMEDIATE") ? -EIO : read_batch(index, days, count);
    if (code >= 0 && !ww_index_execute(index, "COMMIT"))
        code = -EIO;
    if (code < 0 && index->database && !sqlite3_get_autocommit(index->database))
        ww_index_execute(index, "ROLLBACK");
    for (int i = 0; i < count; i++)
        free(days[i]);
    free(days);
    return code;
}

int ww_event_index_update(struct ww_event_index *index, const struct ww_index_watcher *watcher,
                          struct ww_error *error)
{
    bool replaced = false;
    for (;;) {
        int code = update_some(index);
        if (code == -EBADMSG)
            return ww_fail(error, code, "the log in '%s' has a line that cannot be indexed", index->folder);
        if (code < 0 && ww_index_is_damaged(index) && !replaced && (replaced = ww_index_replace(index)))
            continue;
        if (code < 0)
            return ww_index_fail(index, code, error);
        if (code < BATCH_LINES)
            return 0;
        if (watcher && watcher->progress)
            watcher->progress(watcher->context, index->lines);
        if (watcher && watcher->stopped && watcher->stopped(watcher->context))
            return -EINTR;
    }
}

#endif
