/* memcmp: 16 bytes a step. */
#include <string.h>
#include "shim/src/internal/avx2.h"
#include "shim/src/internal/sse.h"

static int difference(const u8 *a, const u8 *b, u32 equal)
{
    int i = __builtin_ctz(~equal);

    return a[i] - b[i];
}

static int compare_under_16(const u8 *a, const u8 *b, size_t n)
{
    if (n >= 8) {
        u64 x, y;
        __builtin_memcpy(&x, a, 8);
        __builtin_memcpy(&y, b, 8);
        if (x == y) {
            __builtin_memcpy(&x, a + n - 8, 8);
            __builtin_memcpy(&y, b + n - 8, 8);
        }
        x = __builtin_bswap64(x);
        y = __builtin_bswap64(y);
        return (x > y) - (x < y);
    }
    for (; n; n--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}

int memcmp(const void *left, const void *right, size_t n)
{
    const u8 *a = left, *b = right;
    u32 equal;

    if (n < 16)
        return compare_under_16(a, b, n);
    if (n > 128 && __umk_avx2()) {
        size_t same = __umk_avx2_equal((const char *)a, (const char *)b, n - 16);
        a += same;
        b += same;
        n -= same;
    }
    for (; n > 16; n -= 16, a += 16, b += 16) {
        equal = __umk_equal_mask(__umk_loadu(a), __umk_loadu(b));
        if (equal != 0xffff)
            return difference(a, b, equal);
    }
    a = a + n - 16;
    b = b + n - 16;
    equal = __umk_equal_mask(__umk_loadu(a), __umk_loadu(b));
    return equal == 0xffff ? 0 : difference(a, b, equal);
}

int bcmp(const void *left, const void *right, size_t n) __attribute__((alias("memcmp")));
