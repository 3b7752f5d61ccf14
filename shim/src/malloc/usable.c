/* malloc_usable_size, and what realloc needs of it. */
#include <malloc.h>
#include "shim/src/malloc/heap.h"
#include "shim/src/internal/sse.h"

size_t __umk_usable(void *block, const char *what)
{
    u32 info = __umk_header_get(block);
    u32 kind = INFO_KIND(info);

    if (info == INFO_BAD || !(info & INFO_USED))
        __umk_heap_fail(what, block);
    if (kind < CLASSES)
        return __umk_class_size(kind) - HEADER;
    if (kind == KIND_ALIGNED) {
        char *outer = __umk_aligned_outer(block);
        return __umk_usable(outer, what) - (size_t)((char *)block - outer);
    }
    return __umk_large_usable(block, info);
}

size_t malloc_usable_size(void *block)
{
    if (!block)
        return 0;
    if (__umk_watched)
        return __umk_watch_usable(block);
    return __umk_usable(block, "malloc_usable_size of a pointer that is no block in use");
}
