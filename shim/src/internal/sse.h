/*
 * Vectors of 16 bytes for the string functions: x86_64 always has them. A function may
 * read a whole aligned block when one of its bytes belongs to the object: that cannot
 * leave the page. Blocks of 64 are read at once only where a memory checker does not watch.
 */
#ifndef SHIM_INTERNAL_SSE_H
#define SHIM_INTERNAL_SSE_H

#include <emmintrin.h>
#include "shim/src/internal/thread.h"

/* GCC must not turn a loop inside memcpy into a call of memcpy. */
#define __umk_no_idiom __attribute__((optimize("no-tree-loop-distribute-patterns")))

/* Set when valgrind runs the program: then nothing may be read beyond a block of 16. */
extern bool __umk_watched __umk_hidden;
/*
 * Whether the processor and the system offer vectors of 32 bytes (internal/avx2.h). Asking costs
 * tens of microseconds in a virtual machine, so it is done only when a program has made
 * VECTORS_PATIENCE long operations: until then the word counts them.
 */
#define VECTORS_PATIENCE 64u
#define VECTORS_SSE 100u
#define VECTORS_AVX2 101u
extern u32 __umk_vectors __umk_hidden;
bool __umk_vectors_ask(void) __umk_hidden;

static inline bool __umk_avx2(void)
{
    return __umk_vectors == VECTORS_AVX2 || (__umk_vectors < VECTORS_SSE && __umk_vectors_ask());
}

static inline __m128i __umk_load(const void *p)
{
    return _mm_load_si128(p);
}

static inline __m128i __umk_loadu(const void *p)
{
    return _mm_loadu_si128(p);
}

static inline void __umk_storeu(void *p, __m128i v)
{
    _mm_storeu_si128(p, v);
}

/* Bit i is set when bytes i of a and b are equal. */
static inline u32 __umk_equal_mask(__m128i a, __m128i b)
{
    return (u32)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b));
}

/* True when a 16-byte read at p would touch two pages. */
static inline bool __umk_crosses(const void *p)
{
    return ((uintptr_t)p & PAGE_MASK) > PAGE_SIZE - 16;
}

#endif
