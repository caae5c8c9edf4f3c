/* Records, and the log that they end in. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_TESTS_LOGGED_H
#define WW_TESTS_LOGGED_H

#include <jansson.h>
#include <sodium.h>

#include "base/file.h"
#include "sink/record.h"
#include "unit.h"

static inline struct ww_record record(enum ww_phase phase)
{
    return (struct ww_record){
        .time_us = INT64_C(1717279200123456),
        .type = "motion",
        .phase = phase,
        .camera = "yard \"north\"\n",
        .zone = "gate",
        .track = 7,
        .frame = 42,
        .pts = 1.68,
        .box = {1, 2, 3, 4},
        .width = 1280,
        .height = 720,
        .score = 0.875f,
        .duration = 2.5,
    };
}

static inline char *log_path(const char *folder)
{
    char *path;
    assert_true(asprintf(&path, "%s/events.jsonl", folder) > 0);
    return path;
}

/* Inlined, gcc 12 would take what it returns for its own variable. */
static __attribute__((noinline)) char *read_log(const char *folder)
{
    char *path = log_path(folder), *text;
    size_t size;
    assert_int_equal(ww_read_file(path, 1 << 20, &text, &size, NULL), 0);
    free(path);
    return text;
}

/* Hashes by libsodium itself, each over the line before without its newline. */
static inline int count_chain(const char *folder)
{
    char *text = read_log(folder), previous[65];
    int count = 0;
    memset(previous, '0', 64);
    previous[64] = '\0';
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), count++) {
        unsigned char digest[crypto_hash_sha256_BYTES];
        json_t *json = json_loads(line, 0, NULL);
        assert_non_null(json);
        assert_int_equal(json_integer_value(json_object_get(json, "seq")), count);
        assert_string_equal(json_string_value(json_object_get(json, "prev")), previous);
        json_decref(json);
        crypto_hash_sha256(digest, (const unsigned char *)line, strlen(line));
        sodium_bin2hex(previous, sizeof previous, digest, sizeof digest);
    }
    free(text);
    return count;
}

#endif
