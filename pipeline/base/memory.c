/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, LARGE_PAGE = 2 << 20, FIRST_CAPACITY = 64 };

void *ww_large_alloc(size_t bytes)
{
    size_t alignment = bytes >= LARGE_PAGE / 2 ? LARGE_PAGE : ALIGNMENT; /* half a page may be left over */
    size_t size = (bytes + alignment - 1) / alignment * alignment;
    void *memory = aligned_alloc(alignment, size);
    if (memory && alignment == LARGE_PAGE)
        madvise(memory, size, MADV_HUGEPAGE); /* only a wish */
    return memory;
}

void *ww_grown(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    size_t wanted = *capacity > 0 ? 2 * *capacity : FIRST_CAPACITY;
    void *grown = realloc(array, wanted * size);
    if (grown)
        *capacity = wanted;
    return grown;
}
