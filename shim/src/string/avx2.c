/* The string functions' long loops for processors with AVX2. */
#include <immintrin.h>
#include "shim/src/internal/avx2.h"

#define AVX2 __attribute__((target("avx2"), optimize("no-tree-loop-distribute-patterns")))

AVX2 static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

AVX2 static inline __m256i load_aligned(const char *p)
{
    return _mm256_load_si256((const __m256i *)p);
}

AVX2 static inline void store(char *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)p, v);
}

AVX2 void __umk_avx2_copy_up(char *d, const char *s, size_t n)
{
    char *end = d + n;
    __m256i head = load(s), t0 = load(s + n - 128), t1 = load(s + n - 96), t2 = load(s + n - 64),
            t3 = load(s + n - 32);
    size_t skip = 32 - ((uintptr_t)d & 31);
    char *p = d + skip;

    for (s += skip; p < end - 128; p += 128, s += 128) {
        __m256i a = load(s), b = load(s + 32), c = load(s + 64), e = load(s + 96);
        store(p, a);
        store(p + 32, b);
        store(p + 64, c);
        store(p + 96, e);
    }
    store(end - 128, t0);
    store(end - 96, t1);
    store(end - 64, t2);
    store(end - 32, t3);
    store(d, head);
}

AVX2 void __umk_avx2_set(char *d, int c, size_t n)
{
    __m256i v = _mm256_set1_epi8((char)c);
    char *end = d + n;

    store(d, v);
    store(d + 32, v);
    for (char *p = (char *)(((uintptr_t)d + 64) & ~(uintptr_t)31); p < end - 64; p += 64) {
        store(p, v);
        store(p + 32, v);
    }
    store(end - 64, v);
    store(end - 32, v);
}

/* Bit i is set when byte i of the 64 at p is that of want. */
AVX2 static inline u64 equal_in_64(const char *p, __m256i want)
{
    return (u32)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load_aligned(p), want)) |
           (u64)(u32)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load_aligned(p + 32), want)) << 32;
}

AVX2 const char *__umk_avx2_find_zero(const char *p)
{
    const __m256i zero = _mm256_setzero_si256();

    /* blocks of 128 from where none of them crosses a page */
    if ((uintptr_t)p & 64) {
        u64 mask = equal_in_64(p, zero);
        if (mask)
            return p + __builtin_ctzll(mask);
        p += 64;
    }
    for (;; p += 128) {
        __m256i low = _mm256_min_epu8(load_aligned(p), load_aligned(p + 32));
        __m256i high = _mm256_min_epu8(load_aligned(p + 64), load_aligned(p + 96));
        if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(low, high), zero)))
            break;
    }
    u64 mask = equal_in_64(p, zero);
    return mask ? p + __builtin_ctzll(mask) : p + 64 + __builtin_ctzll(equal_in_64(p + 64, zero));
}

AVX2 const char *__umk_avx2_find(const char *p, const char *end, int c)
{
    const __m256i want = _mm256_set1_epi8((char)c);

    if (((uintptr_t)p & 64) && p < end) {
        u64 mask = equal_in_64(p, want);
        if (mask)
            return p + __builtin_ctzll(mask);
        p += 64;
    }
    for (; p < end; p += 128) {
        __m256i a = _mm256_cmpeq_epi8(load_aligned(p), want);
        __m256i b = _mm256_cmpeq_epi8(load_aligned(p + 32), want);
        __m256i c3 = _mm256_cmpeq_epi8(load_aligned(p + 64), want);
        __m256i d = _mm256_cmpeq_epi8(load_aligned(p + 96), want);
        if (_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c3, d)))) {
            u64 mask = equal_in_64(p, want);
            return mask ? p + __builtin_ctzll(mask)
                        : p + 64 + __builtin_ctzll(equal_in_64(p + 64, want));
        }
    }
    return p;
}

AVX2 size_t __umk_avx2_equal(const char *a, const char *b, size_t n)
{
    size_t i = 0;

    for (; i + 128 <= n; i += 128) {
        __m256i w = _mm256_cmpeq_epi8(load(a + i), load(b + i));
        __m256i x = _mm256_cmpeq_epi8(load(a + i + 32), load(b + i + 32));
        __m256i y = _mm256_cmpeq_epi8(load(a + i + 64), load(b + i + 64));
        __m256i z = _mm256_cmpeq_epi8(load(a + i + 96), load(b + i + 96));
        __m256i all = _mm256_and_si256(_mm256_and_si256(w, x), _mm256_and_si256(y, z));
        if (_mm256_movemask_epi8(all) != -1)
            break;
    }
    return i;
}

AVX2 size_t __umk_avx2_string_equal(const char *a, const char *b, size_t n)
{
    const __m256i zero = _mm256_setzero_si256();
    size_t i = 0;

    for (; i + 64 <= n; i += 64) {
        __m256i x = load(a + i), y = load(a + i + 32);
        /* a byte becomes zero where the strings differ or end */
        __m256i same_x = _mm256_min_epu8(_mm256_cmpeq_epi8(x, load(b + i)), x);
        __m256i same_y = _mm256_min_epu8(_mm256_cmpeq_epi8(y, load(b + i + 32)), y);
        __m256i stop = _mm256_cmpeq_epi8(_mm256_min_epu8(same_x, same_y), zero);
        if (_mm256_movemask_epi8(stop))
            break;
    }
    return i;
}
