/* strchrnul: the byte or the terminator, whichever comes first. */
#include <string.h>
#include "shim/src/internal/sse.h"

char *__umk_strchrnul(const char *s, int c) __umk_hidden;

char *__umk_strchrnul(const char *s, int c)
{
    const char *p = (const char *)((uintptr_t)s & ~(uintptr_t)15);
    const __m128i zero = _mm_setzero_si128(), want = _mm_set1_epi8((char)c);
    unsigned skip = (uintptr_t)s & 15;
    __m128i v = __umk_load(p);
    u32 mask = (__umk_equal_mask(v, zero) | __umk_equal_mask(v, want)) >> skip << skip;

    while (!mask) {
        p += 16;
        v = __umk_load(p);
        mask = __umk_equal_mask(v, zero) | __umk_equal_mask(v, want);
    }
    return (char *)p + __builtin_ctz(mask);
}

char *strchrnul(const char *s, int c) __attribute__((weak, alias("__umk_strchrnul")));
