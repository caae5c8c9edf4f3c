/* SPDX-License-Identifier: Apache-2.0 */
#include "config/document.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_TEXT = 256, LONGEST_KEY = 64 };

int ww_document_parse(struct ww_document *document, const char *name, const char *text, size_t size,
                      struct ww_error *error)
{
    yaml_parser_t parser;
    document->name = name;
    if (!yaml_parser_initialize(&parser))
        return ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", name);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    int code = 0;
    if (!yaml_parser_load(&parser, &document->yaml)) {
        code = ww_fail(error, -EINVAL, "%s:%zu: this is no YAML: %s%s%s", name, parser.problem_mark.line + 1,
                       parser.problem ? parser.problem : "it cannot be read", parser.context ? " " : "",
                       parser.context ? parser.context : "");
    } else if (!yaml_document_get_root_node(&document->yaml)) {
        yaml_document_delete(&document->yaml);
        code = ww_fail(error, -EINVAL, "%s:1: the configuration is empty; it needs at least 'cameras'", name);
    }
    yaml_parser_delete(&parser);
    return code;
}

void ww_document_free(struct ww_document *document)
{
    yaml_document_delete(&document->yaml);
}

size_t ww_document_count(const yaml_node_t *sequence)
{
    if (!sequence || sequence->type != YAML_SEQUENCE_NODE)
        return 0;
    return (size_t)(sequence->data.sequence.items.top - sequence->data.sequence.items.start);
}

yaml_node_t *ww_document_entry(struct ww_document *document, const yaml_node_t *sequence, size_t index)
{
    if (index >= ww_document_count(sequence))
        return NULL;
    return yaml_document_get_node(&document->yaml, sequence->data.sequence.items.start[index]);
}

const char *ww_document_text(const yaml_node_t *node)
{
    return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

bool ww_document_pair(struct ww_document *document, const yaml_node_t *mapping, size_t index,
                      const yaml_node_t **key, const yaml_node_t **value)
{
    if (!mapping || mapping->type != YAML_MAPPING_NODE ||
        index >= (size_t)(mapping->data.mapping.pairs.top - mapping->data.mapping.pairs.start))
        return false;
    const yaml_node_pair_t *pair = &mapping->data.mapping.pairs.start[index];
    *key = yaml_document_get_node(&document->yaml, pair->key);
    *value = yaml_document_get_node(&document->yaml, pair->value);
    return true;
}

/* Lengths and brackets keep apart what would read the same without them. */
static void print_node(struct ww_document *document, const yaml_node_t *node, FILE *file)
{
    const yaml_node_t *key, *value;
    if (node->type == YAML_SCALAR_NODE)
        fprintf(file, "%zu:%s", node->data.scalar.length, (const char *)node->data.scalar.value);
    fputc(node->type == YAML_MAPPING_NODE ? '{' : '[', file);
    for (size_t i = 0; i < ww_document_count(node); i++)
        print_node(document, ww_document_entry(document, node, i), file);
    for (size_t i = 0; ww_document_pair(document, node, i, &key, &value); i++) {
        print_node(document, key, file);
        print_node(document, value, file);
    }
    fputc(']', file);
}

int ww_document_digest(struct ww_document *document, const yaml_node_t *node, char digest[WW_SHA256_TEXT])
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return -ENOMEM;
    if (node)
        print_node(document, node, file);
    if (fclose(file) != 0) {
        free(text);
        return -ENOMEM;
    }
    ww_sha256_text(digest, text, size);
    free(text);
    return 0;
}

static yaml_node_t *value_of(struct ww_document *document, const yaml_node_t *mapping, const char *key,
                             size_t length)
{
    for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++) {
        const char *name = ww_document_text(yaml_document_get_node(&document->yaml, pair->key));
        if (name && strlen(name) == length && strncmp(name, key, length) == 0)
            return yaml_document_get_node(&document->yaml, pair->value);
    }
    return NULL;
}

yaml_node_t *ww_document_find(struct ww_document *document, const char *path)
{
    yaml_node_t *node = yaml_document_get_root_node(&document->yaml);
    while (node && *path) {
        size_t length = strcspn(path, "/");
        if (node->type == YAML_MAPPING_NODE)
            node = value_of(document, node, path, length);
        else if (node->type == YAML_SEQUENCE_NODE && isdigit((unsigned char)*path))
            node = ww_document_entry(document, node, strtoul(path, NULL, 10));
        else
            node = NULL;
        path += length + (path[length] == '/');
    }
    return node;
}

