/* Memory for what is read all through in every frame. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_MEMORY_H
#define WW_BASE_MEMORY_H

#include <stddef.h>

/* Aligned to 64 bytes at least, and in large pages where the system gives them on request: without, the
 * processor looks up a page for every other block. Contents are undefined. The caller frees it with free().
 * NULL: no memory. */
void *ww_large_alloc(size_t bytes);

#endif
