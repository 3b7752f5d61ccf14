/*
 * Alignment beyond 16: a block inside a bigger one. Before the inner block lie its
 * header and, before that, the distance to the outer block.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include "shim/src/malloc/heap.h"
#include "shim/src/internal/sse.h"

static u64 *distance(void *block)
{
    return (u64 *)block - 2;
}

void *__umk_aligned_outer(void *block)
{
    u64 d = *distance(block) ^ __umk_scramble(block);

    if (d & 15 || d == 0 || d > PTRDIFF_MAX)
        __umk_heap_fail("the record before this block was overwritten", block);
    return (char *)block - d;
}

static void *allocate(size_t alignment, size_t size)
{
    if (alignment <= 16)
        return malloc(size);
    if (size > PTRDIFF_MAX - alignment) {
        errno = ENOMEM;
        return NULL;
    }
    char *outer = malloc(size + alignment);
    if (!outer)
        return NULL;
    if (__umk_watched) {
        free(outer);
        return __umk_watch_alloc(size, false, alignment);
    }
    char *block = (char *)(((uintptr_t)outer + alignment - 1) & ~(uintptr_t)(alignment - 1));
    if (block != outer) {
        *distance(block) = (u64)(block - outer) ^ __umk_scramble(block);
        __umk_header_set(block, INFO(KIND_ALIGNED, 0) | INFO_USED);
    }
    return block;
}

static bool is_power_of_two(size_t n)
{
    return n && (n & (n - 1)) == 0;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    if (!is_power_of_two(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
    int saved = errno;

    if (!is_power_of_two(alignment) || alignment % sizeof(void *))
        return EINVAL;
    void *block = allocate(alignment, size);
    errno = saved;
    if (!block)
        return ENOMEM;
    *result = block;
    return 0;
}

void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

void *valloc(size_t size)
{
    return aligned_alloc(PAGE_SIZE, size);
}