int ww_document_fail(struct ww_document *document, const char *path, struct ww_error *error,
                     const char *format, ...)
{
    char reason[360];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    const yaml_node_t *node = ww_document_find(document, path);
    return ww_fail(error, -EINVAL, "%s:%zu: %s%s%s", document->name, node ? node->start_mark.line + 1 : 1,
                   path, *path ? ": " : "", reason);
}

/* --- the check against the schema -------------------------------------------------------------- */

struct checker {
    struct ww_document *document;
    struct ww_error *error;
};

static int check_value(struct checker *checker, const cyaml_schema_value_t *schema, const yaml_node_t *node,
                       const char *path);

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance (1966). */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST_KEY + 1], length = strlen(b);
    if (length > LONGEST_KEY || strlen(a) > LONGEST_KEY)
        return LONGEST_KEY;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t cost = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = min3(cost, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[length];
}

static const char *parent_of(const char *path)
{
    return *path ? path : "the configuration";
}

static int fail_unknown_key(struct checker *checker, const cyaml_schema_field_t *fields,
                            const yaml_node_t *key, const char *path)
{
    const char *name = ww_document_text(key), *nearest = NULL;
    size_t nearest_distance = LONGEST_KEY;
    char known[256] = "";
    size_t at = 0;
    for (const cyaml_schema_field_t *field = fields; field->key; field++) {
        size_t away = distance(name, field->key);
        if (away < nearest_distance) {
            nearest_distance = away;
            nearest = field->key;
        }
        if (at < sizeof known)
            at += (size_t)snprintf(known + at, sizeof known - at, "%s%s", field == fields ? "" : ", ",
                                   field->key);
    }
    if (nearest && nearest_distance <= 1 + strlen(nearest) / 3)
        return ww_fail(checker->error, -EINVAL, "%s:%zu: unknown key '%s' in %s; did you mean '%s'?",
                       checker->document->name, key->start_mark.line + 1, name, parent_of(path), nearest);
    return ww_fail(checker->error, -EINVAL, "%s:%zu: unknown key '%s' in %s; known are %s",
                   checker->document->name, key->start_mark.line + 1, name, parent_of(path), known);
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_field_t *fields, const char *key)
{
    for (; fields->key; fields++)
        if (strcmp(fields->key, key) == 0)
            return fields;
    return NULL;
}

static int check_pair(struct checker *checker, const cyaml_schema_field_t *fields, const yaml_node_t *mapping,
                      const yaml_node_pair_t *pair, const char *path)
{
    char inner[PATH_TEXT];
    yaml_document_t *yaml = &checker->document->yaml;
    const yaml_node_t *key = yaml_document_get_node(yaml, pair->key);
    const char *name = ww_document_text(key);
    if (!name)
        return ww_fail(checker->error, -EINVAL, "%s:%zu: a key of %s is no word", checker->document->name,
                       key->start_mark.line + 1, parent_of(path));
    const cyaml_schema_field_t *field = find_field(fields, name);
    if (!field)
        return fail_unknown_key(checker, fields, key, path);
    for (const yaml_node_pair_t *other = mapping->data.mapping.pairs.start; other < pair; other++) {
        const char *earlier = ww_document_text(yaml_document_get_node(yaml, other->key));
        if (earlier && strcmp(earlier, name) == 0)
            return ww_fail(checker->error, -EINVAL, "%s:%zu: '%s' is given twice in %s",
                           checker->document->name, key->start_mark.line + 1, name, parent_of(path));
    }
    snprintf(inner, sizeof inner, "%s%s%s", path, *path ? "/" : "", name);
    return check_value(checker, &field->value, yaml_document_get_node(yaml, pair->value), inner);
}

static int check_mapping(struct checker *checker, const cyaml_schema_field_t *fields, const yaml_node_t *node,
                         const char *path)
{
    if (node->type != YAML_MAPPING_NODE)
        return ww_document_fail(checker->document, path, checker->error,
                                "keys with values were expected, such as '%s: …'", fields->key);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
         pair++) {
        int code = check_pair(checker, fields, node, pair, path);
        if (code != 0)
            return code;
    }
    for (; fields->key; fields++)
        if (!(fields->value.flags & CYAML_FLAG_OPTIONAL) &&
            !value_of(checker->document, node, fields->key, strlen(fields->key)))
            return ww_document_fail(checker->document, path, checker->error, "'%s' is missing", fields->key);
    return 0;
}

