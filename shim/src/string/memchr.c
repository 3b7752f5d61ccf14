/* memchr: aligned blocks, 64 bytes a step once under way. */
#include <stdint.h>
#include <string.h>
#include "shim/src/internal/avx2.h"
#include "shim/src/internal/sse.h"

static inline const char *found(const char *p, u32 mask, const char *end)
{
    p += __builtin_ctz(mask);
    return p < end ? p : NULL;
}

/* memcheck would complain of what lies beside the bytes in a block. */
static void *memchr_watched(const unsigned char *s, unsigned char c, size_t n)
{
    for (; n; n--, s++)
        if (*s == c)
            return (void *)(uintptr_t)s;
    return NULL;
}

void *memchr(const void *s, int c, size_t n)
{
    if (n == 0)
        return NULL;
    if (__umk_watched)
        return memchr_watched(s, (unsigned char)c, n);
    const char *p = (const char *)((uintptr_t)s & ~(uintptr_t)15);
    const char *end =
        n > UINTPTR_MAX - (uintptr_t)s ? (const char *)UINTPTR_MAX : (const char *)s + n;
    unsigned skip = (uintptr_t)s & 15;
    __m128i want = _mm_set1_epi8((char)c);
    u32 mask = __umk_equal_mask(__umk_load(p), want) >> skip << skip;

    while (!mask) {
        p += 16;
        if (p >= end)
            return NULL;
        if (((uintptr_t)p & 63) == 0)
            break;
        mask = __umk_equal_mask(__umk_load(p), want);
    }
    if (mask)
        return (void *)found(p, mask, end);
    if (__umk_avx2()) {
        p = __umk_avx2_find(p, end, c);
        return p < end ? (void *)p : NULL;
    }
    for (; p < end; p += 64) {
        __m128i a = _mm_cmpeq_epi8(__umk_load(p), want);
        __m128i b = _mm_cmpeq_epi8(__umk_load(p + 16), want);
        __m128i d = _mm_cmpeq_epi8(__umk_load(p + 32), want);
        __m128i e = _mm_cmpeq_epi8(__umk_load(p + 48), want);
        if (!_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(d, e))))
            continue;
        u64 all = (u64)_mm_movemask_epi8(a) | (u64)_mm_movemask_epi8(b) << 16 |
                  (u64)_mm_movemask_epi8(d) << 32 | (u64)_mm_movemask_epi8(e) << 48;
        p += __builtin_ctzll(all);
        return p < end ? (void *)p : NULL;
    }
    return NULL;
}
