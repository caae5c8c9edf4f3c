/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/drawings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sha256.h"
#include "config/document.h"
#include "config/site_files.h"

static const char *const lists[] = {"walls", "zones", "ignore", "person"};
enum { LISTS = sizeof lists / sizeof *lists };

static const char head[] =
    "# Walls that were drawn on the console's page, which writes this file anew; what it was before is in\n"
    "# the same name with .previous at its end. It adds to the configuration beside it.\n";

/* A file and what stands in it. */
struct drawn_file {
    char *path, *text; /* text is NULL: there is none */
    size_t size;
    char version[WW_SHA256_TEXT];
};

/* --- YAML to JSON -------------------------------------------------------------------------------------- */

static json_t *json_of(struct ww_document *document, const yaml_node_t *node, bool text);

static json_t *scalar_of(const yaml_node_t *node, bool text)
{
    const char *value = (const char *)node->data.scalar.value;
    char *end;
    double number = strtod(value, &end);
    if (text || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || end == value || *end)
        return json_string(value);
    return json_real(number);
}

static json_t *mapping_of(struct ww_document *document, const yaml_node_t *node)
{
    const yaml_node_t *key, *value;
    json_t *object = json_object();
    for (size_t i = 0; ww_document_pair(document, node, i, &key, &value); i++) {
        const char *name = ww_document_text(key);
        json_object_set_new(object, name, json_of(document, value, strcmp(name, "name") == 0));
    }
    return object;
}

/* Of a document that fits its schema, and is no deeper. */
static json_t *json_of(struct ww_document *document, const yaml_node_t *node, bool text)
{
    if (node->type == YAML_MAPPING_NODE)
        return mapping_of(document, node);
    if (node->type == YAML_SCALAR_NODE)
        return scalar_of(node, text);
    json_t *list = json_array();
    for (size_t i = 0; i < ww_document_count(node); i++)
        json_array_append_new(list, json_of(document, ww_document_entry(document, node, i), false));
    return list;
}

/* {"name", "walls", …} of each camera. */
static json_t *cameras_of(const char *name, const char *text, size_t size, struct ww_error *error)
{
    struct ww_document document;
    if (ww_document_parse(&document, name, text, size, error) != 0)
        return NULL;
    json_t *cameras = json_array();
    const yaml_node_t *all = ww_document_find(&document, "cameras");
    for (size_t i = 0; i < ww_document_count(all); i++) {
        json_t *whole = json_of(&document, ww_document_entry(&document, all, i), false),
               *camera = json_object();
        json_object_set(camera, "name", json_object_get(whole, "name"));
        for (size_t l = 0; l < LISTS; l++) {
            json_t *list = json_object_get(whole, lists[l]);
            json_object_set_new(camera, lists[l], list ? json_incref(list) : json_array());
        }
        json_decref(whole);
        json_array_append_new(cameras, camera);
    }
    ww_document_free(&document);
    return cameras;
}

/* Lent; NULL: there is none. */
static json_t *find(const json_t *cameras, const char *name)
{
    for (size_t i = 0; i < json_array_size(cameras); i++) {
        json_t *camera = json_array_get(cameras, i);
        if (strcmp(json_string_value(json_object_get(camera, "name")), name) == 0)
            return camera;
    }
    return NULL;
}

/* --- files --------------------------------------------------------------------------------------------- */

static int read_site(const struct ww_drawings *drawings, struct ww_site **site, struct ww_error *error)
{
    *site = NULL;
    return drawings->config ? ww_site_read(site, drawings->config, error) : 0;
}

static void release(struct drawn_file *file)
{
    free(file->path);
    free(file->text);
}

/* The names of the files, and what was drawn; a fault there is not the fault of who saves. */
static int find_file(const struct ww_drawings *drawings, struct drawn_file *file, struct ww_error *error)
{
    struct ww_site *site, *drawn;
    *file = (struct drawn_file){0};
    int code = read_site(drawings, &site, error);
    if (code != 0)
        return error->code = code == -EINVAL ? -EBADMSG : code;
    file->path = ww_site_drawn_path(site, drawings->config, drawings->folder);
    ww_site_free(site);
    if (!file->path)
        return ww_fail(error, -ENOMEM, "cannot read what was drawn: out of memory");
    code = ww_site_read_drawn(&drawn, file->path, error);
    ww_site_free(drawn);
    if (code == -EINVAL)
        error->code = code = -EBADMSG;
    if (code == 0)
        code = ww_site_read_text(file->path, &file->text, &file->size, error);
    if (code == 0)
        ww_sha256_text(file->version, file->text, file->size);
    return code == -ENOENT ? 0 : code;
}

/* A list for what is there. */
static json_t *lists_of(const char *path, const char *text, size_t size, const char *camera,
                        struct ww_error *error)
{
    json_t *cameras = text ? cameras_of(path, text, size, error) : json_array(), *found, *answer = NULL;
    if (!cameras)
        return NULL;
    found = find(cameras, camera);
    answer = found ? json_copy(found)
                   : json_pack("{s:[], s:[], s:[], s:[]}", lists[0], lists[1], lists[2], lists[3]);
    json_object_del(answer, "name");
    json_decref(cameras);
    return answer;
}

