/*
 * strcmp (and strcoll, as both locales collate by bytes). Blocks are compared as long as
 * neither string is about to cross into a page that may not be there.
 */
#include <string.h>
#include "shim/src/internal/avx2.h"
#include "shim/src/internal/sse.h"

/* Bytes up to where a 16-byte read would first touch the next page; 0: here already. */
static size_t room(const u8 *p)
{
    size_t at = (uintptr_t)p & PAGE_MASK;

    return PAGE_SIZE - at;
}

/* Compares 16 bytes at most; true when the answer is known. */
static bool step_bytes(const u8 *a, const u8 *b, int *answer)
{
    for (int i = 0; i < 16; i++) {
        if (a[i] != b[i] || !a[i]) {
            *answer = a[i] - b[i];
            return true;
        }
    }
    return false;
}

int strcmp(const char *left, const char *right)
{
    const u8 *a = (const u8 *)left, *b = (const u8 *)right;
    const __m128i zero = _mm_setzero_si128();
    int answer;

    if (!__umk_crosses(a) && !__umk_crosses(b) && !__umk_watched) {
        /* most comparisons are over here */
        __m128i x = __umk_loadu(a);
        u32 stop = ~__umk_equal_mask(x, __umk_loadu(b)) | __umk_equal_mask(x, zero);
        if (stop & 0xffff) {
            int i = __builtin_ctz(stop);
            return a[i] - b[i];
        }
        a += 16;
        b += 16;
    }
    for (;;) {
        size_t n = room(a) < room(b) ? room(a) : room(b);
        if (__umk_watched || n < 16) {
            if (step_bytes(a, b, &answer))
                return answer;
            a += 16;
            b += 16;
            continue;
        }
        size_t i = 0;
        for (bool first = true; i + 16 <= n; i += 16) {
            __m128i x = __umk_loadu(a + i);
            u32 stop = ~__umk_equal_mask(x, __umk_loadu(b + i)) | __umk_equal_mask(x, zero);
            if (stop & 0xffff) {
                i += (size_t)__builtin_ctz(stop);
                return a[i] - b[i];
            }
            if (first && i == 48 && __umk_avx2()) {
                first = false;
                i += __umk_avx2_string_equal((const char *)a + i + 16, (const char *)b + i + 16,
                                             n - i - 16);
            }
        }
        a += i;
        b += i;
    }
}

int strcoll(const char *left, const char *right) __attribute__((alias("strcmp")));
