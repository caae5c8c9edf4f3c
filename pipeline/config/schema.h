/* What a configuration may hold, as libcyaml's tables. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_CONFIG_SCHEMA_H
#define WW_CONFIG_SCHEMA_H

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t ww_site_schema, ww_drawn_schema;

#endif
