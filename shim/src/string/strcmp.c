/* strcmp (and strcoll, as both locales collate by bytes): 16 bytes a step while neither string
 * is about to cross into a page that may not be there. */
#include <string.h>
#include "shim/src/internal/sse.h"

int strcmp(const char *left, const char *right)
{
    const u8 *a = (const u8 *)left, *b = (const u8 *)right;
    const __m128i zero = _mm_setzero_si128();

    for (;;) {
        if (__umk_watched || __umk_crosses(a) || __umk_crosses(b)) {
            for (int i = 0; i < 16; i++, a++, b++)
                if (*a != *b || !*a)
                    return *a - *b;
            continue;
        }
        __m128i x = __umk_loadu(a);
        u32 stop = ~__umk_equal_mask(x, __umk_loadu(b)) | __umk_equal_mask(x, zero);
        if (stop & 0xffff) {
            int i = __builtin_ctz(stop);
            return a[i] - b[i];
        }
        a += 16;
        b += 16;
    }
}

int strcoll(const char *left, const char *right) __attribute__((alias("strcmp")));
