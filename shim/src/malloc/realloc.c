/*
 * realloc and reallocarray. A block stays where it is while the new size fits and
 * would not leave more than half of it unused.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/malloc/heap.h"
#include "shim/src/internal/sse.h"

/* Big blocks that grow get some room to grow again: each move copies. */
static size_t with_room(size_t size, size_t old)
{
    if (size > old && old >= RUN_MAX && size < PTRDIFF_MAX / 2)
        return size + size / 8;
    return size;
}

void *realloc(void *block, size_t size)
{
    if (!block)
        return malloc(size);
    if (__umk_watched)
        return __umk_watch_realloc(block, size);
    size_t usable = __umk_usable(block, "realloc of a pointer that is no block in use");
    if (size <= usable && (size >= usable / 2 || usable <= 64))
        return block;
    void *moved = malloc(with_room(size, usable));
    if (!moved)
        return NULL;
    memcpy(moved, block, size < usable ? size : usable);
    free(block);
    return moved;
}

void *reallocarray(void *block, size_t n, size_t each)
{
    size_t size;

    if (__builtin_mul_overflow(n, each, &size)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, size);
}