static int check_sequence(struct checker *checker, const cyaml_schema_value_t *schema,
                          const yaml_node_t *node, const char *path)
{
    size_t count = ww_document_count(node);
    bool fixed = schema->type == CYAML_SEQUENCE_FIXED;
    if (node->type != YAML_SEQUENCE_NODE)
        return ww_document_fail(checker->document, path, checker->error, "a list was expected%s",
                                fixed ? ", such as [0.5, 0.5]" : "");
    if (fixed && count != schema->sequence.min)
        return ww_document_fail(checker->document, path, checker->error,
                                "%u numbers were expected, there are %zu", schema->sequence.min, count);
    if (count < schema->sequence.min)
        return ww_document_fail(checker->document, path, checker->error,
                                "at least %u %s are needed, there %s %zu", schema->sequence.min,
                                schema->sequence.entry->type == CYAML_SEQUENCE_FIXED ? "points" : "entries",
                                count == 1 ? "is" : "are", count);
    for (size_t i = 0; i < count; i++) {
        char inner[PATH_TEXT];
        snprintf(inner, sizeof inner, "%s/%zu", path, i);
        int code = check_value(checker, schema->sequence.entry, ww_document_entry(checker->document, node, i),
                               inner);
        if (code != 0)
            return code;
    }
    return 0;
}

static int fail_choice(struct checker *checker, const cyaml_schema_value_t *schema, const char *text,
                       const char *path)
{
    char choices[200] = "";
    size_t at = 0;
    for (uint32_t i = 0; i < schema->enumeration.count && at < sizeof choices; i++)
        at += (size_t)snprintf(choices + at, sizeof choices - at, "%s%s", i ? ", " : "",
                               schema->enumeration.strings[i].str);
    return ww_document_fail(checker->document, path, checker->error, "one of %s was expected, not '%.60s'",
                            choices, text);
}

static int check_scalar(struct checker *checker, const cyaml_schema_value_t *schema, const yaml_node_t *node,
                        const char *path)
{
    const char *text = ww_document_text(node);
    char *end = NULL;
    const char *expected = schema->type == CYAML_STRING  ? "a text"
                           : schema->type == CYAML_ENUM  ? "one word"
                           : schema->type == CYAML_FLOAT ? "a number"
                                                         : "a whole number";
    if (!text)
        return ww_document_fail(checker->document, path, checker->error, "%s was expected, not a %s",
                                expected, node->type == YAML_SEQUENCE_NODE ? "list" : "group of keys");
    switch (schema->type) {
    case CYAML_ENUM:
        for (uint32_t i = 0; i < schema->enumeration.count; i++)
            if (strcmp(schema->enumeration.strings[i].str, text) == 0)
                return 0;
        return fail_choice(checker, schema, text, path);
    case CYAML_FLOAT: strtod(text, &end); break;
    case CYAML_UINT:
        if (isdigit((unsigned char)*text) && strlen(text) < 10)
            strtoul(text, &end, 10);
        break;
    default:
        if (*text)
            return 0;
    }
    if (!end || end == text || *end)
        return ww_document_fail(checker->document, path, checker->error, "%s was expected, not '%.60s'",
                                expected, text);
    return 0;
}

static int check_value(struct checker *checker, const cyaml_schema_value_t *schema, const yaml_node_t *node,
                       const char *path)
{
    switch (schema->type) {
    case CYAML_IGNORE: return 0;
    case CYAML_MAPPING: return check_mapping(checker, schema->mapping.fields, node, path);
    case CYAML_SEQUENCE:
    case CYAML_SEQUENCE_FIXED: return check_sequence(checker, schema, node, path);
    default: return check_scalar(checker, schema, node, path);
    }
}

int ww_document_check(struct ww_document *document, const cyaml_schema_value_t *schema,
                      struct ww_error *error)
{
    struct checker checker = {document, error};
    return check_value(&checker, schema, yaml_document_get_root_node(&document->yaml), "");
}
