/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/log_check.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

void ww_log_check_begin(struct ww_log_check *check, const char *trusted)
{
    *check = (struct ww_log_check){.trusted = trusted, .before = {.seq = -1}, .earlier = {.seq = -1}};
}

void ww_log_check_free(struct ww_log_check *check)
{
    for (size_t i = 0; i < check->damage_count; i++)
        free(check->damages[i].text);
    for (size_t i = 0; i < check->file_count; i++)
        free(check->files[i].path);
    for (size_t i = 0; i < check->expired_count; i++)
        free(check->expired[i].path);
    free(check->damages);
    free(check->files);
    free(check->expired);
    *check = (struct ww_log_check){0};
}

/* --- what is found -------------------------------------------------------------------------------- */

void ww_log_check_damage(struct ww_log_check *check, int64_t line, const char *format, ...)
{
    struct ww_damage *grown = realloc(check->damages, (check->damage_count + 1) * sizeof *grown);
    va_list args;
    if (!grown) {
        check->no_memory = true;
        return;
    }
    check->damages = grown;
    struct ww_damage *damage = &grown[check->damage_count];
    *damage = (struct ww_damage){.line = line, .checkpoint_before = check->checkpoint};
    va_start(args, format);
    if (vasprintf(&damage->text, format, args) >= 0)
        check->damage_count++;
    else
        check->no_memory = true;
    va_end(args);
}

/* The checkpoint after what was found since the last one. */
static void note_checkpoint(struct ww_log_check *check)
{
    for (size_t i = check->damage_count; i-- > 0 && check->damages[i].checkpoint_after == 0;)
        if (check->damages[i].line < check->lines)
            check->damages[i].checkpoint_after = check->lines;
    check->checkpoint = check->lines;
}

/* --- a line's fields ------------------------------------------------------------------------------ */

/* The text after the last `key`, which ends in a quote; false where there is none of that length. */
static bool find_text(const char *text, size_t size, const char *key, char *value, size_t length)
{
    const char *at = NULL, *next = text;
    size_t key_size = strlen(key);
    while ((next = memmem(next, size - (size_t)(next - text), key, key_size)))
        at = next++;
    if (!at)
        return false;
    at += key_size;
    if ((size_t)(text + size - at) <= length || at[length] != '"')
        return false;
    memcpy(value, at, length);
    value[length] = '\0';
    return true;
}

static int64_t find_seq(const char *text, size_t size)
{
    const char *at = memmem(text, size, "\"seq\":", 6);
    int64_t seq = 0;
    if (!at)
        return -1;
    const char *digit = at + 6, *end = text + size;
    for (; digit < end && *digit >= '0' && *digit <= '9' && seq < INT64_MAX / 16; digit++)
        seq = seq * 10 + (*digit - '0');
    return digit > at + 6 ? seq : -1;
}

static void note_time(struct ww_log_check *check, const char *text, size_t size)
{
    char time[32];
    if (!find_text(text, size, "\"time\":\"", time, 24))
        return;
    if (!check->first[0])
        memcpy(check->first, time, sizeof check->first);
    memcpy(check->last, time, sizeof check->last);
}

/* --- evidence ------------------------------------------------------------------------------------- */

static void add_file(struct ww_log_check *check, struct ww_named_file **files, size_t *count,
                     const char *path, const char *sha256)
{
    struct ww_named_file *grown = realloc(*files, (*count + 1) * sizeof *grown);
    char *copy = strdup(path);
    *files = grown ? grown : *files;
    if (!grown || !copy) {
        free(copy);
        check->no_memory = true;
        return;
    }
    struct ww_named_file *file = &grown[(*count)++];
    *file = (struct ww_named_file){.path = copy, .line = check->lines};
    snprintf(file->sha256, sizeof file->sha256, "%s", sha256);
}

