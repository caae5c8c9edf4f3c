/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/export_page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wallwatch/version.h>

#include "base/clock.h"
#include "base/file.h"
#include "commands/log_lines.h"
#include "commands/viewing_copy.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n<title>Evidence</title>\n<style>\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; "
    "color: #16181c; background: #fff; }\n"
    "img, video { max-width: 100%; height: auto; border: 1px solid #b0b6be; }\n"
    "table { border-collapse: collapse; margin: 1rem 0; }\n"
    "th, td { text-align: left; vertical-align: top; padding: .15rem 1rem .15rem 0; }\n"
    "th { font-weight: 600; white-space: nowrap; }\n"
    "td { overflow-wrap: anywhere; }\n"
    "pre { background: #f1f2f4; padding: 1rem; overflow-x: auto; }\n"
    "code { overflow-wrap: anywhere; }\n"
    "@media print { pre { white-space: pre-wrap; } }\n"
    "</style>\n</head>\n<body>\n";

static void put(FILE *page, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': fputs("&lt;", page); break;
        case '>': fputs("&gt;", page); break;
        case '&': fputs("&amp;", page); break;
        case '"': fputs("&quot;", page); break;
        default: fputc(*text, page);
        }
    }
}

static void put_row(FILE *page, const char *name, const char *value)
{
    if (!*value)
        return;
    fprintf(page, "<tr><th>%s</th><td>", name);
    put(page, value);
    fputs("</td></tr>\n", page);
}

static void put_time(FILE *page, const char *name, const char *utc)
{
    char local[WW_TIME_TEXT], both[2 * WW_TIME_TEXT + 4];
    int64_t time_us;
    if (ww_time_parse(utc, &time_us) != 0)
        return;
    ww_time_local(local, time_us);
    snprintf(both, sizeof both, "%s (%s)", local, utc);
    put_row(page, name, both);
}

static void put_number(FILE *page, const char *name, const json_t *line, const char *key, const char *unit)
{
    char text[64];
    const json_t *value = json_object_get(line, key);
    if (!json_is_number(value))
        return;
    snprintf(text, sizeof text, "%.2f%s", json_number_value(value), unit);
    put_row(page, name, text);
}

static void put_picture(FILE *page, const json_t *line, const char *key, const char *caption)
{
    const char *path = ww_log_text(line, key);
    char hash_key[32];
    if (!*path)
        return;
    snprintf(hash_key, sizeof hash_key, "%s_sha256", key);
    fprintf(page, "<figure><a href=\"");
    put(page, path);
    fputs("\"><img src=\"", page);
    put(page, path);
    fprintf(page, "\" alt=\"%s\"></a><figcaption>%s: <code>", caption, caption);
    put(page, ww_log_text(line, hash_key));
    fputs("</code></figcaption></figure>\n", page);
}

/* The last line of an event has what the others have, and its pictures. */
static bool is_last(const struct ww_proof *proof, size_t index)
{
    const char *event = ww_log_text(proof->lines[index].json, "event");
    for (size_t i = index + 1; i < proof->count; i++)
        if (proof->lines[i].wanted && strcmp(ww_log_text(proof->lines[i].json, "event"), event) == 0)
            return false;
    return true;
}

static bool is_clip(const struct ww_proof_line *line)
{
    return strcmp(ww_log_text(line->json, "detail"), "clip") == 0;
}

static bool names(const json_t *line, const char *event)
{
    size_t i;
    json_t *shown;
    json_array_foreach(json_object_get(line, "events"), i, shown)
    {
        const char *name = json_string_value(shown);
        if (name && strcmp(name, event) == 0)
            return true;
    }
    return false;
}

/* A clip that was cut off names no event; it is here because it was recorded then. */
static bool shows(const struct ww_proof_line *line, const json_t *event)
{
    return line->wanted && is_clip(line) &&
           (json_object_get(line->json, "events")
                ? names(line->json, ww_log_text(event, "event"))
                : strcmp(ww_log_text(line->json, "camera"), ww_log_text(event, "camera")) == 0);
}

static void put_clip(FILE *page, const char *folder, const json_t *line)
{
    const char *path = ww_log_text(line, "clip"), *reason = ww_log_text(line, "reason");
    char *view = ww_viewing_copy_path(path), *whole = NULL;
    bool viewed = view && asprintf(&whole, "%s/%s", folder, view) >= 0 && access(whole, R_OK) == 0;
    fputs("<figure><video controls preload=\"metadata\" src=\"", page);
    put(page, viewed ? view : path);
    fputs("\"></video><figcaption>", page);
    if (viewed)
        fputs("A copy for viewing, encoded anew so that a browser plays it; the evidence is ", page);
    fputs("<a href=\"", page);
    put(page, path);
    fputs("\">", page);
    put(page, path);
    fputs("</a>, as the camera sent it; SHA-256: <code>", page);
    put(page, ww_log_text(line, "clip_sha256"));
    fputs("</code>", page);
    if (*reason)
        fputs("<br>", page);
    put(page, reason);
    fputs("</figcaption></figure>\n", page);
    put_picture(page, line, "sheet", "The course of it; SHA-256");
    free(whole);
    free(view);
}

