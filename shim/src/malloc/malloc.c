/*
 * malloc and free: the thread's cache, without a lock. What the cache cannot serve
 * goes to cache.c. A thread without a cache (a new one, or all of them under a memory
 * checker) always goes there.
 */
#include <errno.h>
#include <stdlib.h>
#include "shim/src/malloc/heap.h"

void *malloc(size_t size)
{
    struct heap_cache *cache = __umk_self()->heap;

    if (__builtin_expect(size > SMALL_MAX || !cache, 0))
        return __umk_malloc_slow(size);
    struct cache_bin *bin = &cache->bins[__umk_class_of(size + HEADER)];
    void *block = bin->list;
    if (__builtin_expect(!block, 0))
        return __umk_malloc_slow(size);
    u32 info = __umk_header_get(block);
    if (__builtin_expect(info & INFO_USED, 0))
        __umk_heap_fail("the header of a free block was overwritten", block);
    bin->list = __umk_link_get(block);
    bin->count--;
    *__umk_header(block) ^= INFO_USED * LANES;
    return block;
}

void free(void *block)
{
    struct heap_cache *cache = __umk_self()->heap;

    if (!block)
        return;
    if (__builtin_expect(!cache, 0)) {
        __umk_free_slow(block);
        return;
    }
    u32 info = __umk_header_get(block);
    u32 class = INFO_KIND(info);
    if (__builtin_expect(class >= CLASSES || !(info & INFO_USED), 0)) {
        __umk_free_slow(block);
        return;
    }
    struct cache_bin *bin = &cache->bins[class];
    *__umk_header(block) ^= INFO_USED * LANES;
    __umk_link_set(block, bin->list);
    bin->list = block;
    if (__builtin_expect(++bin->count > 2 * bin->limit, 0))
        __umk_cache_shrink(bin, class);
}
