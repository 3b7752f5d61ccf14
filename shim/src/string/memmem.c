/*
 * memmem. Candidates are found by memchr on the needle's first byte and compared. When
 * that costs too much (a needle like aaab in a run of a's) the search goes on with the
 * two-way algorithm, which is linear whatever the input.
 */
#include "shim/src/internal/string.h"

/*
 * The critical factorization: the start of the lexicographically largest suffix of the needle,
 * under < or, when reversed, under >. *period gets that suffix's period.
 */
static size_t maximal_suffix(const u8 *needle, size_t n, bool reversed, size_t *period)
{
    size_t start = (size_t)-1, j = 0, k = 1, p = 1;

    while (j + k < n) {
        u8 a = needle[j + k], b = needle[start + k];
        if (a == b) {
            if (k == p) {
                j += p;
                k = 1;
            } else {
                k++;
            }
        } else if ((a < b) != reversed) {
            j += k;
            k = 1;
            p = j - start;
        } else {
            start = j++;
            k = p = 1;
        }
    }
    *period = p;
    return start + 1;
}

static const u8 *two_way(const u8 *hay, size_t len, const u8 *needle, size_t n)
{
    size_t p1, p2, period, memory = 0, pos = 0;
    size_t s1 = maximal_suffix(needle, n, false, &p1), s2 = maximal_suffix(needle, n, true, &p2);
    size_t split = s1 > s2 ? s1 : s2;
    bool periodic;

    period = s1 > s2 ? p1 : p2;
    periodic = memcmp(needle, needle + period, split) == 0;
    if (!periodic)
        period = (split > n - split ? split : n - split) + 1;
    while (pos <= len - n) {
        size_t i = split > memory ? split : memory;
        while (i < n && needle[i] == hay[pos + i])
            i++;
        if (i < n) {
            pos += i - split + 1;
            memory = 0;
            continue;
        }
        i = split;
        while (i > memory && needle[i - 1] == hay[pos + i - 1])
            i--;
        if (i <= memory)
            return hay + pos;
        pos += period;
        memory = periodic ? n - period : 0;
    }
    return NULL;
}

void *memmem(const void *hay, size_t len, const void *needle, size_t n)
{
    const u8 *p = hay, *end = p + len, *want = needle;
    size_t work = 0;

    if (n == 0)
        return (void *)hay;
    while ((size_t)(end - p) >= n) {
        p = memchr(p, want[0], (size_t)(end - p) - n + 1);
        if (!p)
            return NULL;
        if (p[n - 1] == want[n - 1]) {
            if (memcmp(p, want, n) == 0)
                return (void *)p;
            work += n;
        }
        work += 8;
        p++;
        if (work > 1024 + 4 * (size_t)(p - (const u8 *)hay)) {
            if ((size_t)(end - p) < n)
                return NULL;
            return (void *)two_way(p, (size_t)(end - p), want, n);
        }
    }
    return NULL;
}
