/*
 * Blocks beyond the size classes: a run of pages up to RUN_MAX, a mapping of their own
 * above. A mapping starts with its length, scrambled, and the block's header.
 */
#include "shim/src/malloc/heap.h"

static void *run_alloc(size_t size)
{
    size_t pages = (sizeof(struct span) + HEADER + size + PAGE_MASK) / PAGE_SIZE;
    struct run *r = __umk_run_alloc(pages);

    if (!r)
        return NULL;
    struct span *s = __umk_run_start(r);
    s->check = __umk_scramble(s) ^ 0x7370616e;
    s->run = r;
    s->kind = KIND_RUN;
    s->pages = (u32)pages;
    void *block = (char *)(s + 1) + HEADER;
    __umk_header_set(block, INFO(KIND_RUN, 0) | INFO_USED);
    return block;
}

static u64 *mapping_len(void *block)
{
    return (u64 *)block - 2;
}

static void *huge_alloc(size_t size)
{
    size_t len = (size + 16 + PAGE_MASK) & ~(size_t)PAGE_MASK;
    size_t r =
        redox_mmap_v1(NULL, len, RX_PROT_READ | RX_PROT_WRITE, RX_MAP_PRIVATE, RX_ANON_FD, 0);

    if (RX_IS_ERR(r))
        return NULL;
    void *block = (char *)r + 16;
    *mapping_len(block) = len ^ __umk_scramble(block);
    __umk_header_set(block, INFO(KIND_HUGE, 0) | INFO_USED);
    return block;
}

void *__umk_large_alloc(size_t size)
{
    if (size <= RUN_BLOCK_MAX)
        return run_alloc(size);
    return huge_alloc(size);
}

static size_t huge_len(void *block)
{
    size_t len = *mapping_len(block) ^ __umk_scramble(block);

    if (len & PAGE_MASK || len > PTRDIFF_MAX)
        __umk_heap_fail("the record before this block was overwritten", block);
    return len;
}

void __umk_large_free(void *block, u32 info)
{
    if (INFO_KIND(info) == KIND_HUGE) {
        redox_munmap_v1(mapping_len(block), huge_len(block));
        return;
    }
    struct span *s = __umk_span_of(block, info);
    __umk_header_set(block, info & ~INFO_USED);
    s->check = 0;
    __umk_run_free(s->run);
}

size_t __umk_large_usable(void *block, u32 info)
{
    if (INFO_KIND(info) == KIND_HUGE)
        return huge_len(block) - 16;
    struct span *s = __umk_span_of(block, info);
    return (size_t)s->pages * PAGE_SIZE - sizeof *s - HEADER;
}
