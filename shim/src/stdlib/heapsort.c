/* BSD's heapsort and mergesort. mergesort is stable, as its callers count on. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef int comparison(const void *, const void *);

static void swap(char *a, char *b, size_t size)
{
    while (size--) {
        char t = *a;
        *a++ = *b;
        *b++ = t;
    }
}

/* Lets element i sink in a heap of n. */
static void sink(char *base, size_t i, size_t n, size_t size, comparison *compare)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= n)
            return;
        if (child + 1 < n && compare(base + child * size, base + (child + 1) * size) < 0)
            child++;
        if (compare(base + i * size, base + child * size) >= 0)
            return;
        swap(base + i * size, base + child * size, size);
        i = child;
    }
}

int heapsort(void *array, size_t n, size_t size, comparison *compare)
{
    char *base = array;

    if (size == 0) {
        errno = EINVAL;
        return -1;
    }
    for (size_t i = n / 2; i > 0; i--)
        sink(base, i - 1, n, size, compare);
    for (size_t end = n; end > 1; end--) {
        swap(base, base + (end - 1) * size, size);
        sink(base, 0, end - 1, size, compare);
    }
    return 0;
}

static void merge_halves(char *from, char *to, size_t n, size_t size, comparison *compare)
{
    size_t half = n / 2, a = 0, b = half;

    if (n < 2)
        return;
    merge_halves(from, to, half, size, compare);
    merge_halves(from + half * size, to + half * size, n - half, size, compare);
    for (size_t i = 0; i < n; i++) {
        bool left = b == n || (a < half && compare(from + a * size, from + b * size) <= 0);
        memcpy(to + i * size, from + (left ? a : b) * size, size);
        a += left;
        b += !left;
    }
    memcpy(from, to, n * size);
}

int mergesort(void *array, size_t n, size_t size, comparison *compare)
{
    char *spare = size ? reallocarray(NULL, n ? n : 1, size) : NULL;

    if (!spare) {
        errno = size ? ENOMEM : EINVAL;
        return -1;
    }
    merge_halves(array, spare, n, size, compare);
    free(spare);
    return 0;
}
