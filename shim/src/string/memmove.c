/*
 * memmove and memcpy: short copies load everything before they store; long ones go by
 * the processor's string move, or by vectors where the areas overlap.
 */
#include <string.h>
#include "shim/src/internal/avx2.h"
#include "shim/src/internal/sse.h"

/* From here on rep movsb is the fastest, its start-up cost included. */
#define STRING_MOVE_MIN 2048

static void copy_under_16(char *d, const char *s, size_t n)
{
    if (n >= 8) {
        u64 a, b;
        __builtin_memcpy(&a, s, 8);
        __builtin_memcpy(&b, s + n - 8, 8);
        __builtin_memcpy(d, &a, 8);
        __builtin_memcpy(d + n - 8, &b, 8);
    } else if (n >= 4) {
        u32 a, b;
        __builtin_memcpy(&a, s, 4);
        __builtin_memcpy(&b, s + n - 4, 4);
        __builtin_memcpy(d, &a, 4);
        __builtin_memcpy(d + n - 4, &b, 4);
    } else if (n >= 2) {
        u16 a, b;
        __builtin_memcpy(&a, s, 2);
        __builtin_memcpy(&b, s + n - 2, 2);
        __builtin_memcpy(d, &a, 2);
        __builtin_memcpy(d + n - 2, &b, 2);
    } else if (n) {
        *d = *s;
    }
}

/* 16 <= n <= 128; the vectors from both ends overlap in the middle */
static void copy_to_128(char *d, const char *s, size_t n)
{
    __m128i first = __umk_loadu(s), last = __umk_loadu(s + n - 16);

    if (n > 32) {
        __m128i b = __umk_loadu(s + 16), y = __umk_loadu(s + n - 32);
        if (n > 64) {
            __m128i c = __umk_loadu(s + 32), e = __umk_loadu(s + 48);
            __m128i w = __umk_loadu(s + n - 64), x = __umk_loadu(s + n - 48);
            __umk_storeu(d + 32, c);
            __umk_storeu(d + 48, e);
            __umk_storeu(d + n - 64, w);
            __umk_storeu(d + n - 48, x);
        }
        __umk_storeu(d + 16, b);
        __umk_storeu(d + n - 32, y);
    }
    __umk_storeu(d, first);
    __umk_storeu(d + n - 16, last);
}

/* n > 128, d below s or apart from it */
__umk_no_idiom static void copy_up(char *d, const char *s, size_t n)
{
    __m128i head = __umk_loadu(s), t0 = __umk_loadu(s + n - 64), t1 = __umk_loadu(s + n - 48),
            t2 = __umk_loadu(s + n - 32), t3 = __umk_loadu(s + n - 16);
    char *end = d + n;
    size_t skip = 16 - ((uintptr_t)d & 15);
    char *p = d + skip;

    s += skip;
    for (; p < end - 64; p += 64, s += 64) {
        __m128i a = __umk_loadu(s), b = __umk_loadu(s + 16), c = __umk_loadu(s + 32),
                e = __umk_loadu(s + 48);
        _mm_store_si128((__m128i *)p, a);
        _mm_store_si128((__m128i *)(p + 16), b);
        _mm_store_si128((__m128i *)(p + 32), c);
        _mm_store_si128((__m128i *)(p + 48), e);
    }
    __umk_storeu(end - 64, t0);
    __umk_storeu(end - 48, t1);
    __umk_storeu(end - 32, t2);
    __umk_storeu(end - 16, t3);
    __umk_storeu(d, head);
}

/* n > 128, s below d and overlapping it */
__umk_no_idiom static void copy_down(char *d, const char *s, size_t n)
{
    __m128i h0 = __umk_loadu(s), h1 = __umk_loadu(s + 16), h2 = __umk_loadu(s + 32),
            h3 = __umk_loadu(s + 48), last = __umk_loadu(s + n - 16);
    char *p = d + n;
    size_t skip = (uintptr_t)p & 15;

    p -= skip;
    s += n - skip;
    while (p > d + 64) {
        p -= 64;
        s -= 64;
        __m128i a = __umk_loadu(s), b = __umk_loadu(s + 16), c = __umk_loadu(s + 32),
                e = __umk_loadu(s + 48);
        _mm_store_si128((__m128i *)p, a);
        _mm_store_si128((__m128i *)(p + 16), b);
        _mm_store_si128((__m128i *)(p + 32), c);
        _mm_store_si128((__m128i *)(p + 48), e);
    }
    __umk_storeu(d + n - 16, last);
    __umk_storeu(d + 48, h3);
    __umk_storeu(d + 32, h2);
    __umk_storeu(d + 16, h1);
    __umk_storeu(d, h0);
}

void *memmove(void *dest, const void *src, size_t n)
{
    char *d = dest;
    const char *s = src;

    if (n < 16)
        copy_under_16(d, s, n);
    else if (n <= 128)
        copy_to_128(d, s, n);
    else if ((uintptr_t)d - (uintptr_t)s < n)
        copy_down(d, s, n);
    else if (n >= STRING_MOVE_MIN && (uintptr_t)s - (uintptr_t)d >= 64)
        __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n)::"memory");
    else if (__umk_avx2() && (uintptr_t)s - (uintptr_t)d >= n)
        __umk_avx2_copy_up(d, s, n);
    else
        copy_up(d, s, n);
    return dest;
}

void *memcpy(void *__restrict dest, const void *__restrict src, size_t n)
    __attribute__((alias("memmove")));