/* Every text whose name has a sister that ends in _sha256. */
static void note_files(struct ww_log_check *check, const char *text, size_t size)
{
    const char *key;
    json_t *value;
    json_t *line = memmem(text, size, "_sha256\"", 8) ? json_loadb(text, size, 0, NULL) : NULL;
    json_object_foreach(line, key, value)
    {
        char name[64];
        size_t length = strlen(key);
        if (length < 8 || length >= sizeof name || strcmp(key + length - 7, "_sha256") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - 7), key);
        const char *path = json_string_value(json_object_get(line, name));
        const char *sha256 = json_string_value(value);
        if (path && sha256 && strcmp(name, "expired") == 0)
            add_file(check, &check->expired, &check->expired_count, path, sha256);
        else if (path && sha256)
            add_file(check, &check->files, &check->file_count, path, sha256);
    }
    json_decref(line);
}

void ww_log_check_expired(struct ww_log_check *check, const char *text, size_t size)
{
    const char *end;
    for (; (end = memchr(text, '\n', size)); size -= (size_t)(end + 1 - text), text = end + 1) {
        size_t length = (size_t)(end - text);
        json_t *line =
            memmem(text, length, "\"expired_sha256\"", 16) ? json_loadb(text, length, 0, NULL) : NULL;
        const char *path = json_string_value(json_object_get(line, "expired")),
                   *sha256 = json_string_value(json_object_get(line, "expired_sha256"));
        if (path && sha256)
            add_file(check, &check->expired, &check->expired_count, path, sha256);
        json_decref(line);
    }
}

/* --- checkpoints ---------------------------------------------------------------------------------- */

static bool has(const char *text, size_t size, const char *part)
{
    return memmem(text, size, part, strlen(part)) != NULL;
}

static void check_signature(struct ww_log_check *check, const char *text, size_t size, const char *file,
                            size_t number)
{
    static const char field[] = ",\"signature\":\"";
    char key[WW_PUBLIC_KEY_TEXT] = "", signature[WW_SIGNATURE_TEXT] = "";
    const char *end = memmem(text, size, field, sizeof field - 1);
    if (!end)
        return;
    size_t whole = (size_t)(end - text) + sizeof field - 1 + WW_SIGNATURE_TEXT - 1 + 2;
    bool formed = find_text(text, size, "\"key\":\"", key, WW_PUBLIC_KEY_TEXT - 1) &&
                  find_text(text, size, field, signature, WW_SIGNATURE_TEXT - 1) && whole == size &&
                  memcmp(text + size - 2, "\"}", 2) == 0;
    if (!check->key[0])
        memcpy(check->key, key, sizeof check->key);
    const char *wanted = check->trusted ? check->trusted : check->key;
    if (!formed || !ww_signature_holds(key, text, (size_t)(end - text), signature))
        ww_log_check_damage(check, check->lines, "%s:%zu: the checkpoint's signature does not hold", file,
                            number);
    else if (strcmp(key, wanted) != 0)
        ww_log_check_damage(check, check->lines, "%s:%zu: the checkpoint is signed by another key, %.16s…",
                            file, number, key);
    bool starts = has(text, size, "\"reason\":\"start\"");
    if (starts && check->checkpoints > 0 && !check->stopped)
        check->crashes++;
    check->stopped = has(text, size, "\"reason\":\"stop\"");
    check->checkpoints++;
    check->uncovered = 0;
    note_checkpoint(check);
}

/* --- the chain ------------------------------------------------------------------------------------ */

static void blame(struct ww_log_check *check, int64_t line, const struct ww_seen_line *seen)
{
    ww_log_check_damage(check, line, "%s:%zu: the line was altered: its hash is not what the next line names",
                        seen->file, seen->number);
}

static void check_first(struct ww_log_check *check, int64_t seq, const char *prev, const char *place)
{
    if (seq > 0)
        ww_log_check_damage(check, check->lines,
                            "%s: the log begins with number %" PRId64 "; what was before is missing", place,
                            seq);
    else if (strcmp(prev, zeros) != 0)
        ww_log_check_damage(check, check->lines, "%s: the first line names a line before it", place);
}

