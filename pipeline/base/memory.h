/* Memory for what is read all through in every frame. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_MEMORY_H
#define WW_BASE_MEMORY_H

#include <stddef.h>

/* Aligned to 64 bytes at least, and in large pages where the system gives them on request: without, the
 * processor looks up a page for every other block. Contents are undefined. The caller frees it with free().
 * NULL: no memory. */
void *ww_large_alloc(size_t bytes);

/* An array with room for one element more than the `count` it has, of `size` bytes each: itself, or moved to
 * where there is twice as much. NULL: no memory, and it is as it was. */
void *ww_grown(void *array, size_t count, size_t *capacity, size_t size);

#endif
