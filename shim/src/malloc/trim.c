/* malloc_trim: gives the calling thread's cache and all empty segments back. */
#include <malloc.h>
#include "shim/src/malloc/heap.h"

int malloc_trim(size_t pad)
{
    struct heap_cache *cache = __umk_self()->heap;

    (void)pad;
    for (u32 i = 0; cache && i < CLASSES; i++) {
        void *list = cache->bins[i].list;
        cache->bins[i].list = NULL;
        cache->bins[i].count = 0;
        if (list)
            __umk_central_give(i, list);
    }
    __umk_central_trim();
    return __umk_pages_trim() != 0;
}
