/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/export_evidence.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/signature.h"
#include "commands/export_page.h"
#include "commands/log_lines.h"
#include "commands/proof.h"
#include "commands/viewing_copy.h"
#include "commands/zip_file.h"
#include "sink/event_log.h"

struct export
{
    const char *output, *folder;
    const char *zip; /* NULL: a folder is wanted */
    char **events;
    size_t event_count;
    struct ww_proof proof;
    char key[WW_PUBLIC_KEY_TEXT];
    FILE *sums;
    char *sums_text;
    size_t sums_size;
};

/* --- files ---------------------------------------------------------------------------------------- */

static char *path_in(const char *folder, const char *path)
{
    char *whole;
    return asprintf(&whole, "%s/%s", folder, path) < 0 ? NULL : whole;
}

static int copy_file(const struct export *export, const char *path, struct ww_error *error)
{
    char *from = path_in(export->folder, path), *to = path_in(export->output, path);
    char *slash = to ? strrchr(to, '/') : NULL;
    int code;
    if (!from || !slash) {
        code = ww_fail(error, -ENOMEM, "out of memory");
    } else {
        *slash = '\0';
        code = ww_make_folder(to, error);
        if (code == 0)
            code = ww_copy_file(from, to, slash + 1, WW_DURABLE, error);
    }
    free(from);
    free(to);
    return code;
}

/* What is not as the log says is not handed on as evidence. */
static int check_copy(const struct export *export, const char *path, const char *wanted,
                      struct ww_error *error)
{
    char sha256[WW_SHA256_TEXT], *copy = path_in(export->output, path);
    int64_t size;
    int code = copy ? ww_sha256_file(sha256, copy, &size) : -ENOMEM;
    if (code != 0) {
        ww_fail(error, code, "cannot read '%s': %s", copy ? copy : path, ww_errno_text(code));
    } else if (strcmp(sha256, wanted) != 0) {
        unlink(copy);
        code = ww_fail(error, -EBADMSG, "'%s' was altered since the log named it; see 'wallwatch verify %s'",
                       path, export->folder);
    }
    free(copy);
    return code;
}

static int export_file(struct export *export, const json_t *line, const char *key, struct ww_error *error)
{
    char hash_key[32];
    const char *path = ww_log_text(line, key);
    if (!*path)
        return 0;
    if (path[0] == '/' || strstr(path, ".."))
        return ww_fail(error, -EINVAL, "'%s' is not beside the log", path);
    snprintf(hash_key, sizeof hash_key, "%s_sha256", key);
    int code = copy_file(export, path, error);
    if (code == 0)
        code = check_copy(export, path, ww_log_text(line, hash_key), error);
    if (code == 0)
        fprintf(export->sums, "%s  %s\n", ww_log_text(line, hash_key), path);
    return code;
}

/* Without it the evidence is whole all the same. */
static void view_clip(const struct export *export, const char *path)
{
    struct ww_error error;
    if (*path && ww_viewing_copy_make(export->output, path, &error) < 0)
        ww_log(WW_LOG_WARNING, "%s; '%s' needs a player that knows its format", error.text, path);
}

static int export_files(struct export *export, struct ww_error *error)
{
    static const char *const keys[] = {"snapshot", "original", "crop", "clip", "sheet"};
    int code = 0;
    for (size_t i = 0; i < export->proof.count && code == 0; i++) {
        const json_t *line = export->proof.lines[i].json;
        if (!export->proof.lines[i].wanted)
            continue;
        for (size_t k = 0; k < sizeof keys / sizeof *keys && code == 0; k++)
            code = export_file(export, line, keys[k], error);
        if (code == 0)
            view_clip(export, ww_log_text(line, "clip"));
    }
    return code;
}

/* --- the log's part ------------------------------------------------------------------------------- */

static int publish(struct export *export, const char *name, const void *bytes, size_t size,
                   struct ww_error *error)
{
    return ww_publish_file(export->output, name, bytes, size, WW_DURABLE, error);
}

static int write_lines(struct export *export, struct ww_error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return ww_fail(error, -ENOMEM, "out of memory");
    for (size_t i = 0; i < export->proof.count; i++)
        fprintf(file, "%s\n", export->proof.lines[i].text);
    fclose(file);
    int code = text ? publish(export, WW_EVENT_LOG_NAME, text, size, error)
                    : ww_fail(error, -ENOMEM, "out of memory");
    free(text);
    return code;
}

/* As openssl reads it: RFC 8410's header for Ed25519, and the key. */
static int write_key(struct export *export, struct ww_error *error)
{
    unsigned char der[44] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    char base64[sodium_base64_ENCODED_LEN(sizeof der, sodium_base64_VARIANT_ORIGINAL)], pem[256];
    sodium_hex2bin(der + 12, 32, export->key, 64, NULL, NULL, NULL);
    sodium_bin2base64(base64, sizeof base64, der, sizeof der, sodium_base64_VARIANT_ORIGINAL);
    int size =
        snprintf(pem, sizeof pem, "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", base64);
    return publish(export, "public-key.pem", pem, (size_t)size, error);
}

static int write_checkpoint(struct export *export, struct ww_error *error)
{
    const struct ww_proof_line *last = &export->proof.lines[export->proof.count - 1];
    const char *end = strstr(last->text, ",\"signature\":\"");
    const char *signature = ww_log_text(last->json, "signature");
    unsigned char raw[64];
    size_t length = 0;
    if (!end || !ww_signature_holds(export->key, last->text, (size_t)(end - last->text), signature))
        return ww_fail(error, -EBADMSG,
                       "the checkpoint after the events does not hold; see 'wallwatch verify %s'",
                       export->folder);
    sodium_hex2bin(raw, sizeof raw, signature, strlen(signature), NULL, &length, NULL);
    int code = publish(export, "checkpoint.txt", last->text, (size_t)(end - last->text), error);
    if (code == 0)
        code = publish(export, "checkpoint.sig", raw, length, error);
    return code == 0 ? write_key(export, error) : code;
}

