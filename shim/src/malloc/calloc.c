/* calloc: a mapping of its own is zero already. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/malloc/heap.h"
#include "shim/src/internal/sse.h"

void *calloc(size_t n, size_t each)
{
    size_t size;

    if (__builtin_mul_overflow(n, each, &size)) {
        errno = ENOMEM;
        return NULL;
    }
    if (__umk_watched)
        return __umk_watch_alloc(size, true, 16);
    void *block = malloc(size);
    if (block && (size <= RUN_BLOCK_MAX || __umk_watched))
        memset(block, 0, size);
    return block;
}