/* Numbers that do not follow each other: the chain says nothing then. */
static void check_jump(struct ww_log_check *check, int64_t seq, const char *place)
{
    int64_t before = check->before.seq;
    if (seq > before + 1)
        ww_log_check_damage(check, check->lines,
                            "%s: %" PRId64 " line%s removed before it, number%s %" PRId64 "%s%.0" PRId64,
                            place, seq - before - 1, seq - before == 2 ? " was" : "s were",
                            seq - before == 2 ? "" : "s", before + 1, seq - before == 2 ? "" : " to ",
                            seq - before == 2 ? 0 : seq - 1);
    else
        ww_log_check_damage(check, check->lines,
                            "%s: the line has number %" PRId64 " and stands after %" PRId64
                            ": it was added, or lines were reordered",
                            place, seq, before);
    check->mismatched = false;
}

/* A mismatch alone is of the line whose hash is wrong; two in a row are of the line between them. */
static void check_link(struct ww_log_check *check, const char *prev)
{
    bool matches = strcmp(prev, check->before.sha256) == 0;
    if (matches && check->mismatched)
        blame(check, check->lines - 2, &check->earlier);
    else if (!matches && check->mismatched)
        blame(check, check->lines - 1, &check->before);
    check->mismatched = !matches && !check->mismatched;
}

static void check_numbers(struct ww_log_check *check, int64_t seq, const char *prev, bool known,
                          const char *file, size_t number)
{
    char place[300];
    snprintf(place, sizeof place, "%.255s:%zu", file, number);
    if (!known)
        ww_log_check_damage(check, check->lines, "%s: this is no line of a log", place);
    else if (check->lines == 1)
        check_first(check, seq, prev, place);
    else
        check_jump(check, seq, place);
}

void ww_log_check_line(struct ww_log_check *check, const char *text, size_t size, const char *sha256,
                       const char *file, size_t number)
{
    char prev[WW_SHA256_TEXT] = "";
    int64_t seq = find_seq(text, size), before = check->before.seq;
    bool known = seq >= 0 && find_text(text, size, "\"prev\":\"", prev, WW_SHA256_TEXT - 1);
    check->lines++;
    check->uncovered++;
    if (known && before >= 0 && seq == before + 1)
        check_link(check, prev);
    else if (!known || before >= 0 || check->lines == 1)
        check_numbers(check, seq, prev, known, file, number);
    check->mismatched = check->mismatched && known;
    note_time(check, text, size);
    note_files(check, text, size);
    check_signature(check, text, size, file, number);
    check->earlier = check->before;
    check->before = (struct ww_seen_line){.seq = known ? seq : -1, .file = file, .number = number};
    memcpy(check->before.sha256, sha256, sizeof check->before.sha256);
}

void ww_log_check_end(struct ww_log_check *check, bool running)
{
    if (check->mismatched)
        ww_log_check_damage(check, check->lines - 1,
                            "%s:%zu: the line was altered, or the one after it, which is the last",
                            check->earlier.file, check->earlier.number);
    if (check->checkpoints > 0 && !check->stopped && !running)
        ww_log_check_damage(
            check, check->lines,
            "the log does not end with the checkpoint of a stop: its end was cut off, or the program "
            "was (power, kill); %" PRId64 " line%s after the last checkpoint %s not signed",
            check->uncovered, check->uncovered == 1 ? "" : "s", check->uncovered == 1 ? "is" : "are");
    else if (check->checkpoints > 0 && check->stopped && check->uncovered > 0)
        ww_log_check_damage(check, check->lines, "%" PRId64 " line%s after the checkpoint of a stop: added",
                            check->uncovered, check->uncovered == 1 ? " stands" : "s stand");
    else if (check->trusted && check->checkpoints == 0)
        ww_log_check_damage(check, check->lines, "nothing in the log is signed by the key that was named");
}
