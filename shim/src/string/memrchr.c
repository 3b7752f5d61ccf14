/* memrchr: the last occurrence. */
#include "shim/src/internal/string.h"
#include "shim/src/internal/sse.h"

void *__umk_memrchr(const void *s, int c, size_t n)
{
    const char *p = (const char *)s + n;

    while (n >= 16) {
        p -= 16;
        n -= 16;
        u32 mask = __umk_equal_mask(__umk_loadu(p), _mm_set1_epi8((char)c));
        if (mask)
            return (char *)p + (31 - __builtin_clz(mask));
    }
    while (n--)
        if (*--p == (char)c)
            return (char *)p;
    return NULL;
}

void *memrchr(const void *s, int c, size_t n) __attribute__((weak, alias("__umk_memrchr")));