static int write_script(struct export *export, struct ww_error *error)
{
    static const char chain[] =
        "#!/bin/sh\n"
        "# Checks this export with sha256sum, sed and openssl alone.\n"
        "cd \"$(dirname \"$0\")\" || exit 1\n"
        "sha256sum -c SHA256SUMS || { echo 'a file is not what the log says'; exit 3; }\n"
        "while read -r hash path; do\n"
        "    grep -qF \"\\\"$hash\\\"\" events.jsonl || { echo \"the log has another hash for $path\"; exit "
        "3; }\n"
        "done <SHA256SUMS\n"
        "before=\n"
        "while IFS= read -r line; do\n"
        "    prev=$(printf '%s' \"$line\" | sed 's/.*\"prev\":\"\\([0-9a-f]*\\)\".*/\\1/')\n"
        "    [ -z \"$before\" ] || [ \"$prev\" = \"$before\" ] || { echo 'the chain of the log is broken'; "
        "exit 3; }\n"
        "    before=$(printf '%s' \"$line\" | sha256sum | cut -d' ' -f1)\n"
        "done <events.jsonl\n";
    static const char signature[] =
        "[ \"$(tail -n 1 events.jsonl | sed 's/,\"signature\":.*//')\" = \"$(cat checkpoint.txt)\" ] ||\n"
        "    { echo 'checkpoint.txt is not the last line of the log'; exit 3; }\n"
        "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in checkpoint.txt -sigfile "
        "checkpoint.sig ||\n"
        "    { echo 'the signature does not hold'; exit 3; }\n"
        "echo 'all of it is whole, and signed by the key of public-key.pem'\n";
    static const char unsigned_end[] = "echo 'all of it is whole; nothing of it is signed'\n";
    char *text;
    if (asprintf(&text, "%s%s", chain, export->proof.ends_signed ? signature : unsigned_end) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = publish(export, "check.sh", text, strlen(text), error);
    free(text);
    return code;
}

/* --- all of it ------------------------------------------------------------------------------------ */

static int prepare_folder(const char *path, struct ww_error *error)
{
    struct stat info;
    char *page;
    if (asprintf(&page, "%s/index.html", path) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    bool taken = stat(page, &info) == 0;
    free(page);
    if (taken)
        return ww_fail(error, -EEXIST, "'%s' has an export already; choose another folder", path);
    return ww_make_folder(path, error);
}

static int write_all(struct export *export, struct ww_error *error)
{
    export->sums = open_memstream(&export->sums_text, &export->sums_size);
    if (!export->sums)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = prepare_folder(export->output, error);
    if (code == 0)
        code = export_files(export, error);
    fclose(export->sums);
    if (code == 0)
        code = publish(export, "SHA256SUMS", export->sums_text, export->sums_size, error);
    if (code == 0)
        code = write_lines(export, error);
    if (code == 0 && export->proof.ends_signed)
        code = write_checkpoint(export, error);
    if (code == 0)
        code = write_script(export, error);
    if (code == 0)
        code = ww_export_page_write(&export->proof, export->output, export->key, error);
    free(export->sums_text);
    return code;
}

/* Like "proof" of a path to proof.zip. The caller's to free; NULL: no memory. */
static char *name_in_zip(const char *zip)
{
    const char *slash = strrchr(zip, '/'), *name = slash ? slash + 1 : zip;
    return strndup(name, strlen(name) - 4);
}

/* The folder is made beside the file, and goes when that is there. */
static int write_zip(struct export *export, struct ww_error *error)
{
    char *folder, *name = name_in_zip(export->zip);
    int code;
    if (access(export->zip, F_OK) == 0) {
        free(name);
        return ww_fail(error, -EEXIST, "'%s' is there already; choose another name", export->zip);
    }
    if (!name || asprintf(&folder, "%s.XXXXXX", export->zip) < 0) {
        free(name);
        return ww_fail(error, -ENOMEM, "out of memory");
    }
    if (!mkdtemp(folder)) {
        code = ww_fail(error, -errno, "cannot write beside '%s': %s", export->zip, ww_errno_text(-errno));
    } else {
        export->output = folder;
        code = write_all(export, error);
        if (code == 0)
            code = ww_zip_make(folder, export->zip, name, error);
        ww_remove_tree(folder);
    }
    free(folder);
    free(name);
    return code;
}

int ww_export_evidence(const struct ww_export_order *order, bool *is_signed, struct ww_error *error)
{
    struct export export = {.folder = order->folder,
                            .output = order->output,
                            .zip = ww_export_is_zip(order->output) ? order->output : NULL,
                            .events = order->events,
                            .event_count = order->event_count};
    int code = ww_proof_read(&export.proof, export.folder, export.events, export.event_count, error);
    *is_signed = code == 0 && export.proof.ends_signed;
    if (*is_signed)
        snprintf(export.key, sizeof export.key, "%s",
                 ww_log_text(export.proof.lines[export.proof.count - 1].json, "key"));
    if (code == 0)
        code = export.zip ? write_zip(&export, error) : write_all(&export, error);
    ww_proof_free(&export.proof);
    return code;
}

bool ww_export_is_zip(const char *output)
{
    size_t length = strlen(output);
    return length > 4 && strcmp(output + length - 4, ".zip") == 0;
}
