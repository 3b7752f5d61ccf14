/*
 * The allocator under valgrind's memcheck, which cannot replace malloc in a static
 * program and is told instead. Blocks come from the same layers, one at a time, with a
 * record of their exact size in front; freed ones wait in a queue before they are used again,
 * so that late accesses are seen. Without the Makefile's UMK_VALGRIND there is no such mode.
 */
#include <errno.h>
#include <string.h>
#include "shim/src/internal/sse.h"
#include "shim/src/malloc/heap.h"

#ifdef UMK_VALGRIND
#include UMK_VALGRIND

#define WAITING 1024u
#define RECORD 64u /* before a block: its record, and a red zone */

struct watch_record {
    void *base; /* what the lower layers know */
    size_t size;
    u64 state;
};
#define STATE_USED 0x75736564u
#define STATE_FREE 0x66726565u

static u32 lock;
static void *waiting[WAITING];
static u32 next_waiting;

static struct watch_record *record_of(void *block)
{
    return (struct watch_record *)((char *)block - RECORD);
}

bool __umk_watch_start(void)
{
    return RUNNING_ON_VALGRIND != 0;
}

static void *base_alloc(size_t size)
{
    u32 one = 1;

    if (size > SMALL_MAX)
        return __umk_large_alloc(size);
    void *base = __umk_central_take(__umk_class_of(size + HEADER), &one);
    if (base)
        *__umk_header(base) ^= INFO_USED * LANES;
    return base;
}

static void base_free(void *base)
{
    u32 info = __umk_header_get(base);

    if (INFO_KIND(info) >= CLASSES) {
        __umk_large_free(base, info);
        return;
    }
    *__umk_header(base) ^= INFO_USED * LANES;
    __umk_link_set(base, NULL);
    __umk_central_give(INFO_KIND(info), base);
}

void __umk_watch_end(void)
{
    if (__umk_watched)
        VALGRIND_DO_LEAK_CHECK;
}

void *__umk_watch_alloc(size_t size, bool zeroed, size_t alignment)
{
    if (size > PTRDIFF_MAX / 2) {
        errno = ENOMEM;
        return NULL;
    }
    VALGRIND_DISABLE_ERROR_REPORTING;
    size_t whole = size + RECORD + alignment + 16;
    char *base = base_alloc(whole);
    char *block = NULL;
    if (base) {
        block = (char *)(((uintptr_t)base + RECORD + alignment - 1) & ~(uintptr_t)(alignment - 1));
        *record_of(block) = (struct watch_record){base, size, STATE_USED};
        if (zeroed)
            memset(block, 0, size);
        VALGRIND_MAKE_MEM_NOACCESS(base, whole);
        VALGRIND_MALLOCLIKE_BLOCK(block, size, 16, zeroed);
    } else {
        errno = ENOMEM;
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
    return block;
}

void __umk_watch_free(void *block)
{
    /* tells memcheck, which itself reports a double free or a foreign pointer */
    VALGRIND_FREELIKE_BLOCK(block, 16);
    VALGRIND_DISABLE_ERROR_REPORTING;
    struct watch_record *r = record_of(block);
    if (r->state == STATE_USED) {
        r->state = STATE_FREE;
        __umk_lock(&lock);
        void *oldest = waiting[next_waiting];
        waiting[next_waiting] = block;
        next_waiting = (next_waiting + 1) % WAITING;
        __umk_unlock(&lock);
        if (oldest)
            base_free(record_of(oldest)->base);
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
}

size_t __umk_watch_usable(void *block)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    size_t size = record_of(block)->size;
    VALGRIND_ENABLE_ERROR_REPORTING;
    return size;
}

void *__umk_watch_realloc(void *block, size_t size)
{
    size_t old = __umk_watch_usable(block);
    void *moved = __umk_watch_alloc(size, false, 16);

    if (!moved)
        return NULL;
    memcpy(moved, block, old < size ? old : size);
    __umk_watch_free(block);
    return moved;
}

#else

bool __umk_watch_start(void)
{
    return false;
}

void __umk_watch_end(void)
{
}

void *__umk_watch_alloc(size_t size, bool zeroed, size_t alignment)
{
    (void)size, (void)zeroed, (void)alignment;
    return NULL;
}

void __umk_watch_free(void *block)
{
    (void)block;
}

size_t __umk_watch_usable(void *block)
{
    (void)block;
    return 0;
}

void *__umk_watch_realloc(void *block, size_t size)
{
    (void)block, (void)size;
    return NULL;
}

#endif