static const json_t *first_of(const struct ww_proof *proof, const char *event)
{
    for (size_t i = 0; i < proof->count; i++)
        if (proof->lines[i].wanted && strcmp(ww_log_text(proof->lines[i].json, "event"), event) == 0)
            return proof->lines[i].json;
    return NULL;
}

static void put_event(FILE *page, const struct ww_proof *proof, const char *folder, size_t index)
{
    const json_t *line = proof->lines[index].json;
    const json_t *first = first_of(proof, ww_log_text(line, "event"));
    bool ended = strcmp(ww_log_text(line, "phase"), "end") == 0;
    fputs("<h2>", page);
    put(page, ww_log_text(line, "type"));
    fputs(" ", page);
    put(page, ww_log_text(line, "direction"));
    fputs("</h2>\n<table>\n", page);
    put_row(page, "event", ww_log_text(line, "event"));
    put_row(page, "camera", ww_log_text(line, "camera"));
    put_row(page, "wall", ww_log_text(line, "wall"));
    put_row(page, "zone", ww_log_text(line, "zone"));
    put_row(page, "detail", ww_log_text(line, "detail"));
    put_row(page, "reason", ww_log_text(line, "reason"));
    put_time(page, "begin", ww_log_text(first, "time"));
    if (ended)
        put_time(page, "end", ww_log_text(line, "time"));
    put_number(page, "duration", line, "duration", " s");
    put_number(page, "score", line, "score", "");
    fputs("</table>\n", page);
    if (!ended)
        fputs("<p>It had not ended when this was made.</p>\n", page);
    put_picture(page, line, "snapshot", "Annotated; SHA-256");
    put_picture(page, line, "crop", "Who it is about; SHA-256");
    put_picture(page, line, "original", "As it was recorded; SHA-256");
    for (size_t i = 0; i < proof->count; i++)
        if (shows(&proof->lines[i], line))
            put_clip(page, folder, proof->lines[i].json);
}

static void put_check(FILE *page, const struct ww_proof *proof, const char *key)
{
    fputs("<h2>How to check this</h2>\n"
          "<p><code>events.jsonl</code> is the part of the log that these events stand in, unaltered. Each "
          "line names in "
          "<code>prev</code> the SHA-256 of the line before it, without its newline, and in "
          "<code>…_sha256</code> that of "
          "each picture and clip. So who alters a line or a file must alter all lines after it.</p>\n",
          page);
    if (proof->ends_signed) {
        fputs("<p>The last line is a checkpoint: its <code>signature</code> (Ed25519) is of the line's bytes "
              "before "
              "<code>,\"signature\"</code>, and so covers all before. The public key is<br><code>",
              page);
        put(page, key);
        fputs("</code><br>Compare it with the one that the owner of the camera has noted elsewhere: a key "
              "proves nothing "
              "but that its owner signed.</p>\n",
              page);
    } else {
        fputs("<p><strong>No signed checkpoint follows the events in the log:</strong> the chain shows that "
              "the lines "
              "belong together, not who wrote them.</p>\n",
              page);
    }
    fputs("<p>With standard tools (sha256sum, sed", page);
    fputs(proof->ends_signed
              ? ", openssl 3), in this folder:</p>\n<pre>sh check.sh</pre>\n<p>which does</p>\n<pre>"
              : "), in this folder:</p>\n<pre>sh check.sh</pre>\n<p>which does</p>\n<pre>",
          page);
    fputs("# the files are those of the log\nsha256sum -c SHA256SUMS\n"
          "# every line names the hash of the one before\n"
          "tail -n +2 events.jsonl | while IFS= read -r line; do …; done\n",
          page);
    if (proof->ends_signed)
        fputs("# the last line is signed\n"
              "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in checkpoint.txt -sigfile "
              "checkpoint.sig\n",
              page);
    fputs("</pre>\n", page);
}

int ww_export_page_write(const struct ww_proof *proof, const char *folder, const char *key,
                         struct ww_error *error)
{
    char *text = NULL, now[WW_TIME_TEXT];
    size_t size = 0;
    FILE *page = open_memstream(&text, &size);
    if (!page)
        return ww_fail(error, -ENOMEM, "cannot write a page: out of memory");
    ww_time_utc(now, ww_clock_wall_us());
    fputs(head, page);
    fprintf(page, "<h1>Evidence</h1>\n<p>Exported by wallwatch %s at %s.</p>\n", WW_VERSION, now);
    for (size_t i = 0; i < proof->count; i++)
        if (proof->lines[i].wanted && !is_clip(&proof->lines[i]) && is_last(proof, i))
            put_event(page, proof, folder, i);
    put_check(page, proof, key);
    fputs("</body>\n</html>\n", page);
    int code =
        ferror(page) | fclose(page) ? ww_fail(error, -ENOMEM, "cannot write a page: out of memory") : 0;
    if (code == 0)
        code = ww_publish_file(folder, "index.html", text, size, WW_DURABLE, error);
    free(text);
    return code;
}