json_t *ww_drawings_read(const struct ww_drawings *drawings, const char *camera, struct ww_error *error)
{
    struct drawn_file file;
    char *text = NULL;
    size_t size = 0;
    json_t *written = NULL, *drawn = NULL, *answer = NULL;
    int code = find_file(drawings, &file, error);
    if (code == 0 && drawings->config)
        code = ww_site_read_text(drawings->config, &text, &size, error);
    if (code == 0)
        written = lists_of(drawings->config, text, size, camera, error);
    if (written)
        drawn = lists_of(file.path, file.text, file.size, camera, error);
    if (drawn)
        answer = json_pack("{s:s, s:s, s:s, s:O, s:O}", "camera", camera, "file", file.path, "version",
                           file.version, "written", written, "drawn", drawn);
    if (drawn && !answer)
        ww_fail(error, -EINVAL, "'%s' is not UTF-8", file.path);
    json_decref(written);
    json_decref(drawn);
    free(text);
    release(&file);
    return answer;
}

/* --- saving -------------------------------------------------------------------------------------------- */

static void put_value(FILE *out, const char *before, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    fprintf(out, "%s%s\n", before, text ? text : "");
    free(text);
}

/* JSON is YAML. */
static void put_camera(FILE *out, const json_t *camera)
{
    put_value(out, "  - name: ", json_object_get(camera, "name"));
    for (size_t l = 0; l < LISTS; l++) {
        const json_t *list = json_object_get(camera, lists[l]);
        if (json_array_size(list) > 0)
            fprintf(out, "    %s:\n", lists[l]);
        for (size_t i = 0; i < json_array_size(list); i++)
            put_value(out, "      - ", json_array_get(list, i));
    }
}

static char *yaml_of(const json_t *cameras, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    fprintf(out, "%scameras:\n", head);
    for (size_t i = 0; i < json_array_size(cameras); i++)
        put_camera(out, json_array_get(cameras, i));
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static int take_lists(json_t *cameras, const char *name, const json_t *wanted, struct ww_error *error)
{
    json_t *camera = find(cameras, name);
    if (!camera) {
        camera = json_pack("{s:s}", "name", name);
        json_array_append_new(cameras, camera);
    }
    for (size_t l = 0; l < LISTS; l++) {
        json_t *list = json_object_get(wanted, lists[l]);
        if (list && !json_is_array(list))
            return ww_fail(error, -EINVAL, "'%s' is no list", lists[l]);
        json_object_set_new(camera, lists[l], list ? json_incref(list) : json_array());
    }
    return 0;
}

static int replace(const struct drawn_file *file, const char *text, size_t size, struct ww_error *error)
{
    const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
    char previous[NAME_MAX + 1];
    char *folder = slash ? strndup(file->path, (size_t)(slash + 1 - file->path)) : strdup(".");
    int code = 0;
    if (!folder)
        return ww_fail(error, -ENOMEM, "cannot save: out of memory");
    snprintf(previous, sizeof previous, "%s.previous", name);
    if (file->text)
        code = ww_publish_file(folder, previous, file->text, file->size, WW_DURABLE, error);
    if (code == 0)
        code = ww_publish_file(folder, name, text, size, WW_DURABLE, error);
    free(folder);
    return code;
}

int ww_drawings_save(const struct ww_drawings *drawings, const char *camera, const json_t *wanted,
                     struct ww_error *error)
{
    struct drawn_file file;
    struct ww_site *tried = NULL;
    size_t size = 0;
    char *text = NULL;
    const char *version = json_string_value(json_object_get(wanted, "version"));
    int code = find_file(drawings, &file, error);
    json_t *cameras = NULL;
    if (code == 0 && (!version || strcmp(version, file.version) != 0))
        code = ww_fail(error, -ESTALE, "what is drawn was changed meanwhile, elsewhere; load it again");
    if (code == 0) {
        cameras = file.text ? cameras_of(file.path, file.text, file.size, error) : json_array();
        code = cameras ? take_lists(cameras, camera, wanted, error) : -ENOMEM;
    }
    if (code == 0) {
        text = yaml_of(cameras, &size);
        code = text ? ww_site_try_drawn(&tried, drawings->config, file.path, text, size, error)
                    : ww_fail(error, -ENOMEM, "cannot save: out of memory");
    }
    if (code == 0)
        code = replace(&file, text, size, error);
    ww_site_free(tried);
    json_decref(cameras);
    free(text);
    release(&file);
    return code;
}

int ww_drawings_try(const struct ww_drawings *drawings, const char *camera, const json_t *wanted,
                    struct ww_site **site, struct ww_error *error)
{
    json_t *cameras = json_array();
    size_t size = 0;
    char *text = NULL;
    *site = NULL;
    int code = take_lists(cameras, camera, wanted, error);
    if (code == 0) {
        text = yaml_of(cameras, &size);
        code = text ? ww_site_try_drawn(site, drawings->config, "what is drawn", text, size, error)
                    : ww_fail(error, -ENOMEM, "out of memory");
    }
    json_decref(cameras);
    free(text);
    return code;
}
