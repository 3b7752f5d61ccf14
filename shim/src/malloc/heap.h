/*
 * The allocator's data. Memory flows through four layers:
 *
 *     pages.c    segments (mappings) cut into runs of pages; free neighbours coalesce, an
 *                empty segment is unmapped
 *     central.c  spans: a run cut into blocks of one size class
 *     malloc.c   each thread's cache of free blocks, without a lock
 *     huge.c     blocks too big for a run: a mapping each
 *
 * Every block is preceded by an 8-byte header, scrambled with its address and a secret, that
 * says what it is and whether it is in use. An overflow into it, a second free and a pointer
 * that is not a block are found when the block is next freed or handed out. A free block also
 * carries its link twice, which finds writes after free.
 */
#ifndef SHIM_MALLOC_HEAP_H
#define SHIM_MALLOC_HEAP_H

#include <stddef.h>
#include "shim/src/internal/lock.h"

#define HEADER 8u
#define CLASSES 43u
/* A block's kind: a size class below CLASSES, or one of these. */
#define KIND_RUN 60u     /* a run of pages of its own */
#define KIND_HUGE 61u    /* a mapping of its own */
#define KIND_ALIGNED 62u /* lies inside another block, how far is before its header */

#define SMALL_MAX (32768u - HEADER) /* largest request served from a class */
#define RUN_MAX (262144u)           /* largest run, in bytes with its span record */

/* Requests above are served by a mapping of their own, which is zero. */
#define RUN_BLOCK_MAX (RUN_MAX - sizeof(struct span) - HEADER)

/* What a header tells, in its low 16 bits: kind, pages from the span's start, in use. */
#define INFO_KIND(info) ((info)&0x7fu)
#define INFO_PAGE(info) ((info) >> 7 & 0xffu)
#define INFO_USED 0x8000u
#define INFO(kind, page) ((u32)(kind) | (u32)(page) << 7)
#define LANES 0x0001000100010001u
#define INFO_BAD UINT32_MAX

/* Set before the first block is handed out. */
extern u64 __umk_heap_key __umk_hidden;

struct free_block {
    u64 next;  /* scrambled address of the next free block, 0 for none */
    u64 again; /* the same, scrambled otherwise */
};

/* A page run of a segment; kept in the segment's head, not in the pages. */
struct run {
    struct run *next, *prev; /* in a bin, while free */
    u16 len;                 /* pages; valid at a run's first page */
    u16 head;                /* index of the run's first page; valid at its last page */
    u16 index;
    bool free; /* valid at a run's first page */
};

/* At the start of a run that is cut into blocks, or that is one block. */
struct span {
    u64 check;                /* own address, scrambled */
    struct span *next, *prev; /* in its class's list, while it has free blocks */
    struct run *run;
    u64 free_list;
    u32 kind;
    u32 block_size; /* with header */
    u32 blocks;
    u32 carved; /* blocks beyond were never touched */
    u32 used;
    u32 pages;
    u64 align_pad; /* headers lie at 8 modulo 16 */
};
_Static_assert(sizeof(struct span) % 16 == 8, "blocks must be aligned to 16");

struct cache_bin {
    void *list;
    u32 count;
    u32 limit; /* grows with use: how many to fetch, half of how many to keep */
};
struct heap_cache {
    struct cache_bin bins[CLASSES];
};

static inline u64 *__umk_header(void *block)
{
    return (u64 *)block - 1;
}

static inline u64 __umk_scramble(const void *block)
{
    return ((uintptr_t)block ^ __umk_heap_key) * 0x9e3779b97f4a7c15u;
}

static inline void __umk_header_set(void *block, u32 info)
{
    *__umk_header(block) = __umk_scramble(block) ^ info * LANES;
}

/* The info in a header, or INFO_BAD. */
static inline u32 __umk_header_get(void *block)
{
    u64 x = *__umk_header(block) ^ __umk_scramble(block);

    return x == (x & 0xffff) * LANES ? (u32)(x & 0xffff) : INFO_BAD;
}

