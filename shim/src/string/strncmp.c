/* strncmp */
#include <string.h>
#include "shim/src/internal/sse.h"

int strncmp(const char *left, const char *right, size_t n)
{
    const u8 *a = (const u8 *)left, *b = (const u8 *)right;
    const __m128i zero = _mm_setzero_si128();

    while (n >= 16 && !__umk_watched && !__umk_crosses(a) && !__umk_crosses(b)) {
        __m128i x = __umk_loadu(a);
        u32 stop = ~__umk_equal_mask(x, __umk_loadu(b)) | __umk_equal_mask(x, zero);
        if (stop & 0xffff) {
            int i = __builtin_ctz(stop);
            return a[i] - b[i];
        }
        a += 16;
        b += 16;
        n -= 16;
    }
    for (; n; n--, a++, b++)
        if (*a != *b || !*a)
            return *a - *b;
    return 0;
}
