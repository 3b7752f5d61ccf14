/* memset: overlapping stores for short areas, the processor's string store for long ones. */
#include <string.h>
#include "shim/src/internal/avx2.h"
#include "shim/src/internal/sse.h"

#define STRING_STORE_MIN 2048

static void set_under_16(char *d, u64 pattern, size_t n)
{
    if (n >= 8) {
        __builtin_memcpy(d, &pattern, 8);
        __builtin_memcpy(d + n - 8, &pattern, 8);
    } else if (n >= 4) {
        __builtin_memcpy(d, &pattern, 4);
        __builtin_memcpy(d + n - 4, &pattern, 4);
    } else if (n >= 2) {
        __builtin_memcpy(d, &pattern, 2);
        __builtin_memcpy(d + n - 2, &pattern, 2);
    } else if (n) {
        *d = (char)pattern;
    }
}

__umk_no_idiom void *memset(void *dest, int c, size_t n)
{
    char *d = dest;

    if (n < 16) {
        set_under_16(d, (u8)c * 0x0101010101010101u, n);
        return dest;
    }
    if (n >= STRING_STORE_MIN) {
        __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
        return dest;
    }
    if (n >= 96 && __umk_avx2()) {
        __umk_avx2_set(d, c, n);
        return dest;
    }
    __m128i v = _mm_set1_epi8((char)c);
    __umk_storeu(d, v);
    __umk_storeu(d + n - 16, v);
    if (n > 32) {
        char *end = d + n - 16;
        for (char *p = (char *)(((uintptr_t)d + 16) & ~(uintptr_t)15); p < end; p += 16)
            _mm_store_si128((__m128i *)p, v);
    }
    return dest;
}
