/* strlen: aligned blocks, 64 bytes a step once under way. */
#include <string.h>
#include "shim/src/internal/avx2.h"
#include "shim/src/internal/sse.h"

size_t strlen(const char *s)
{
    const char *p = (const char *)((uintptr_t)s & ~(uintptr_t)15);
    const __m128i zero = _mm_setzero_si128();
    u32 mask = __umk_equal_mask(__umk_load(p), zero) >> ((uintptr_t)s & 15);

    if (mask)
        return (size_t)__builtin_ctz(mask);
    for (p += 16; ((uintptr_t)p & 63) || __umk_watched; p += 16) {
        mask = __umk_equal_mask(__umk_load(p), zero);
        if (mask)
            return (size_t)(p + __builtin_ctz(mask) - s);
    }
    if (__umk_avx2())
        return (size_t)(__umk_avx2_find_zero(p) - s);
    for (;; p += 64) {
        __m128i a = __umk_load(p), b = __umk_load(p + 16), c = __umk_load(p + 32),
                d = __umk_load(p + 48);
        __m128i least = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
        if (!__umk_equal_mask(least, zero))
            continue;
        u64 all = (u64)__umk_equal_mask(a, zero) | (u64)__umk_equal_mask(b, zero) << 16 |
                  (u64)__umk_equal_mask(c, zero) << 32 | (u64)__umk_equal_mask(d, zero) << 48;
        return (size_t)(p + __builtin_ctzll(all) - s);
    }
}
