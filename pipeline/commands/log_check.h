/* Whether a log is whole: its chain, its numbers, its checkpoints. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_LOG_CHECK_H
#define WW_COMMANDS_LOG_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"
#include "base/signature.h"

/* What is wrong, and where. */
struct ww_damage {
    char *text; /* "events.jsonl:17: …" or "snapshots/….jpg: …" */
    int64_t
        line; /* of the whole log, counted from 1; of a file: that of the line that names it; 0: none does */
    int64_t checkpoint_before, checkpoint_after; /* numbers of lines, likewise; 0: none */
};

/* A file that a line names. */
struct ww_named_file {
    char *path; /* relative to the log */
    char sha256[WW_SHA256_TEXT];
    int64_t line;
    bool missing; /* as the check of files found */
};

struct ww_log_check {
    const char *trusted; /* public key that must have signed; NULL: the log's own */
    struct ww_damage *damages;
    size_t damage_count;
    struct ww_named_file *files, *expired; /* expired: removed by the program itself, as the log says */
    size_t file_count, expired_count;
    int64_t lines, checkpoints, uncovered; /* uncovered: lines after the last checkpoint */
    int64_t crashes;                       /* starts that no stop came before */
    int64_t gone;                          /* files that expired */
    size_t damages_of_lines;               /* how many of the damages are not those of files */
    int64_t orphans;                       /* files that no line names, though nobody need have added them */
    char key[WW_PUBLIC_KEY_TEXT];          /* of the first checkpoint; empty: there is none */
    char first[32], last[32];              /* times of the log, as it has them */
    bool stopped;                          /* the last checkpoint is that of a stop */
    bool no_memory;

    /* Of the reading. */
    struct ww_seen_line {
        int64_t seq; /* -1: unknown */
        char sha256[WW_SHA256_TEXT];
        const char *file;
        size_t number; /* in it */
    } before, earlier;
    bool mismatched; /* the line before names another hash than the one it follows has */
    int64_t checkpoint;
};

void ww_log_check_begin(struct ww_log_check *check, const char *trusted);

/* The next line of the log, without its newline, and its hash; it is line `number` of `file`, whose name
 * outlives the check. */
void ww_log_check_line(struct ww_log_check *check, const char *text, size_t size, const char *sha256,
                       const char *file, size_t number);

/* Notes which files the whole lines of a text say to have expired, and nothing else of them. */
void ww_log_check_expired(struct ww_log_check *check, const char *text, size_t size);

/* After the last line; `running`: somebody is writing the log, so that its end is not yet there. */
void ww_log_check_end(struct ww_log_check *check, bool running);

void ww_log_check_free(struct ww_log_check *check);

/* Adds what is wrong with a file that the line of that number names. */
void ww_log_check_damage(struct ww_log_check *check, int64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
