/* A YAML document that knows its lines, checked against a schema. SPDX-License-Identifier: Apache-2.0
 *
 * libcyaml loads values, libyaml's document tells where each one stands; messages come from here. */
#ifndef WW_CONFIG_DOCUMENT_H
#define WW_CONFIG_DOCUMENT_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <yaml.h>

#include <wallwatch/error.h>

#include "base/sha256.h"

struct ww_document {
    const char *name; /* of the file; lent */
    yaml_document_t yaml;
};

/* Parses; `text` is only read during the call. Returns 0 or -EINVAL with file, line and reason. */
int ww_document_parse(struct ww_document *document, const char *name, const char *text, size_t size,
                      struct ww_error *error);
void ww_document_free(struct ww_document *document);

/* Every key must be known and there once, every value of its type, every list of its length. */
int ww_document_check(struct ww_document *document, const cyaml_schema_value_t *schema,
                      struct ww_error *error);

/* The node at a path of keys and indices such as "cameras/0/walls/1/line", or NULL. */
yaml_node_t *ww_document_find(struct ww_document *document, const char *path);

/* Entry `index` of a sequence, or NULL. */
yaml_node_t *ww_document_entry(struct ww_document *document, const yaml_node_t *sequence, size_t index);
size_t ww_document_count(const yaml_node_t *sequence);

/* The text of a node that is one value, or NULL. */
const char *ww_document_text(const yaml_node_t *node);

/* Pair `index` of a mapping; false past its end. */
bool ww_document_pair(struct ww_document *document, const yaml_node_t *mapping, size_t index,
                      const yaml_node_t **key, const yaml_node_t **value);

/* The same for what says the same, whatever its layout and comments. Returns 0 or -ENOMEM. */
int ww_document_digest(struct ww_document *document, const yaml_node_t *node, char digest[WW_SHA256_TEXT]);

/* -EINVAL with "FILE:LINE: PATH: …". */
int ww_document_fail(struct ww_document *document, const char *path, struct ww_error *error,
                     const char *format, ...) WW_PRINTF(4, 5);

#endif