/* total includes the header and is at most 32768 */
static inline u32 __umk_class_of(size_t total)
{
    if (total <= 256)
        return total <= 32 ? 0 : (u32)(total - 17) / 16;
    u32 shift = 63 - (u32)__builtin_clzl(total - 1);
    return 15 + (shift - 8) * 4 + ((u32)((total - 1) >> (shift - 2)) & 3);
}

static inline u32 __umk_class_size(u32 class)
{
    if (class < 15)
        return (class + 2) * 16;
    u32 shift = (class - 15) / 4 + 8, quarter = (class - 15) % 4;
    return (1u << shift) + (quarter + 1) * (1u << (shift - 2));
}

static inline void __umk_link_set(void *block, void *next)
{
    struct free_block *f = block;

    f->next = (uintptr_t)next ^ __umk_heap_key;
    f->again = ~(uintptr_t)next ^ __umk_heap_key ^ (uintptr_t)block;
}

/* Writes "malloc: what, address" to the log and ends the process. */
_Noreturn void __umk_heap_fail(const char *what, const void *block) __umk_hidden;

/* Reads a free block's link, or ends the process when somebody wrote to it. */
static inline void *__umk_link_get(void *block)
{
    struct free_block *f = block;
    u64 next = f->next ^ __umk_heap_key;

    if (__builtin_expect((f->again ^ __umk_heap_key ^ (uintptr_t)block) != ~next, 0))
        __umk_heap_fail("memory was written to after it was freed", block);
    return (void *)next;
}

/* pages.c. NULL: no memory. The run's pages start at __umk_run_start. */
struct run *__umk_run_alloc(size_t pages) __umk_hidden;
void __umk_run_free(struct run *r) __umk_hidden;
void *__umk_run_start(const struct run *r) __umk_hidden;
/* Unmaps every empty segment. Result: bytes. */
size_t __umk_pages_trim(void) __umk_hidden;
void __umk_pages_fork(int what) __umk_hidden;

/* central.c */
/* A list of up to *count free blocks of a class; *count is set. NULL: no memory. */
void *__umk_central_take(u32 class, u32 *count) __umk_hidden;
void __umk_central_give(u32 class, void *list) __umk_hidden;
/* Gives the pages of spans without a block in use back. */
void __umk_central_trim(void) __umk_hidden;
/* The span of a block whose header said info; ends the process when it is damaged. */
struct span *__umk_span_of(void *block, u32 info) __umk_hidden;

/* large.c: blocks that are a run or a mapping of their own. size excludes the header. */
void *__umk_large_alloc(size_t size) __umk_hidden;
void __umk_large_free(void *block, u32 info) __umk_hidden;
size_t __umk_large_usable(void *block, u32 info) __umk_hidden;

/* cache.c: everything malloc and free do not do by themselves. */
void *__umk_malloc_slow(size_t size) __umk_hidden;
void __umk_free_slow(void *block) __umk_hidden;
/* Gives the older half of a bin back. */
void __umk_cache_shrink(struct cache_bin *bin, u32 class) __umk_hidden;
/* Writes an aligned block's inner header and gives the outer block's address back. */
void *__umk_aligned_outer(void *block) __umk_hidden;
/* Usable bytes of any block in use; ends the process when it is none. what names the caller. */
size_t __umk_usable(void *block, const char *what) __umk_hidden;

/* watch.c: the same work when a memory checker runs the program; nothing is cached then. */
bool __umk_watch_start(void) __umk_hidden;
/* At the program's end: looks for what nobody can reach any more. */
void __umk_watch_end(void) __umk_hidden;
void *__umk_watch_alloc(size_t size, bool zeroed, size_t alignment) __umk_hidden;
void __umk_watch_free(void *block) __umk_hidden;
void *__umk_watch_realloc(void *block, size_t size) __umk_hidden;
size_t __umk_watch_usable(void *block) __umk_hidden;

#endif
