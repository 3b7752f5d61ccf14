/*
 * The thread caches' slow side: making one, filling it from the central lists, giving
 * back what is too much, and everything about blocks beyond the classes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/malloc/heap.h"
#include "shim/src/internal/sse.h"
#include "shim/src/internal/start.h"

#define LIMIT_FIRST 4u
#define LIMIT_BYTES 32768u /* a cache keeps at most twice this of a class */
#define LIMIT_MAX 128u

extern uintptr_t __stack_chk_guard;

u64 __umk_heap_key;
static u32 start_lock;
static struct heap_cache main_cache;

static void start_heap(void)
{
    __umk_lock(&start_lock);
    if (!__umk_heap_key) {
        u64 key =
            (__stack_chk_guard ^ (uintptr_t)&key ^ __builtin_ia32_rdtsc()) * 0xd6e8feb86659fd93u;
        __umk_watched = __umk_watch_start();
        __atomic_store_n(&__umk_heap_key, key | 1ull << 63, __ATOMIC_RELEASE);
    }
    __umk_unlock(&start_lock);
}

/* The calling thread's cache; NULL when there is no memory for one, or no use. */
static struct heap_cache *make_cache(void)
{
    struct umk_thread *self = __umk_self();
    struct heap_cache *cache = &main_cache;

    /* pairs with the release in start_heap */
    if (!__atomic_load_n(&__umk_heap_key, __ATOMIC_ACQUIRE))
        start_heap();
    if (__umk_watched)
        return NULL;
    if (self != __umk_main_thread) {
        u32 one = 1;
        cache = __umk_central_take(__umk_class_of(sizeof *cache + HEADER), &one);
        if (!cache)
            return NULL;
    }
    memset(cache, 0, sizeof *cache);
    for (u32 i = 0; i < CLASSES; i++)
        cache->bins[i].limit = LIMIT_FIRST;
    self->heap = cache;
    return cache;
}

static void raise_limit(struct cache_bin *bin, u32 class)
{
    u32 max = LIMIT_BYTES / __umk_class_size(class);

    if (max > LIMIT_MAX)
        max = LIMIT_MAX;
    if (bin->limit * 2 <= max)
        bin->limit *= 2;
    else
        bin->limit = max ? max : 1;
}

/* A block of a class, in use; the cache, if there is one, is filled on the way. */
static void *take_block(struct heap_cache *cache, u32 class)
{
    u32 count = cache ? cache->bins[class].limit : 1;
    void *block = cache ? cache->bins[class].list : NULL;

    if (block) {
        cache->bins[class].count--;
        cache->bins[class].list = __umk_link_get(block);
    } else {
        block = __umk_central_take(class, &count);
        if (!block)
            return NULL;
        if (cache) {
            cache->bins[class].list = __umk_link_get(block);
            cache->bins[class].count = count - 1;
            raise_limit(&cache->bins[class], class);
        }
    }
    *__umk_header(block) ^= INFO_USED * LANES;
    return block;
}

void *__umk_malloc_slow(size_t size)
{
    struct heap_cache *cache = __umk_self()->heap;
    void *block;

    if (!cache)
        cache = make_cache();
    if (__umk_watched)
        return __umk_watch_alloc(size, false, 16);
    if (size > PTRDIFF_MAX)
        block = NULL;
    else if (size > SMALL_MAX)
        block = __umk_large_alloc(size);
    else
        block = take_block(cache, __umk_class_of(size + HEADER));
    if (!block)
        errno = ENOMEM;
    return block;
}

void __umk_cache_shrink(struct cache_bin *bin, u32 class)
{
    void *last = bin->list;
    u32 keep = bin->count / 2;

    for (u32 i = 1; i < keep; i++)
        last = __umk_link_get(last);
    void *rest = __umk_link_get(last);
    __umk_link_set(last, NULL);
    bin->count = keep;
    __umk_central_give(class, rest);
}

void __umk_free_slow(void *block)
{
    if (__umk_watched) {
        __umk_watch_free(block);
        return;
    }
    u32 info = __umk_header_get(block);
    if (info == INFO_BAD)
        __umk_heap_fail("free of a pointer that is no block, or whose header was overwritten",
                        block);
    if (!(info & INFO_USED))
        __umk_heap_fail("double free", block);
    u32 kind = INFO_KIND(info);
    if (kind == KIND_ALIGNED) {
        void *outer = __umk_aligned_outer(block);
        __umk_header_set(block, info & ~INFO_USED);
        free(outer);
    } else if (kind == KIND_RUN || kind == KIND_HUGE) {
        __umk_large_free(block, info);
    } else if (kind < CLASSES) {
        *__umk_header(block) ^= INFO_USED * LANES;
        __umk_link_set(block, NULL);
        __umk_central_give(kind, block);
    } else {
        __umk_heap_fail("free of a pointer that is no block", block);
    }
}

void __umk_heap_thread_end(struct umk_thread *t)
{
    struct heap_cache *cache = t->heap;

    if (!cache)
        return;
    t->heap = NULL;
    for (u32 i = 0; i < CLASSES; i++)
        if (cache->bins[i].list)
            __umk_central_give(i, cache->bins[i].list);
    if (cache != &main_cache) {
        __umk_link_set(cache, NULL);
        __umk_central_give(__umk_class_of(sizeof *cache + HEADER), cache);
    }
}
